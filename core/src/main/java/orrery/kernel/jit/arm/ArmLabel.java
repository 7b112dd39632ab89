package orrery.kernel.jit.arm;

/** A place in an assembler's code, to branch to or to load from. */
public final class ArmLabel {
    private static final int NOWHERE = -1;

    private int word = NOWHERE;

    /** Not placed yet; {@link ArmAssembler#place} places it. */
    public ArmLabel() {}

    /** The number of instructions before it. */
    int word() {
        if (word == NOWHERE) {
            throw new IllegalStateException("a label is used and was never placed");
        }
        return word;
    }

    void placeAt(int at) {
        if (word != NOWHERE) {
            throw new IllegalStateException("a label was placed at " + word + " and again at " + at);
        }
        word = at;
    }
}
