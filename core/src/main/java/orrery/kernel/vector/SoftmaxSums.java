package orrery.kernel.vector;

/**
 * The partial results of a softmax over some positions for each query: the largest score, the sum of weights, and the
 * weighted sum of values (arXiv:1805.02867). Partial results of different positions can be merged. Scores are binary
 * logarithms.
 */
final class SoftmaxSums {
    private int width;
    private long most;
    private long total;
    private long bytes;

    /** Lays out the sums of {@code queries}, each with a weighted sum of {@code width} floats, in whole vectors. */
    void shape(int queries, int width) {
        this.width = width;
        most = 4L * queries * width;
        total = most + 4L * queries;
        bytes = (total + 4L * queries + 63) / 64 * 64;
    }

    /** Bytes of the sums of all queries. */
    long bytes() {
        return bytes;
    }

    /** The address of a query's weighted sum, within sums at an address. */
    long mixed(long at, int query) {
        return at + 4L * query * width;
    }

    /**
     * Resets to no positions: a total of 0, which cannot result from any position, since the largest score has weight
     * 1.
     */
    void clear(long at, int queries) {
        OffHeap.fill(at, 4L * queries * width);
        Softmax.fill(at + most, 0, queries, Float.NEGATIVE_INFINITY);
        OffHeap.fill(at + total, 4L * queries);
    }

    /** The largest score so far. */
    float most(long at, int query) {
        return OffHeap.get(at + most + 4L * query);
    }

    /**
     * Adds the weights of further positions, and rescales the existing sums to them.
     *
     * @param largest of their scores and of {@link #most}: what the weights are relative to
     */
    void add(long at, int query, float largest, float weights) {
        float before = most(at, query);
        float sum = OffHeap.get(at + total + 4L * query);
        if (sum == 0) {
            set(at, query, largest, weights);
            return;
        }
        if (largest != before) {
            float factor = Softmax.power(before - largest);
            sum *= factor;
            Sums.scale(mixed(at, query), factor, width);
            OffHeap.set(at + most + 4L * query, largest);
        }
        OffHeap.set(at + total + 4L * query, sum + weights);
    }

    /** Adds the partial results of later positions. */
    void merge(long to, long from, int query) {
        float found = OffHeap.get(from + total + 4L * query);
        if (found == 0) {
            return;
        }
        float sum = OffHeap.get(to + total + 4L * query);
        float later = most(from, query);
        if (sum == 0) {
            OffHeap.copy(mixed(from, query), mixed(to, query), width);
            set(to, query, later, found);
            return;
        }
        float before = most(to, query);
        float largest = Math.max(before, later);
        // Equal infinities would give NaN.
        float first = before == largest ? 1 : Softmax.power(before - largest);
        float second = later == largest ? 1 : Softmax.power(later - largest);
        long x = mixed(to, query);
        long y = mixed(from, query);
        for (long i = 0; i < 4L * width; i += Lanes.BYTES) {
            OffHeap.set(
                    x + i,
                    OffHeap.floats(x + i).mul(first).add(OffHeap.floats(y + i).mul(second)));
        }
        set(to, query, largest, sum * first + found * second);
    }

    private void set(long at, int query, float largest, float sum) {
        OffHeap.set(at + most + 4L * query, largest);
        OffHeap.set(at + total + 4L * query, sum);
    }

    /** Writes the weighted sum divided by the sum of weights, {@code size} floats. */
    void finish(long at, int query, long to, int size) {
        Sums.scaled(to, mixed(at, query), 1 / OffHeap.get(at + total + 4L * query), size);
    }
}
