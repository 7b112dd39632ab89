package orrery.curve;

/** How long a context fits into a machine's memory. */
public sealed interface Room {

    /** There is no machine. */
    enum Unasked implements Room {
        UNASKED
    }

    /** The model's maximum context fits. */
    enum Enough implements Room {
        ENOUGH
    }

    /** This is the longest context that fits. */
    record UpTo(long tokens) implements Room {}

    /** The weights alone leave no room for even one token. */
    record TooSmall(long weightBytes) implements Room {}

    Room UNASKED = Unasked.UNASKED;

    Room ENOUGH = Enough.ENOUGH;
}
