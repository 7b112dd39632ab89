package orrery.kernel.vector;

/** Where a worker's scratch holds what, while it attends: offsets in bytes, a multiple of a cache line each. */
final class AttentionBuffers {
    /** Scaled queries {@code [queries, size]}. */
    long query;
    /** Keys turned into columns {@code [size, positions]}. */
    long columns;
    /** See {@link KeyProducts#SCRATCH}. */
    long sums;
    /** Scores, then weights of the softmax {@code [queries, positions]}. */
    long scores;
    /** Sums so far {@code [queries, width]}. */
    long mixed;
    /** The largest score so far {@code [queries]}. */
    long most;
    /** The sum of weights so far {@code [queries]}. */
    long total;
    /** A key of zeros, in place of positions that are not there. */
    long zeros;
    /** Values with zeros up to whole vectors {@code [positions, width]}; only where a value is no whole number of vectors. */
    long padded;
    /** What {@link Transpose} and {@link Curves} need. */
    long small;
    /** Bytes altogether. */
    long bytes;
    /** Elements of a value, rounded up to whole vectors. */
    int width;

    /** Room for blocks of so many queries; {@code positions} are scored at a time, of which {@code turned} become columns at most. */
    void shape(int queries, int size, int valueSize, int positions, int turned) {
        width = (valueSize + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
        bytes = 0;
        query = take((long) queries * size);
        columns = take((long) size * turned);
        sums = take(KeyProducts.SCRATCH / Float.BYTES);
        scores = take((long) queries * positions);
        mixed = take((long) queries * width);
        most = take(queries);
        total = take(queries);
        zeros = take(size);
        padded = take(width == valueSize ? 0 : (long) positions * width);
        small = take(Math.max(Transpose.SCRATCH / Float.BYTES, 2L * Curves.RUN));
    }

    private long take(long floats) {
        long at = bytes;
        bytes += (floats * Float.BYTES + 63) / 64 * 64;
        return at;
    }
}
