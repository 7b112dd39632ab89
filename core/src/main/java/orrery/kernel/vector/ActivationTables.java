package orrery.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import orrery.tensor.DType;

/**
 * What formats with fifth and sixth bits, or with chosen values, need of activations besides {@link EightBitActivations#nibbles}: sums to look up by bits of weights. A table has sixteen entries, and holds them
 * twice, because a vector of 32 lanes chooses with five bits, of which the fifth belongs to other inputs.
 */
final class ActivationTables {
    /** Entries of a table, written out twice. */
    private static final int TABLE = 32;

    private static final short[] BIT_0 = pattern(1, 1);
    private static final short[] BIT_1 = pattern(2, 1);
    private static final short[] BIT_2 = pattern(4, 1);
    private static final short[] BIT_3 = pattern(8, 1);
    private static final short[] LOWER_PAIR = pattern(1, 3);
    private static final short[] UPPER_PAIR = pattern(4, 3);

    private int[] each = new int[0];
    private short[] subsets = new short[0];
    private short[] pairs = new short[0];

    /** For each index, {@code (index / divisor) & mask}. */
    private static short[] pattern(int divisor, int mask) {
        var pattern = new short[TABLE];
        for (int i = 0; i < TABLE; i++) {
            pattern[i] = (short) ((i % 16 / divisor) & mask);
        }
        return pattern;
    }

    static int twice(int value) {
        return (value << 16) | (value & 0xFFFF);
    }

    /** Every element as it is, twice in an int. */
    int[] each() {
        return each;
    }

    /** For four elements after four, the sums of all their subsets. */
    short[] subsets() {
        return subsets;
    }

    /** For two elements after two, {@code a x0 + b x1} for all {@code a} and {@code b} from 0 to 3. */
    short[] pairs() {
        return pairs;
    }

    /** Makes room for so many elements; what is there stays. */
    void ensure(DType dtype, int elements) {
        switch (dtype) {
            case Q5_0, Q5_1, Q5_K -> subsets = grown(subsets, TABLE / 4L * elements);
            case Q6_K -> pairs = grown(pairs, TABLE / 2L * elements);
            case IQ4_NL, MXFP4 -> {
                if (each.length < elements) {
                    each = Arrays.copyOf(each, Math.max(elements, 2 * each.length));
                }
            }
            case Q8_0, Q4_0, Q4_1, Q4_K -> {}
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException(dtype + " is not woven");
        }
    }

    private static short[] grown(short[] table, long wanted) {
        int size = Math.toIntExact(wanted);
        return table.length >= size ? table : Arrays.copyOf(table, Math.max(size, 2 * table.length));
    }

    /** Fills in a row of elements of at most eight bits. */
    void fill(DType dtype, int[] plain, int row, int columns) {
        switch (dtype) {
            case Q5_0, Q5_1, Q5_K -> subsets(plain, row, columns);
            case Q6_K -> pairs(plain, row, columns);
            case IQ4_NL, MXFP4 -> each(plain, row, columns);
            case Q8_0, Q4_0, Q4_1, Q4_K -> {}
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException(dtype + " is not woven");
        }
    }

    private void subsets(int[] plain, int row, int columns) {
        for (int lane = 0; lane < TABLE; lane += 2 * Lanes.COUNT) {
            var bit0 = ShortVector.fromArray(Lanes.WIDE_SHORTS, BIT_0, lane);
            var bit1 = ShortVector.fromArray(Lanes.WIDE_SHORTS, BIT_1, lane);
            var bit2 = ShortVector.fromArray(Lanes.WIDE_SHORTS, BIT_2, lane);
            var bit3 = ShortVector.fromArray(Lanes.WIDE_SHORTS, BIT_3, lane);
            for (int i = row; i < row + columns; i += 4) {
                bit0.mul((short) plain[i])
                        .add(bit1.mul((short) plain[i + 1]))
                        .add(bit2.mul((short) plain[i + 2]))
                        .add(bit3.mul((short) plain[i + 3]))
                        .intoArray(subsets, TABLE / 4 * i + lane);
            }
        }
    }

    private void pairs(int[] plain, int row, int columns) {
        for (int lane = 0; lane < TABLE; lane += 2 * Lanes.COUNT) {
            var lower = ShortVector.fromArray(Lanes.WIDE_SHORTS, LOWER_PAIR, lane);
            var upper = ShortVector.fromArray(Lanes.WIDE_SHORTS, UPPER_PAIR, lane);
            for (int i = row; i < row + columns; i += 2) {
                lower.mul((short) plain[i]).add(upper.mul((short) plain[i + 1])).intoArray(pairs, TABLE / 2 * i + lane);
            }
        }
    }

    private void each(int[] plain, int row, int columns) {
        for (int i = row; i < row + columns; i += Lanes.COUNT) {
            var x = IntVector.fromArray(Lanes.INTS, plain, i);
            x.lanewise(VectorOperators.LSHL, 16).or(x.and(0xFFFF)).intoArray(each, i);
        }
    }
}
