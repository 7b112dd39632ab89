package orrery.kernel.jit.arm;

/** A place in one assembler's code, to branch to or to load from. */
public final class ArmLabel {
    private static final int NOWHERE = -1;

    private int word = NOWHERE;

    /** None yet; {@link ArmAssembler#place} places it. */
    public ArmLabel() {}

    /** How many instructions lie before it. */
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
