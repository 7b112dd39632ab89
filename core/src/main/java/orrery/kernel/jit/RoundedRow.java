package orrery.kernel.jit;

/**
 * How rounded activations lie: 32 inputs of a row take one line of a cache, 32 signed bytes and what products need of
 * all of them together. A <em>tile</em> is a few rows ({@link Tiles}), line beside line: all rows' first 32 inputs,
 * then all rows' next, so that a kernel walks one run of memory. One row alone is a tile of its own.
 */
final class RoundedRow {
    /** Bytes of 32 inputs of a row. */
    static final int LINE = 64;

    /** Minus the sum of all bytes, as a whole number. */
    static final int NEGATIVE_SUM = 32;

    /** Minus the sum of the first and, four bytes on, of the second sixteen. */
    static final int NEGATIVE_SUMS_OF_HALVES = 36;

    /** The scale, a float. */
    static final int SCALE = 44;

    /** The scale times the sum of all bytes. */
    static final int TOTAL = 48;

    /** The scale times the sum of the first and, four bytes on, of the second sixteen. */
    static final int TOTALS_OF_HALVES = 52;

    private RoundedRow() {}

    /** Where the total of the inputs that share a minimum lies. */
    static int total(Minima minima, int group) {
        return minima.groups() == 1 ? TOTAL : TOTALS_OF_HALVES + Float.BYTES * group;
    }

    /** Bytes of a row. */
    static long bytes(int inputs) {
        return (long) inputs / PanelFormat.UNIT * LINE;
    }
}
