package orrery.kernel.vector;

import orrery.kernel.Crew;
import orrery.spec.Position.Pairing;

/** RoPE in place. */
final class Rotation {
    private Rotation() {}

    /** Rotates pairs of every head. */
    static final class Rotate extends RowTask {
        private long x;
        private long angles;
        private int columns;
        private int headSize;
        private int offset;
        private int pairs;
        private Pairing pairing = Pairing.HALVES;

        Rotate(Crew pool) {
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

    // Interleaved pairs use scalar code: some microseconds per token, compared with milliseconds of products.
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
