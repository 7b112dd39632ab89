package orrery.kernel.vector;

/** Sums over one row, four vectors side by side, always in the same order. */
final class RowSums {
    private RowSums() {}

    static double sum(long x, int length) {
        var a = Lanes.zero();
        var b = Lanes.zero();
        var c = Lanes.zero();
        var d = Lanes.zero();
        int i = 0;
        for (; i <= length - 4 * Lanes.COUNT; i += 4 * Lanes.COUNT) {
            long at = x + 4L * i;
            a = a.add(Memory.floats(at));
            b = b.add(Memory.floats(at + Lanes.BYTES));
            c = c.add(Memory.floats(at + 2 * Lanes.BYTES));
            d = d.add(Memory.floats(at + 3 * Lanes.BYTES));
        }
        double sum = Lanes.sum(a.add(b).add(c.add(d)));
        for (; i < length; i++) {
            sum += Memory.get(x + 4L * i);
        }
        return sum;
    }

    /** The sum of {@code (x - centre)^2}. */
    static double squares(long x, int length, float centre) {
        var a = Lanes.zero();
        var b = Lanes.zero();
        var c = Lanes.zero();
        var d = Lanes.zero();
        int i = 0;
        for (; i <= length - 4 * Lanes.COUNT; i += 4 * Lanes.COUNT) {
            long at = x + 4L * i;
            var e = Memory.floats(at).sub(centre);
            var f = Memory.floats(at + Lanes.BYTES).sub(centre);
            var g = Memory.floats(at + 2 * Lanes.BYTES).sub(centre);
            var h = Memory.floats(at + 3 * Lanes.BYTES).sub(centre);
            a = e.fma(e, a);
            b = f.fma(f, b);
            c = g.fma(g, c);
            d = h.fma(h, d);
        }
        double sum = Lanes.sum(a.add(b).add(c.add(d)));
        for (; i < length; i++) {
            double centred = Memory.get(x + 4L * i) - (double) centre;
            sum += centred * centred;
        }
        return sum;
    }
}
