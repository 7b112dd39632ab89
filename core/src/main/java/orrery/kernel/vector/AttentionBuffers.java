package orrery.kernel.vector;

/** Where a worker's scratch holds what, while it attends: offsets in bytes, a multiple of a cache line each. */
final class AttentionBuffers {
    /** Scaled queries {@code [queries, size]}. */
    long query;
    /** A panel's keys as columns of floats {@code [size, panelWidth]}. */
    long columns;
    /** Scores, then weights of the softmax {@code [queries, scoreStride]}. */
    long scores;
    /** {@link SoftmaxSums} of one partition. */
    long partition;
    /** {@link SoftmaxSums} of all partitions so far. */
    long past;
    /** A key of zeros, in place of positions that are not there. */
    long zeros;
    /**
     * Values as floats {@code [stretch, rowWidth]}, zeros up to whole vectors behind each: where they do not lie in the
     * cache like that.
     */
    long rows;
    /** A panel's factors as floats. */
    long factors;
    /** What {@link Transpose} and {@link Curves} need. */
    long small;
    /** Bytes altogether. */
    long bytes;
    /** Elements of a value, rounded up to whole vectors. */
    int width;
    /** Positions of a panel, likewise. */
    int panelWidth;
    /** Floats from one query's scores to the next one's: a panel's last vector may reach beyond the stretch. */
    int scoreStride;
    /** How {@link #partition} and {@link #past} are laid out. */
    final SoftmaxSums sums = new SoftmaxSums();

    /**
     * Room for blocks of so many queries.
     *
     * @param stretch positions that are scored at a time
     * @param rowWidth elements of a row that is made floats of, in whole vectors, or 0 if none is
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

    /** Room for so many factors, too. */
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
