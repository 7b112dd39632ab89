package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;

/** The largest element of a row, and its column. */
final class Largest {
    private Largest() {}

    /** The largest value, NaN counting as smallest; negative infinity if there is none. */
    static float of(long x, int length) {
        var most = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            var values = FloatVector.fromMemorySegment(FLOATS, ALL, x + 4L * i, LITTLE);
            most = most.blend(values, values.compare(GT, most));
        }
        float result = most.reduceLanes(MAX);
        for (; i < length; i++) {
            float value = OffHeap.get(x + 4L * i);
            result = value > result ? value : result;
        }
        return result;
    }

    /** The first column with the largest value; 0 if nothing is larger than negative infinity. */
    static int column(long x, int length) {
        float most = of(x, length);
        if (most == Float.NEGATIVE_INFINITY) {
            return 0;
        }
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            if (FloatVector.fromMemorySegment(FLOATS, ALL, x + 4L * i, LITTLE)
                    .eq(most)
                    .anyTrue()) {
                break;
            }
        }
        while (OffHeap.get(x + 4L * i) != most) {
            i++;
        }
        return i;
    }
}
