package orrery.kernel.vector;

/** Sums over one row, with four vectors in parallel, always in the same order. */
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
            a = a.add(OffHeap.floats(at));
            b = b.add(OffHeap.floats(at + Lanes.BYTES));
            c = c.add(OffHeap.floats(at + 2 * Lanes.BYTES));
            d = d.add(OffHeap.floats(at + 3 * Lanes.BYTES));
        }
        double sum = Lanes.sum(a.add(b).add(c.add(d)));
        for (; i < length; i++) {
            sum += OffHeap.get(x + 4L * i);
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
            var e = OffHeap.floats(at).sub(centre);
            var f = OffHeap.floats(at + Lanes.BYTES).sub(centre);
            var g = OffHeap.floats(at + 2 * Lanes.BYTES).sub(centre);
            var h = OffHeap.floats(at + 3 * Lanes.BYTES).sub(centre);
            a = e.fma(e, a);
            b = f.fma(f, b);
            c = g.fma(g, c);
            d = h.fma(h, d);
        }
        double sum = Lanes.sum(a.add(b).add(c.add(d)));
        for (; i < length; i++) {
            double centred = OffHeap.get(x + 4L * i) - (double) centre;
            sum += centred * centred;
        }
        return sum;
    }
}
