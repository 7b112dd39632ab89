package orrery.lab.train;

import java.util.Map;
import orrery.tensor.Tensor;

/** Changes weights by their gradients. */
interface Optimizer extends AutoCloseable {

    /**
     * One update.
     *
     * @param step counted from 0
     * @param learningRate of this step
     * @param factor what every gradient is multiplied with, 1 or less
     */
    void update(int step, double learningRate, float factor);

    /** What it remembers between steps, by name, in F32; the same memory, so that it can be restored in place. */
    Map<String, Tensor> state();

    @Override
    void close();
}
