package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.WIDE_SHORTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * What the planes that look up compute, for vectors of 128 bits: their eight lanes hold no table of sixteen sums. Bits
 * are masked and multiplied one input at a time, and values are chosen from two vectors. The sums are the same
 * integers.
 */
final class NarrowLut {
    /** Whether vectors are too narrow for a table of sixteen. */
    static final boolean NEEDED = Lanes.COUNT == 4;

    private NarrowLut() {}

    /**
     * Sums of two vectors of rows, unit by unit; a unit has two lines.
     *
     * @param bits of one input
     * @param x {@link Q8Activations#each}
     * @param first where the first unit begins in it
     * @param step from a unit to the next
     * @param units how many, into {@code sums} two vectors after two
     */
    static void sums(long weights, int bits, int[] x, int first, int step, int units, short[] sums) {
        int inputs = Short.SIZE / bits;
        short mask = (short) ((1 << bits) - 1);
        for (int unit = 0; unit < units; unit++) {
            for (int v = 0; v < 2; v++) {
                var sum = ShortVector.zero(WIDE_SHORTS);
                for (int i = 0; i < 2 * inputs; i++) {
                    long line = weights + (2L * unit + i / inputs) * PackedLayout.LINE + v * BYTES;
                    var codes = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE)
                            .lanewise(LSHR, bits * (i % inputs))
                            .and(mask);
                    sum = sum.add(codes.mul(activation(x, first + unit * step + i)));
                }
                sum.intoArray(sums, (2 * unit + v) * WIDE_SHORTS.length());
            }
        }
    }

    /**
     * Sums of chosen values times activations, unit by unit, as {@code 256 upper + lower}: products of two inputs,
     * which fit into 16 bits, are summed apart by their lower eight bits and by the rest.
     *
     * @param unitBytes from a unit of inputs to the next
     * @param lines of a unit
     * @param values to choose from
     * @param step from a unit to the next in {@code x}
     * @param apart whether the rest is wanted; {@code lower} else holds whole sums, which have to fit into 16 bits
     */
    static void choices(
            long weights,
            long unitBytes,
            int lines,
            short[] values,
            int[] x,
            int first,
            int step,
            int units,
            boolean apart,
            short[] lower,
            short[] upper) {
        var table = ShortVector.fromArray(WIDE_SHORTS, values, 0);
        var rest = ShortVector.fromArray(WIDE_SHORTS, values, WIDE_SHORTS.length());
        for (int unit = 0; unit < units; unit++) {
            for (int v = 0; v < 2; v++) {
                var sum = ShortVector.zero(WIDE_SHORTS);
                var high = ShortVector.zero(WIDE_SHORTS);
                for (int i = 0; i < 4 * lines; i += 2) {
                    long line = weights + unit * unitBytes + i / 4 * PackedLayout.LINE + v * BYTES;
                    var codes = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE)
                            .lanewise(LSHR, 4 * (i % 4));
                    int k = first + unit * step + i;
                    var pair = codes.and((short) 0xF)
                            .selectFrom(table, rest)
                            .mul(activation(x, k))
                            .add(codes.lanewise(LSHR, 4)
                                    .and((short) 0xF)
                                    .selectFrom(table, rest)
                                    .mul(activation(x, k + 1)));
                    sum = sum.add(pair);
                    high = high.add(pair.lanewise(ASHR, 8));
                }
                int at = (2 * unit + v) * WIDE_SHORTS.length();
                if (apart) {
                    sum = sum.sub(high.lanewise(LSHL, 8));
                    high.intoArray(upper, at);
                }
                sum.intoArray(lower, at);
            }
        }
    }

    private static ShortVector activation(int[] x, int index) {
        return IntVector.broadcast(INTS, x[index]).reinterpretAsShorts();
    }
}
