package orrery.model;

import orrery.tensor.Tensor;

/** Observes the residual stream between layers. */
public interface Observer {
    /** Observes nothing. */
    Observer NONE = (_, _, _) -> {};

    /**
     * Called with 0 after the embedding and with {@code n} after layer {@code n} of the step.
     *
     * @param hidden {@code [capacity, hiddenSize]}, valid for {@code rows} rows until this returns
     */
    void after(int layers, Tensor hidden, int rows);
}
