package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.WIDE_SHORTS;
import static orrery.kernel.vector.Memory.ALL;
import static orrery.kernel.vector.Memory.LITTLE;

import jdk.incubator.vector.ShortVector;

/** Products of lines whose shorts hold four times four bits that choose among ready sums: {@link ActivationTables#subsets} for one bit of sixteen inputs, {@link ActivationTables#pairs} for two bits of eight. A loop of its own, because C2 inlines only so much into one method before vectors become objects. See {@link WideTile}. */
final class LookupPlane {
    private LookupPlane() {}

    /**
     * Sums of two vectors of rows, unit by unit.
     *
     * @param weights of the first line
     * @param unitBytes from a unit of inputs to the next
     * @param lines of a unit
     * @param tables four a line, each of sixteen entries held twice
     * @param first where the first of them begins
     * @param step from a unit to the next in them
     * @param units how many, into {@code sums} two vectors after two
     */
    static void sums(
            long weights, long unitBytes, int lines, short[] tables, int first, int step, int units, short[] sums) {
        long w = weights;
        int table = first;
        int at = 0;
        for (int unit = 0; unit < units; unit++) {
            var c0 = ShortVector.zero(WIDE_SHORTS);
            var c1 = ShortVector.zero(WIDE_SHORTS);
            for (int q = 0; q < lines; q++) {
                long line = w + Woven.LINE * q;
                var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                var z0 = ShortVector.fromArray(WIDE_SHORTS, tables, table + 128 * q + 0);
                c0 = c0.add(s.selectFrom(z0));
                c1 = c1.add(t.selectFrom(z0));
                var z1 = ShortVector.fromArray(WIDE_SHORTS, tables, table + 128 * q + 32);
                c0 = c0.add(s.lanewise(LSHR, 4).selectFrom(z1));
                c1 = c1.add(t.lanewise(LSHR, 4).selectFrom(z1));
                var z2 = ShortVector.fromArray(WIDE_SHORTS, tables, table + 128 * q + 64);
                c0 = c0.add(s.lanewise(LSHR, 8).selectFrom(z2));
                c1 = c1.add(t.lanewise(LSHR, 8).selectFrom(z2));
                var z3 = ShortVector.fromArray(WIDE_SHORTS, tables, table + 128 * q + 96);
                c0 = c0.add(s.lanewise(LSHR, 12).selectFrom(z3));
                c1 = c1.add(t.lanewise(LSHR, 12).selectFrom(z3));
            }
            c0.intoArray(sums, at);
            c1.intoArray(sums, at + WIDE_SHORTS.length());
            w += unitBytes;
            table += step;
            at += 2 * WIDE_SHORTS.length();
        }
    }
}
