package orrery.kernel.jit;

import java.util.Arrays;

/**
 * Panels of weights, divided into parts that threads claim one after another: large ones first, because the start of
 * each contiguous read is slow, then smaller and smaller ones, so that no thread is left with the last one for long.
 */
final class PanelParts {
    /** The remaining work is divided into so many parts per thread, and the next part is one of those. */
    private static final int SHARES = 2;

    private int[] products = new int[64];
    private int[] froms = new int[64];
    private int[] tos = new int[64];
    private int count;
    private int workers = 1;
    private double left;

    /**
     * Removes all parts.
     *
     * @param threads that claim them
     * @param work the total of all {@link #cut} calls
     */
    void begin(int threads, double work) {
        workers = threads;
        left = work;
        count = 0;
    }

    /**
     * Divides the panels of a product.
     *
     * @param panels their number
     * @param multiple parts have a multiple of so many panels, except the last
     * @param least the fewest panels of a part
     * @param most the most panels of a part, unless {@code multiple} is more
     * @param workOfPanel in any unit, the same for all products
     */
    void cut(int product, int panels, int multiple, long least, long most, double workOfPanel) {
        for (int from = 0; from < panels; ) {
            long fair = (long) (left / (SHARES * workers * workOfPanel));
            long wanted = Math.clamp(fair, Math.min(least, most), most) / multiple * multiple;
            int to = (int) Math.min(panels, from + Math.max(multiple, wanted));
            add(product, from, to);
            left -= (to - from) * workOfPanel;
            from = to;
        }
    }

    private void add(int product, int from, int to) {
        if (count == products.length) {
            products = Arrays.copyOf(products, 2 * count);
            froms = Arrays.copyOf(froms, 2 * count);
            tos = Arrays.copyOf(tos, 2 * count);
        }
        products[count] = product;
        froms[count] = from;
        tos[count++] = to;
    }

    int count() {
        return count;
    }

    /** The product of a part. */
    int product(int part) {
        return products[part];
    }

    /** The first panel of a part. */
    int from(int part) {
        return froms[part];
    }

    /** The panel after the last one of a part. */
    int to(int part) {
        return tos[part];
    }
}
