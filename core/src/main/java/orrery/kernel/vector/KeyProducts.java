package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.IntVector;

/** Reduces as many vectors as there are lanes, all at once. Calls the API directly, see {@link WideTile}. */
final class KeyProducts {
    private KeyProducts() {}

    /** {@code to[j] = the sum of the lanes of from[j]}, for as many vectors as there are lanes. */
    static void addLanes(long from, long to) {
        long step = COUNT / 4 * BYTES;
        for (long at = from; at < from + step; at += BYTES) {
            var a = IntVector.fromMemorySegment(INTS, ALL, at, LITTLE);
            var b = IntVector.fromMemorySegment(INTS, ALL, at + step, LITTLE);
            var c = IntVector.fromMemorySegment(INTS, ALL, at + 2 * step, LITTLE);
            var d = IntVector.fromMemorySegment(INTS, ALL, at + 3 * step, LITTLE);
            var ac = Transpose.LOWER_HALF
                    .selectFrom(a, c)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_HALF.selectFrom(a, c).reinterpretAsFloats())
                    .reinterpretAsInts();
            var bd = Transpose.LOWER_HALF
                    .selectFrom(b, d)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_HALF.selectFrom(b, d).reinterpretAsFloats())
                    .reinterpretAsInts();
            Transpose.LOWER_QUARTER
                    .selectFrom(ac, bd)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_QUARTER.selectFrom(ac, bd).reinterpretAsFloats())
                    .intoMemorySegment(ALL, COUNT == 4 ? to : at, LITTLE);
        }
        if (COUNT == 16) {
            var a = IntVector.fromMemorySegment(INTS, ALL, from, LITTLE);
            var b = IntVector.fromMemorySegment(INTS, ALL, from + BYTES, LITTLE);
            var c = IntVector.fromMemorySegment(INTS, ALL, from + 2 * BYTES, LITTLE);
            var d = IntVector.fromMemorySegment(INTS, ALL, from + 3 * BYTES, LITTLE);
            var ac = Transpose.LOWER_PAIR
                    .selectFrom(a, c)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_PAIR.selectFrom(a, c).reinterpretAsFloats())
                    .reinterpretAsInts();
            var bd = Transpose.LOWER_PAIR
                    .selectFrom(b, d)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_PAIR.selectFrom(b, d).reinterpretAsFloats())
                    .reinterpretAsInts();
            Transpose.LOWER_ONE
                    .selectFrom(ac, bd)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_ONE.selectFrom(ac, bd).reinterpretAsFloats())
                    .intoMemorySegment(ALL, to, LITTLE);
        } else if (COUNT == 8) {
            var a = IntVector.fromMemorySegment(INTS, ALL, from, LITTLE);
            var b = IntVector.fromMemorySegment(INTS, ALL, from + BYTES, LITTLE);
            Transpose.LOWER_ONE
                    .selectFrom(a, b)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_ONE.selectFrom(a, b).reinterpretAsFloats())
                    .intoMemorySegment(ALL, to, LITTLE);
        }
    }
}
