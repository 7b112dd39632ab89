package orrery.kernel.vector;

/** The innermost loops of {@link StreamProduct} over one row of bfloat16 weights, for one, two and four rows of activations. */
final class BrainRows {
    private BrainRows() {}

    static float dot(long w, long x, int length) {
        var a0 = Lanes.zero();
        var a1 = Lanes.zero();
        var a2 = Lanes.zero();
        var a3 = Lanes.zero();
        int i = 0;
        for (; i <= length - 4 * Lanes.COUNT; i += 4 * Lanes.COUNT) {
            long at = w + 2L * i;
            long from = x + 4L * i;
            a0 = Widen.brainFloats(at).fma(Memory.floats(from), a0);
            a1 = Widen.brainFloats(at + 2L * Lanes.COUNT).fma(Memory.floats(from + 4L * Lanes.COUNT), a1);
            a2 = Widen.brainFloats(at + 4L * Lanes.COUNT).fma(Memory.floats(from + 8L * Lanes.COUNT), a2);
            a3 = Widen.brainFloats(at + 6L * Lanes.COUNT).fma(Memory.floats(from + 12L * Lanes.COUNT), a3);
        }
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            a0 = Widen.brainFloats(w + 2L * i).fma(Memory.floats(x + 4L * i), a0);
        }
        float sum = Lanes.sum(a0.add(a1).add(a2.add(a3)));
        for (; i < length; i++) {
            sum = Math.fma(Widen.brain(w + 2L * i), Memory.get(x + 4L * i), sum);
        }
        return sum;
    }

    static void dot2(long w, long x0, long x1, int length, long o0, long o1) {
        var a0 = Lanes.zero();
        var a1 = Lanes.zero();
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            var weight = Widen.brainFloats(w + 2L * i);
            a0 = weight.fma(Memory.floats(x0 + 4L * i), a0);
            a1 = weight.fma(Memory.floats(x1 + 4L * i), a1);
        }
        float s0 = Lanes.sum(a0);
        float s1 = Lanes.sum(a1);
        for (; i < length; i++) {
            float weight = Widen.brain(w + 2L * i);
            s0 = Math.fma(weight, Memory.get(x0 + 4L * i), s0);
            s1 = Math.fma(weight, Memory.get(x1 + 4L * i), s1);
        }
        Memory.set(o0, s0);
        Memory.set(o1, s1);
    }

    static void dot4(long w, long x0, long x1, long x2, long x3, int length, long o0, long o1, long o2, long o3) {
        var a0 = Lanes.zero();
        var a1 = Lanes.zero();
        var a2 = Lanes.zero();
        var a3 = Lanes.zero();
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            var weight = Widen.brainFloats(w + 2L * i);
            a0 = weight.fma(Memory.floats(x0 + 4L * i), a0);
            a1 = weight.fma(Memory.floats(x1 + 4L * i), a1);
            a2 = weight.fma(Memory.floats(x2 + 4L * i), a2);
            a3 = weight.fma(Memory.floats(x3 + 4L * i), a3);
        }
        float s0 = Lanes.sum(a0);
        float s1 = Lanes.sum(a1);
        float s2 = Lanes.sum(a2);
        float s3 = Lanes.sum(a3);
        for (; i < length; i++) {
            float weight = Widen.brain(w + 2L * i);
            s0 = Math.fma(weight, Memory.get(x0 + 4L * i), s0);
            s1 = Math.fma(weight, Memory.get(x1 + 4L * i), s1);
            s2 = Math.fma(weight, Memory.get(x2 + 4L * i), s2);
            s3 = Math.fma(weight, Memory.get(x3 + 4L * i), s3);
        }
        Memory.set(o0, s0);
        Memory.set(o1, s1);
        Memory.set(o2, s2);
        Memory.set(o3, s3);
    }
}
