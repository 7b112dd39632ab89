package orrery.kernel.vector;

/**
 * Tables of sixteen values that four bits of a weight choose from, or that a weight's bits make of an activation, held
 * twice because a vector of 32 lanes chooses with five bits.
 */
final class ValueTables {
    private static final int TABLE = 32;

    private ValueTables() {}

    /** The values themselves. */
    static short[] of(byte[] values) {
        var table = new short[TABLE];
        for (int i = 0; i < TABLE; i++) {
            table[i] = values[i % 16];
        }
        return table;
    }

    /** For each index, {@code (index / divisor) & mask}: what a weight's bits take of an activation. */
    static short[] pattern(int divisor, int mask) {
        var pattern = new short[TABLE];
        for (int i = 0; i < TABLE; i++) {
            pattern[i] = (short) ((i % 16 / divisor) & mask);
        }
        return pattern;
    }
}
