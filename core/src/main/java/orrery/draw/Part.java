package orrery.draw;

/** Something in a column, at its place. */
sealed interface Part {
    Slot slot();

    /** A labelled box. */
    record Boxed(Slot slot, Box box) implements Part {}

    /** Where a residual line leaves the stream. */
    record Fork(Slot slot) implements Part {}

    /** Where a branch is added to the stream. */
    record Sum(Slot slot) implements Part {}

    /** A word in the flow, without a box. */
    record Word(Slot slot, String text) implements Part {}

    /** A second, low-rank residual that is added beside the first. */
    record Beside(Slot slot, Box box) implements Part {}

    /** The lower edge of a panel. */
    record Foot(Slot slot) implements Part {}
}
