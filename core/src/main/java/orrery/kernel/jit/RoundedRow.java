package orrery.kernel.jit;

/**
 * The layout of rounded activations: 32 inputs of a row take one cache line, with 32 signed bytes and the values that
 * products need for all of them together. A <em>tile</em> is a few rows ({@link Tiles}), line by line: all rows' first
 * 32 inputs, then all rows' next ones, so that a kernel reads contiguous memory. A single row is also a tile.
 */
final class RoundedRow {
    /** Bytes of 32 inputs of a row. */
    static final int LINE = 64;

    /** Minus the sum of all bytes, as an integer. */
    static final int NEGATIVE_SUM = 32;

    /** Minus the sum of the first sixteen and, four bytes further, of the second sixteen. */
    static final int NEGATIVE_SUMS_OF_HALVES = 36;

    /** The scale, a float. */
    static final int SCALE = 44;

    /** The scale times the sum of all bytes. */
    static final int TOTAL = 48;

    /** The scale times the sum of the first sixteen and, four bytes further, of the second sixteen. */
    static final int TOTALS_OF_HALVES = 52;

    private RoundedRow() {}

    /** The offset of the total of the inputs that share a minimum. */
    static int total(Minima minima, int group) {
        return minima.groups() == 1 ? TOTAL : TOTALS_OF_HALVES + Float.BYTES * group;
    }

    /** Bytes of a row. */
    static long bytes(int inputs) {
        return (long) inputs / PanelFormat.UNIT * LINE;
    }
}
