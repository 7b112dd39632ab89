package orrery.measure;

import java.util.Arrays;
import orrery.model.Observer;
import orrery.tensor.Tensor;

/** The time that a pass spends before the layers, in each, and after them. */
final class LayerClock implements Observer {
    private final double[] layers;
    private double around;
    private long last;

    LayerClock(int layers) {
        this.layers = new double[layers];
    }

    /** Resets all times. */
    void reset() {
        Arrays.fill(layers, 0);
        around = 0;
    }

    /** Called right before a pass. */
    void begin() {
        last = System.nanoTime();
    }

    @Override
    public void after(int count, Tensor hidden, int rows) {
        long now = System.nanoTime();
        if (count == 0) {
            around += now - last;
        } else {
            layers[count - 1] += now - last;
        }
        last = now;
    }

    /** Called right after a pass. */
    void end() {
        long now = System.nanoTime();
        around += now - last;
        last = now;
    }

    /** The estimated seconds of all passes since the last reset for a model with all layers. */
    double secondsOfWhole(LayerCut cut) {
        return (around + cut.ofWhole(layers)) / 1e9;
    }
}
