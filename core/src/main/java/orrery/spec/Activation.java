package orrery.spec;

/** The non-linearity of a feed-forward block. */
public enum Activation {
    /** {@code x * sigmoid(x)}. */
    SILU,
    /** {@code 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}: {@code gelu_new}, {@code gelu_pytorch_tanh}. */
    GELU_TANH,
    /** {@code 0.5 x (1 + erf(x / sqrt(2)))}: what a plain {@code gelu} means, except in GPT-1. */
    GELU_ERF,
    /** {@code max(x, 0)}. */
    RELU
}
