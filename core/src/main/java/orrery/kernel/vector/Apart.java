package orrery.kernel.vector;

/**
 * Arrays that are written by one worker each, with padding after their elements. Without it, one worker's last elements
 * would share a cache line with the length of the next worker's array, which is read at every access, so that both
 * cores would fight for that line (false sharing).
 */
final class Apart {
    /** Two lines, because processors prefetch lines in pairs. */
    private static final int BYTES = 128;

    private Apart() {}

    static float[] floats(int length) {
        return new float[length + BYTES / Float.BYTES];
    }

    static long[] longs(int length) {
        return new long[length + BYTES / Long.BYTES];
    }
}
