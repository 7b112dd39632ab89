package orrery.kernel.vector;

/** The layout of a worker's scratch for attention: offsets in bytes, each a multiple of a cache line. */
final class AttentionBuffers {
    /** Scaled queries {@code [queries, size]}. */
    long query;
    /** A panel's keys as columns of floats {@code [size, panelWidth]}. */
    long columns;
    /** Scores, then softmax weights {@code [queries, scoreStride]}. */
    long scores;
    /** {@link SoftmaxSums} of one partition. */
    long partition;
    /** {@link SoftmaxSums} of all partitions so far. */
    long past;
    /** A key of zeros, for positions that do not exist. */
    long zeros;
    /**
     * Values as floats {@code [stretch, rowWidth]}, each padded with zeros to whole vectors; used if the cache does not
     * store them like that.
     */
    long rows;
    /** A panel's scale factors as floats. */
    long factors;
    /** Scratch of {@link Transpose} and {@link Curves}. */
    long small;
    /** Bytes in total. */
    long bytes;
    /** Elements of a value, rounded up to whole vectors. */
    int width;
    /** Positions of a panel, likewise. */
    int panelWidth;
    /** Floats from one query's scores to the next one's: a panel's last vector may extend beyond the stretch. */
    int scoreStride;
    /** The layout of {@link #partition} and {@link #past}. */
    final SoftmaxSums sums = new SoftmaxSums();

    /**
     * Room for blocks of {@code queries}.
     *
     * @param stretch positions that are scored at a time
     * @param rowWidth elements of a row that is widened to floats, in whole vectors, or 0 if none is
     */
    void shape(int queries, int size, int valueSize, int panel, int stretch, int rowWidth) {
        width = whole(valueSize);
        panelWidth = whole(panel);
        scoreStride = stretch + 2 * Lanes.COUNT;
        sums.shape(queries, width);
        bytes = 0;
        query = take((long) queries * size);
        columns = take((long) size * panelWidth);
        scores = take((long) queries * scoreStride);
        partition = take(sums.bytes() / Float.BYTES);
        past = take(sums.bytes() / Float.BYTES);
        zeros = take(size);
        rows = take((long) stretch * rowWidth);
        small = take(Math.max(Transpose.SCRATCH / Float.BYTES, 2L * Curves.RUN));
    }

    /** Adds room for {@code count} factors. */
    void factors(int count) {
        factors = take(count);
    }

    static int whole(int elements) {
        return (elements + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
    }

    private long take(long floats) {
        long at = bytes;
        bytes += (floats * Float.BYTES + 63) / 64 * 64;
        return at;
    }
}
