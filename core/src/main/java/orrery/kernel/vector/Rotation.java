package orrery.kernel.vector;

import orrery.spec.Position.Pairing;

/** Rotary embedding in place, and the cosines and sines that it takes. */
final class Rotation {
    private Rotation() {}

    /** {@code out[r] = [cos..., sin...]}, to the bit what the scalar reference computes. */
    static final class Angles extends RowTask {
        private long out;
        private float[] frequencies = {};
        private float factor;
        private int[] positions = {};

        Angles(WorkerPool pool) {
            super(pool);
        }

        void fill(long result, float[] perPosition, float scale, int[] at, int rows) {
            out = result;
            frequencies = perPosition;
            factor = scale;
            positions = at;
            // A cosine and a sine cost some fifty times what an element of other rows does.
            share(rows, 50L * perPosition.length);
        }

        @Override
        void rows(int from, int to) {
            int pairs = frequencies.length;
            for (int r = from; r < to; r++) {
                for (int i = 0; i < pairs; i++) {
                    // In float, as the references do: doing better would differ from them far out.
                    float angle = positions[r] * frequencies[i];
                    OffHeap.set(out + 4L * (2L * r * pairs + i), (float) Math.cos(angle) * factor);
                    OffHeap.set(out + 4L * ((2L * r + 1) * pairs + i), (float) Math.sin(angle) * factor);
                }
            }
        }
    }

    /** Rotates pairs of every head. */
    static final class Rotate extends RowTask {
        private long x;
        private long angles;
        private int columns;
        private int headSize;
        private int offset;
        private int pairs;
        private Pairing pairing = Pairing.HALVES;

        Rotate(WorkerPool pool) {
            super(pool);
        }

        void rotate(long target, long table, int size, int skipped, int pairsAHead, Pairing how, int rows, int width) {
            x = target;
            angles = table;
            headSize = size;
            offset = skipped;
            pairs = pairsAHead;
            pairing = how;
            columns = width;
            share(rows, width);
        }

        @Override
        void rows(int from, int to) {
            for (int r = from; r < to; r++) {
                long cos = angles + 8L * r * pairs;
                for (int head = offset; head < columns; head += headSize) {
                    long at = x + 4L * ((long) r * columns + head);
                    switch (pairing) {
                        case HALVES -> halves(at, cos, cos + 4L * pairs, pairs);
                        case INTERLEAVED -> interleaved(at, cos, cos + 4L * pairs, pairs);
                    }
                }
            }
        }
    }

    private static void halves(long x, long cos, long sin, int pairs) {
        long y = x + 4L * pairs;
        int i = 0;
        for (; i <= pairs - Lanes.COUNT; i += Lanes.COUNT) {
            var u = OffHeap.floats(x + 4L * i);
            var v = OffHeap.floats(y + 4L * i);
            var c = OffHeap.floats(cos + 4L * i);
            var s = OffHeap.floats(sin + 4L * i);
            OffHeap.set(x + 4L * i, u.mul(c).sub(v.mul(s)));
            OffHeap.set(y + 4L * i, v.mul(c).add(u.mul(s)));
        }
        for (; i < pairs; i++) {
            rotate(x + 4L * i, y + 4L * i, OffHeap.get(cos + 4L * i), OffHeap.get(sin + 4L * i));
        }
    }

    // Interleaved pairs are left to scalars: some microseconds a token, beside milliseconds of products.
    private static void interleaved(long x, long cos, long sin, int pairs) {
        for (int i = 0; i < pairs; i++) {
            rotate(x + 8L * i, x + 8L * i + 4, OffHeap.get(cos + 4L * i), OffHeap.get(sin + 4L * i));
        }
    }

    private static void rotate(long first, long second, float cos, float sin) {
        float u = OffHeap.get(first);
        float v = OffHeap.get(second);
        OffHeap.set(first, u * cos - v * sin);
        OffHeap.set(second, v * cos + u * sin);
    }
}
