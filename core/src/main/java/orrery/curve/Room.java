package orrery.curve;

/** How far a machine's memory reaches. */
public sealed interface Room {

    /** No machine was asked. */
    enum Unasked implements Room {
        UNASKED
    }

    /** Every context that the model can attend over fits. */
    enum Enough implements Room {
        ENOUGH
    }

    /** With one more token than those the memory is full. */
    record UpTo(long tokens) implements Room {}

    /** Not even one token fits beside the weights. */
    record TooSmall(long weightBytes) implements Room {}

    Room UNASKED = Unasked.UNASKED;

    Room ENOUGH = Enough.ENOUGH;
}
