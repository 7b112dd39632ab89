package orrery.kernel.vector;

import orrery.kernel.Crew;

/** RMSNorm and LayerNorm. {@code out} may be {@code x}. */
final class Norms {
    private Norms() {}

    /** RMSNorm over groups of {@code size} elements. */
    static final class RootMeanSquare extends RowTask {
        private long out;
        private long x;
        private long weight;
        private int size;
        private int columns;
        private double epsilon;

        RootMeanSquare(Crew pool) {
            super(pool);
        }

        void normalise(long result, long input, long scale, int group, double small, int rows, int width) {
            out = result;
            x = input;
            weight = scale;
            size = group;
            epsilon = small;
            columns = width;
            share(rows, width);
        }

        @Override
        void rows(int from, int to) {
            for (long i = (long) from * columns; i < (long) to * columns; i += size) {
                float mean = squares(x + 4 * i, size, 0f) / size;
                scale(out + 4 * i, x + 4 * i, weight, size, (float) (1 / Math.sqrt(mean + epsilon)));
            }
        }
    }

    /** LayerNorm over whole rows. */
    static final class Layer extends RowTask {
        private long out;
        private long x;
        private long weight;
        private long bias;
        private int columns;
        private double epsilon;

        Layer(Crew pool) {
            super(pool);
        }

        void normalise(long result, long input, long scale, long shift, double small, int rows, int width) {
            out = result;
            x = input;
            weight = scale;
            bias = shift;
            epsilon = small;
            columns = width;
            share(rows, width);
        }

        @Override
        void rows(int from, int to) {
            for (long i = (long) from * columns; i < (long) to * columns; i += columns) {
                float mean = sum(x + 4 * i, columns) / columns;
                // Of the centred values, in a second pass: E[x^2] - E[x]^2 would cancel.
                float variance = squares(x + 4 * i, columns, mean) / columns;
                centre(out + 4 * i, x + 4 * i, weight, bias, columns, mean, (float)
                        (1 / Math.sqrt(variance + epsilon)));
            }
        }
    }

    private static float sum(long x, int length) {
        var sums = Lanes.zero();
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            sums = sums.add(OffHeap.floats(x + 4L * i));
        }
        float sum = Lanes.sum(sums);
        for (; i < length; i++) {
            sum += OffHeap.get(x + 4L * i);
        }
        return sum;
    }

    private static float squares(long x, int length, float mean) {
        var sums = Lanes.zero();
        var more = Lanes.zero();
        int i = 0;
        for (; i <= length - 2 * Lanes.COUNT; i += 2 * Lanes.COUNT) {
            var first = OffHeap.floats(x + 4L * i).sub(mean);
            var second = OffHeap.floats(x + 4L * i + Lanes.BYTES).sub(mean);
            sums = first.fma(first, sums);
            more = second.fma(second, more);
        }
        float sum = Lanes.sum(sums.add(more));
        for (; i < length; i++) {
            float centred = OffHeap.get(x + 4L * i) - mean;
            sum = Math.fma(centred, centred, sum);
        }
        return sum;
    }

    private static void scale(long out, long x, long weight, int length, float inverse) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(out + 4L * i, OffHeap.floats(x + 4L * i).mul(inverse).mul(OffHeap.floats(weight + 4L * i)));
        }
        for (; i < length; i++) {
            OffHeap.set(out + 4L * i, OffHeap.get(x + 4L * i) * inverse * OffHeap.get(weight + 4L * i));
        }
    }

    private static void centre(long out, long x, long weight, long bias, int length, float mean, float inverse) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            var normal = OffHeap.floats(x + 4L * i).sub(mean).mul(inverse);
            OffHeap.set(out + 4L * i, normal.fma(OffHeap.floats(weight + 4L * i), OffHeap.floats(bias + 4L * i)));
        }
        for (; i < length; i++) {
            float normal = (OffHeap.get(x + 4L * i) - mean) * inverse;
            OffHeap.set(out + 4L * i, Math.fma(normal, OffHeap.get(weight + 4L * i), OffHeap.get(bias + 4L * i)));
        }
    }
}
