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
 * Products of lines whose shorts hold two bits of eight inputs: four bits choose among the sixteen sums that two
 * activations can make. A loop of its own, because C2 inlines only so much into one method before vectors become
 * objects. See {@link WideTile}.
 */
final class PairLut {
    private static final short[] LOWER = ValueTables.pattern(1, 3);
    private static final short[] UPPER = ValueTables.pattern(4, 3);

    private PairLut() {}

    /**
     * Sums of two vectors of rows, unit by unit; a unit has two lines.
     *
     * @param weights of the first line
     * @param x {@link Q8Activations#each}
     * @param first where the first unit begins in it
     * @param step from a unit to the next
     * @param units how many, into {@code sums} two vectors after two
     */
    static void sums(long weights, int[] x, int first, int step, int units, short[] sums) {
        if (NarrowLut.NEEDED) {
            NarrowLut.sums(weights, 2, x, first, step, units, sums);
            return;
        }
        var of0 = ShortVector.fromArray(WIDE_SHORTS, LOWER, 0);
        var of1 = ShortVector.fromArray(WIDE_SHORTS, UPPER, 0);
        var four = ShortVector.broadcast(WIDE_SHORTS, (short) 4);
        var eight = ShortVector.broadcast(WIDE_SHORTS, (short) 8);
        var twelve = ShortVector.broadcast(WIDE_SHORTS, (short) 12);
        int k = first;
        int at = 0;
        long end = weights + 2 * PackedLayout.LINE * units;
        // Not counted by an int, and so not unrolled: C2 puts the loads of an unrolled body in descending order, which
        // the processor's prefetchers do not follow.
        for (long w = weights; w != end; w += 2 * PackedLayout.LINE) {
            var c0 = ShortVector.zero(WIDE_SHORTS);
            var c1 = ShortVector.zero(WIDE_SHORTS);
            int q = k;
            for (long line = w, stop = w + 2 * PackedLayout.LINE; line != stop; line += PackedLayout.LINE) {
                var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                var z0 = of0.mul(IntVector.broadcast(INTS, x[q + 0]).reinterpretAsShorts())
                        .add(of1.mul(IntVector.broadcast(INTS, x[q + 1]).reinterpretAsShorts()));
                c0 = c0.add(s.selectFrom(z0));
                c1 = c1.add(t.selectFrom(z0));
                var z1 = of0.mul(IntVector.broadcast(INTS, x[q + 2]).reinterpretAsShorts())
                        .add(of1.mul(IntVector.broadcast(INTS, x[q + 3]).reinterpretAsShorts()));
                c0 = c0.add(s.lanewise(LSHR, four).selectFrom(z1));
                c1 = c1.add(t.lanewise(LSHR, four).selectFrom(z1));
                var z2 = of0.mul(IntVector.broadcast(INTS, x[q + 4]).reinterpretAsShorts())
                        .add(of1.mul(IntVector.broadcast(INTS, x[q + 5]).reinterpretAsShorts()));
                c0 = c0.add(s.lanewise(LSHR, eight).selectFrom(z2));
                c1 = c1.add(t.lanewise(LSHR, eight).selectFrom(z2));
                var z3 = of0.mul(IntVector.broadcast(INTS, x[q + 6]).reinterpretAsShorts())
                        .add(of1.mul(IntVector.broadcast(INTS, x[q + 7]).reinterpretAsShorts()));
                c0 = c0.add(s.lanewise(LSHR, twelve).selectFrom(z3));
                c1 = c1.add(t.lanewise(LSHR, twelve).selectFrom(z3));
                q += 8;
            }
            c0.intoArray(sums, at);
            c1.intoArray(sums, at + WIDE_SHORTS.length());
            k += step;
            at += 2 * WIDE_SHORTS.length();
        }
    }
}
