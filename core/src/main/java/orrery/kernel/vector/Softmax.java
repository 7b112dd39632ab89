package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.MAX;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Memory.ALL;
import static orrery.kernel.vector.Memory.LITTLE;

import jdk.incubator.vector.FloatVector;

/** The steps of an online softmax over one query's scores. Counts are whole vectors. */
final class Softmax {
    private Softmax() {}

    static float most(long scores, int count) {
        var most = FloatVector.fromMemorySegment(FLOATS, ALL, scores, LITTLE);
        for (long i = Lanes.BYTES; i < 4L * count; i += Lanes.BYTES) {
            most = most.max(FloatVector.fromMemorySegment(FLOATS, ALL, scores + i, LITTLE));
        }
        return most.reduceLanes(MAX);
    }

    /** Turns scores into weights {@code e^(score - most)}, and returns their sum. */
    static float weigh(long scores, int count, float most) {
        for (long i = 0; i < 4L * count; i += Lanes.BYTES) {
            FloatVector.fromMemorySegment(FLOATS, ALL, scores + i, LITTLE)
                    .sub(most)
                    .intoMemorySegment(ALL, scores + i, LITTLE);
        }
        Curves.exp(scores, count);
        var sum = FloatVector.zero(FLOATS);
        for (long i = 0; i < 4L * count; i += Lanes.BYTES) {
            sum = sum.add(FloatVector.fromMemorySegment(FLOATS, ALL, scores + i, LITTLE));
        }
        return Lanes.sum(sum);
    }

    /** Fills with one value from {@code from} to {@code to}. */
    static void fill(long scores, int from, int to, float value) {
        for (int i = from; i < to; i++) {
            Memory.set(scores + 4L * i, value);
        }
    }
}
