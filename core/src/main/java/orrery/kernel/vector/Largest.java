package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;

/** The largest of a row, and where it is. */
final class Largest {
    private Largest() {}

    /** The largest value, NaN counting as smallest; negative infinity if there is none. */
    static float of(long x, int length) {
        var most = Lanes.all(Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            var values = Memory.floats(x + 4L * i);
            most = most.blend(values, values.compare(GT, most));
        }
        float result = most.reduceLanes(MAX);
        for (; i < length; i++) {
            float value = Memory.get(x + 4L * i);
            result = value > result ? value : result;
        }
        return result;
    }

    /** The first column that holds the largest value; 0 if nothing is larger than negative infinity. */
    static int column(long x, int length) {
        float most = of(x, length);
        if (most == Float.NEGATIVE_INFINITY) {
            return 0;
        }
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            var equal = Memory.floats(x + 4L * i).eq(most);
            if (equal.anyTrue()) {
                return i + equal.firstTrue();
            }
        }
        while (Memory.get(x + 4L * i) != most) {
            i++;
        }
        return i;
    }
}
