package orrery.kernel.vector;

/** One pass over one row. */
final class Blends {
    private Blends() {}

    /** {@code out += x * factor}. */
    static void addScaled(long out, long x, float factor, int length) {
        var all = Lanes.all(factor);
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            Memory.set(out + 4L * i, Memory.floats(x + 4L * i).fma(all, Memory.floats(out + 4L * i)));
        }
        for (; i < length; i++) {
            Memory.set(out + 4L * i, Math.fma(Memory.get(x + 4L * i), factor, Memory.get(out + 4L * i)));
        }
    }

    /** {@code out = x - y}. */
    static void subtract(long out, long x, long y, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            Memory.set(out + 4L * i, Memory.floats(x + 4L * i).sub(Memory.floats(y + 4L * i)));
        }
        for (; i < length; i++) {
            Memory.set(out + 4L * i, Memory.get(x + 4L * i) - Memory.get(y + 4L * i));
        }
    }

    /** {@code out = x * y}. */
    static void multiply(long out, long x, long y, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            Memory.set(out + 4L * i, Memory.floats(x + 4L * i).mul(Memory.floats(y + 4L * i)));
        }
        for (; i < length; i++) {
            Memory.set(out + 4L * i, Memory.get(x + 4L * i) * Memory.get(y + 4L * i));
        }
    }

    static void tanh(long x, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            Memory.set(x + 4L * i, Exponentials.tanh(Memory.floats(x + 4L * i)));
        }
        for (; i < length; i++) {
            Memory.set(x + 4L * i, (float) Math.tanh(Memory.get(x + 4L * i)));
        }
    }

    /** {@code x = max(x - cut, 0)}. */
    static void cut(long x, float cut, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            Memory.set(x + 4L * i, Memory.floats(x + 4L * i).sub(cut).max(0f));
        }
        for (; i < length; i++) {
            Memory.set(x + 4L * i, Math.max(Memory.get(x + 4L * i) - cut, 0));
        }
    }
}
