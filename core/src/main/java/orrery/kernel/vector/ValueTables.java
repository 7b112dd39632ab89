package orrery.kernel.vector;

/** Tables of sixteen values that four bits of a weight choose from, held twice because a vector of 32 lanes chooses with five bits. */
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

    /** From -8 to 7, so that {@code value = 16 high + low}. */
    static short[] low(byte[] values) {
        var table = of(values);
        for (int i = 0; i < TABLE; i++) {
            table[i] = (short) (((table[i] + 8) & 0xF) - 8);
        }
        return table;
    }

    /** The other part of it, from -8 to 8. */
    static short[] high(byte[] values) {
        var table = of(values);
        for (int i = 0; i < TABLE; i++) {
            table[i] = (short) ((table[i] + 8) >> 4);
        }
        return table;
    }
}
