package orrery.kernel.jit;

/** A place in an assembler's code, to jump to, to call from Java, or to read constants from. */
final class Label implements Address.Base {
    private static final int NOWHERE = -1;

    private int offset = NOWHERE;

    /**
     * Bytes from the start of the code.
     *
     * @throws IllegalStateException if it was never placed
     */
    int offset() {
        if (offset == NOWHERE) {
            throw new IllegalStateException("a label is used and was never placed");
        }
        return offset;
    }

    /**
     * Places it at an offset, once.
     *
     * @throws IllegalStateException if it was placed before
     */
    void placeAt(int at) {
        if (offset != NOWHERE) {
            throw new IllegalStateException("a label was placed at " + offset + " and again at " + at);
        }
        offset = at;
    }
}
