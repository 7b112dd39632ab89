package orrery.model;

import orrery.tensor.Tensor;

/** An op with its weights: {@code out [rows, hidden] = op(x [rows, hidden])}. */
interface Block {

    /** Computes the rows of the pass; {@code out} is not {@code x}. */
    void apply(Tensor out, Tensor x, Pass pass);
}
