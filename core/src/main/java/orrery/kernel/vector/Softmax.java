package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.MAX;

/** The steps of an online softmax over one query's scores. Counts are whole vectors. */
final class Softmax {
    private Softmax() {}

    static float most(long scores, int count) {
        var most = Memory.floats(scores);
        for (int i = Lanes.COUNT; i < count; i += Lanes.COUNT) {
            most = most.max(Memory.floats(scores + 4L * i));
        }
        return most.reduceLanes(MAX);
    }

    /** Turns scores into weights {@code e^(score - most)}, and returns their sum. */
    static float weigh(long scores, int count, float most) {
        var sum = Lanes.zero();
        for (int i = 0; i < count; i += Lanes.COUNT) {
            var x = Exponentials.clamped(Memory.floats(scores + 4L * i).sub(most));
            var n = Exponentials.shifted(x);
            var weight = Exponentials.scaled(Exponentials.mantissa(x, n), n);
            Memory.set(scores + 4L * i, weight);
            sum = sum.add(weight);
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
