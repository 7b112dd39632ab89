package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.WIDE_SHORTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Products of lines of four bits that choose among sixteen values. A loop of its own, because C2 inlines only so much
 * into one method before vectors become objects. See {@link WideTile}.
 */
final class ChoiceLut {
    private ChoiceLut() {}

    /**
     * Sums of two vectors of rows, unit by unit.
     *
     * @param weights of the first line
     * @param unitBytes from a unit of inputs to the next
     * @param lines of a unit
     * @param values to choose from, held twice
     * @param y {@link Q8Activations#each}, of which a unit takes four a line
     * @param step from a unit to the next in it
     * @param units how many, into {@code sums} two vectors after two
     */
    static void sums(
            long weights,
            long unitBytes,
            int lines,
            short[] values,
            int[] y,
            int first,
            int step,
            int units,
            short[] sums) {
        if (NarrowLut.NEEDED) {
            NarrowLut.choices(weights, unitBytes, lines, values, y, first, step, units, false, sums, sums);
            return;
        }
        var table = ShortVector.fromArray(WIDE_SHORTS, values, 0);
        long w = weights;
        var four = ShortVector.broadcast(WIDE_SHORTS, (short) 4);
        var eight = ShortVector.broadcast(WIDE_SHORTS, (short) 8);
        var twelve = ShortVector.broadcast(WIDE_SHORTS, (short) 12);
        int k = first;
        int at = 0;
        for (int unit = 0; unit < units; unit++) {
            var c0 = ShortVector.zero(WIDE_SHORTS);
            var c1 = ShortVector.zero(WIDE_SHORTS);
            int q = k;
            for (long line = w, end = w + lines * PackedLayout.LINE; line != end; line += PackedLayout.LINE) {
                var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                var y0 = IntVector.broadcast(INTS, y[q]).reinterpretAsShorts();
                var y1 = IntVector.broadcast(INTS, y[q + 1]).reinterpretAsShorts();
                var y2 = IntVector.broadcast(INTS, y[q + 2]).reinterpretAsShorts();
                var y3 = IntVector.broadcast(INTS, y[q + 3]).reinterpretAsShorts();
                c0 = c0.add(s.selectFrom(table).mul(y0));
                c1 = c1.add(t.selectFrom(table).mul(y0));
                c0 = c0.add(s.lanewise(LSHR, four).selectFrom(table).mul(y1));
                c1 = c1.add(t.lanewise(LSHR, four).selectFrom(table).mul(y1));
                c0 = c0.add(s.lanewise(LSHR, eight).selectFrom(table).mul(y2));
                c1 = c1.add(t.lanewise(LSHR, eight).selectFrom(table).mul(y2));
                c0 = c0.add(s.lanewise(LSHR, twelve).selectFrom(table).mul(y3));
                c1 = c1.add(t.lanewise(LSHR, twelve).selectFrom(table).mul(y3));
                q += 4;
            }
            c0.intoArray(sums, at);
            c1.intoArray(sums, at + WIDE_SHORTS.length());
            w += unitBytes;
            k += step;
            at += 2 * WIDE_SHORTS.length();
        }
    }
}
