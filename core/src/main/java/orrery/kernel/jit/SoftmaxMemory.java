package orrery.kernel.jit;

/**
 * The layout of a worker's memory for attention, in bytes, each a multiple of a cache line.
 *
 * <p>Sums are the queries' weighted sums, in whole vectors each, followed by their states ({@link SoftmaxWriter}).
 */
final class SoftmaxMemory {
    /** Scaled queries {@code [queries, size]}. */
    long query;
    /** Scores, then softmax weights {@code [queries, scoreStride]}. */
    long scores;
    /** Keys of a stretch that were first widened to floats, with room for one more vector. */
    long keys;
    /** Sums of one partition. */
    long partition;
    /** Sums of all partitions so far. */
    long past;
    /** Bytes in total. */
    long bytes;
    /** Elements of a value, rounded up to whole vectors. */
    int width;
    /** Floats from one query's scores to the next one's: a panel's last vector may extend beyond the stretch. */
    int scoreStride;

    private long states;
    private long sumBytes;

    /**
     * Room for blocks of {@code queries}.
     *
     * @param stretch positions that are scored at a time
     * @param floatKeys positions whose keys are first widened to floats
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

    /** The address of a query's weighted sum, within sums at an address. */
    long mixed(long sums, int query) {
        return sums + (long) Float.BYTES * query * width;
    }

    /** The address of its state. */
    long state(long sums, int query) {
        return sums + states + (long) SoftmaxWriter.STATE * query;
    }

    /**
     * Resets to no positions: a sum of weights of 0, which cannot result from any position, since the largest score has
     * weight 1.
     */
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
