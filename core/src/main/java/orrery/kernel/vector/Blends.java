package orrery.kernel.vector;

/** One pass over one row. */
final class Blends {
    private Blends() {}

    /** {@code out += x * factor}. */
    static void addScaled(long out, long x, float factor, int length) {
        var all = Lanes.all(factor);
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(out + 4L * i, OffHeap.floats(x + 4L * i).fma(all, OffHeap.floats(out + 4L * i)));
        }
        for (; i < length; i++) {
            OffHeap.set(out + 4L * i, Math.fma(OffHeap.get(x + 4L * i), factor, OffHeap.get(out + 4L * i)));
        }
    }

    /** {@code out = x - y}. */
    static void subtract(long out, long x, long y, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(out + 4L * i, OffHeap.floats(x + 4L * i).sub(OffHeap.floats(y + 4L * i)));
        }
        for (; i < length; i++) {
            OffHeap.set(out + 4L * i, OffHeap.get(x + 4L * i) - OffHeap.get(y + 4L * i));
        }
    }

    /** {@code out = x * y}. */
    static void multiply(long out, long x, long y, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(out + 4L * i, OffHeap.floats(x + 4L * i).mul(OffHeap.floats(y + 4L * i)));
        }
        for (; i < length; i++) {
            OffHeap.set(out + 4L * i, OffHeap.get(x + 4L * i) * OffHeap.get(y + 4L * i));
        }
    }

    static void tanh(long x, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(x + 4L * i, Exponentials.tanh(OffHeap.floats(x + 4L * i)));
        }
        for (; i < length; i++) {
            OffHeap.set(x + 4L * i, (float) Math.tanh(OffHeap.get(x + 4L * i)));
        }
    }

    /** {@code x = max(x - cut, 0)}. */
    static void cut(long x, float cut, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(x + 4L * i, OffHeap.floats(x + 4L * i).sub(cut).max(0f));
        }
        for (; i < length; i++) {
            OffHeap.set(x + 4L * i, Math.max(OffHeap.get(x + 4L * i) - cut, 0));
        }
    }
}
