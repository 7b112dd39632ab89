package orrery.kernel.jit;

/**
 * Where a worker's memory holds what while it attends, in bytes, a multiple of a cache line each.
 *
 * <p>Sums are what queries mixed, in whole vectors each, and behind that their states ({@link SoftmaxWriter}).
 */
final class SoftmaxMemory {
    /** Scaled queries {@code [queries, size]}. */
    long query;
    /** Scores, then weights of the softmax {@code [queries, scoreStride]}. */
    long scores;
    /** Keys of a stretch that were made floats first, with room for a vector behind them. */
    long keys;
    /** Sums of one partition. */
    long partition;
    /** Sums of all partitions so far. */
    long past;
    /** Bytes altogether. */
    long bytes;
    /** Elements of a value, rounded up to whole vectors. */
    int width;
    /** Floats from one query's scores to the next one's: a panel's last vector may reach beyond the stretch. */
    int scoreStride;

    private long states;
    private long sumBytes;

    /**
     * Room for blocks of so many queries.
     *
     * @param stretch positions that are scored at a time
     * @param floatKeys positions of which keys are made floats first
     */
    void shape(int lanes, int queries, int size, int valueSize, int stretch, int floatKeys) {
        width = (valueSize + lanes - 1) / lanes * lanes;
        scoreStride = stretch + lanes;
        states = lines((long) Float.BYTES * queries * width);
        sumBytes = states + lines((long) SoftmaxWriter.STATE * queries);
        query = 0;
        scores = query + lines((long) Float.BYTES * queries * size);
        keys = scores + lines((long) Float.BYTES * queries * scoreStride);
        partition = keys + (floatKeys == 0 ? 0 : lines(Float.BYTES * ((long) floatKeys * size + lanes)));
        past = partition + sumBytes;
        bytes = past + sumBytes;
    }

    /** Bytes of the sums of all queries. */
    long sumBytes() {
        return sumBytes;
    }

    /** Where a query's mixture lies in sums that lie at an address. */
    long mixed(long sums, int query) {
        return sums + (long) Float.BYTES * query * width;
    }

    /** Where its state lies. */
    long state(long sums, int query) {
        return sums + states + (long) SoftmaxWriter.STATE * query;
    }

    /** No position has been seen: a sum of weights of 0, which no position leaves, since the largest score weighs 1. */
    void clear(long sums, int queries) {
        RawMemory.clear(sums, (long) Float.BYTES * queries * width);
        for (int q = 0; q < queries; q++) {
            RawMemory.setInt(state(sums, q), Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
            RawMemory.setInt(state(sums, q) + Float.BYTES, 0);
        }
    }

    private static long lines(long bytes) {
        return (bytes + RoundedRow.LINE - 1) / RoundedRow.LINE * RoundedRow.LINE;
    }
}
