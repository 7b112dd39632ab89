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
 * Products of lines of four bits that choose among sixteen values of eight bits, in one pass. A sum of 32 such products
 * needs 21 bits, one of two fits in 16: of these the lower eight bits and the rest are summed apart. The lower ones
 * need no mask, since the sum of the whole, modulo 2^16, less the rest is what they come to. A loop of its own, because
 * C2 inlines only so much into one method before vectors become objects. See {@link WideTile}.
 */
final class WideChoiceLut {
    private static final int LINES = 8;

    private WideChoiceLut() {}

    /**
     * Sums of two vectors of rows, unit by unit: {@code 256 upper + lower}, where {@code lower} is not negative.
     *
     * @param weights of the first line; a unit has eight lines
     * @param values to choose from, held twice
     * @param y {@link Q8Activations#each}
     * @param first where the first unit begins in it
     * @param units how many, into {@code lower} and {@code upper} two vectors after two
     */
    static void sums(long weights, short[] values, int[] y, int first, int units, short[] lower, short[] upper) {
        if (NarrowLut.NEEDED) {
            NarrowLut.choices(
                    weights, LINES * PackedLayout.LINE, LINES, values, y, first, 32, units, true, lower, upper);
            return;
        }
        var table = ShortVector.fromArray(WIDE_SHORTS, values, 0);
        long line = weights;
        var four = ShortVector.broadcast(WIDE_SHORTS, (short) 4);
        var eight = ShortVector.broadcast(WIDE_SHORTS, (short) 8);
        var twelve = ShortVector.broadcast(WIDE_SHORTS, (short) 12);
        int k = first;
        int at = 0;
        for (int unit = 0; unit < units; unit++) {
            var c0 = ShortVector.zero(WIDE_SHORTS);
            var c1 = ShortVector.zero(WIDE_SHORTS);
            var d0 = ShortVector.zero(WIDE_SHORTS);
            var d1 = ShortVector.zero(WIDE_SHORTS);
            for (long end = line + LINES * PackedLayout.LINE; line != end; line += PackedLayout.LINE) {
                var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                var y0 = IntVector.broadcast(INTS, y[k]).reinterpretAsShorts();
                var y1 = IntVector.broadcast(INTS, y[k + 1]).reinterpretAsShorts();
                var p0 = s.selectFrom(table)
                        .mul(y0)
                        .add(s.lanewise(LSHR, four).selectFrom(table).mul(y1));
                var p1 = t.selectFrom(table)
                        .mul(y0)
                        .add(t.lanewise(LSHR, four).selectFrom(table).mul(y1));
                c0 = c0.add(p0);
                c1 = c1.add(p1);
                d0 = d0.add(p0.lanewise(ASHR, 8));
                d1 = d1.add(p1.lanewise(ASHR, 8));
                var y2 = IntVector.broadcast(INTS, y[k + 2]).reinterpretAsShorts();
                var y3 = IntVector.broadcast(INTS, y[k + 3]).reinterpretAsShorts();
                var q0 = s.lanewise(LSHR, eight)
                        .selectFrom(table)
                        .mul(y2)
                        .add(s.lanewise(LSHR, twelve).selectFrom(table).mul(y3));
                var q1 = t.lanewise(LSHR, eight)
                        .selectFrom(table)
                        .mul(y2)
                        .add(t.lanewise(LSHR, twelve).selectFrom(table).mul(y3));
                c0 = c0.add(q0);
                c1 = c1.add(q1);
                d0 = d0.add(q0.lanewise(ASHR, 8));
                d1 = d1.add(q1.lanewise(ASHR, 8));
                k += 4;
            }
            c0.sub(d0.lanewise(LSHL, 8)).intoArray(lower, at);
            c1.sub(d1.lanewise(LSHL, 8)).intoArray(lower, at + WIDE_SHORTS.length());
            d0.intoArray(upper, at);
            d1.intoArray(upper, at + WIDE_SHORTS.length());
            at += 2 * WIDE_SHORTS.length();
        }
    }
}
