package orrery.model;

import orrery.tensor.Tensor;

/** A layer with its weights. */
record Layer(Residual mixer, Residual feedForward) {

    /** Passes the stream {@code x [rows, hidden]} through, in place. */
    void apply(Tensor x, Pass pass) {
        mixer.apply(x, pass);
        feedForward.apply(x, pass);
    }
}
