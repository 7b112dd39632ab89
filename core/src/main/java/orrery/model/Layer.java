package orrery.model;

import orrery.tensor.Tensor;

/** A layer with its weights. */
sealed interface Layer permits Layer.OneStream, AltUpLayer {

    /** Passes the stream {@code x [rows, hidden]} through, in place. */
    void apply(Tensor x, Pass pass);

    /** Two residual branches on one stream. */
    record OneStream(Residual mixer, Residual feedForward) implements Layer {
        @Override
        public void apply(Tensor x, Pass pass) {
            mixer.apply(x, pass);
            feedForward.apply(x, pass);
        }
    }
}
