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
 * Products of lines of unsigned four bits. A loop of its own, because C2 inlines only so much into one method before
 * vectors become objects. See {@link WideTile}.
 */
final class NibbleLut {
    private NibbleLut() {}

    /**
     * Sums of two vectors of rows, unit by unit.
     *
     * @param weights of the first line
     * @param unitBytes from a unit of inputs to the next
     * @param lines of a unit, an even number
     * @param y {@link Q8Activations#nibbles}, of which a unit takes four a line
     * @param step from a unit to the next in it
     * @param starts where the sums of each unit begin
     * @param units how many, into {@code sums} two vectors after two
     */
    static void sums(
            long weights,
            long unitBytes,
            int lines,
            int[] y,
            int first,
            int step,
            int[] starts,
            int start,
            int units,
            short[] sums) {
        long w = weights;
        var four = ShortVector.broadcast(WIDE_SHORTS, (short) 4);
        var eight = ShortVector.broadcast(WIDE_SHORTS, (short) 8);
        var twelve = ShortVector.broadcast(WIDE_SHORTS, (short) 12);
        int k = first;
        int at = 0;
        for (int unit = 0; unit < units; unit++) {
            var c0 = IntVector.broadcast(INTS, starts[start + unit]).reinterpretAsShorts();
            var c1 = IntVector.broadcast(INTS, starts[start + unit]).reinterpretAsShorts();
            int q = k;
            for (long line = w, end = w + lines * PackedLayout.LINE; line != end; line += 2 * PackedLayout.LINE) {
                var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                var y0 = IntVector.broadcast(INTS, y[q + 0]).reinterpretAsShorts();
                c0 = c0.add(s.mul(y0));
                c1 = c1.add(t.mul(y0));
                var y1 = IntVector.broadcast(INTS, y[q + 1]).reinterpretAsShorts();
                c0 = c0.add(s.lanewise(LSHR, four).mul(y1));
                c1 = c1.add(t.lanewise(LSHR, four).mul(y1));
                var y2 = IntVector.broadcast(INTS, y[q + 2]).reinterpretAsShorts();
                c0 = c0.add(s.lanewise(LSHR, eight).mul(y2));
                c1 = c1.add(t.lanewise(LSHR, eight).mul(y2));
                var y3 = IntVector.broadcast(INTS, y[q + 3]).reinterpretAsShorts();
                c0 = c0.add(s.lanewise(LSHR, twelve).mul(y3));
                c1 = c1.add(t.lanewise(LSHR, twelve).mul(y3));
                var u = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + PackedLayout.LINE, LITTLE);
                var v = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + PackedLayout.LINE + BYTES, LITTLE);
                var y4 = IntVector.broadcast(INTS, y[q + 4]).reinterpretAsShorts();
                c0 = c0.add(u.mul(y4));
                c1 = c1.add(v.mul(y4));
                var y5 = IntVector.broadcast(INTS, y[q + 5]).reinterpretAsShorts();
                c0 = c0.add(u.lanewise(LSHR, four).mul(y5));
                c1 = c1.add(v.lanewise(LSHR, four).mul(y5));
                var y6 = IntVector.broadcast(INTS, y[q + 6]).reinterpretAsShorts();
                c0 = c0.add(u.lanewise(LSHR, eight).mul(y6));
                c1 = c1.add(v.lanewise(LSHR, eight).mul(y6));
                var y7 = IntVector.broadcast(INTS, y[q + 7]).reinterpretAsShorts();
                c0 = c0.add(u.lanewise(LSHR, twelve).mul(y7));
                c1 = c1.add(v.lanewise(LSHR, twelve).mul(y7));
                q += 8;
            }
            c0.intoArray(sums, at);
            c1.intoArray(sums, at + WIDE_SHORTS.length());
            w += unitBytes;
            k += step;
            at += 2 * WIDE_SHORTS.length();
        }
    }
}
