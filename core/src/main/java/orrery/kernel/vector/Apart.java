package orrery.kernel.vector;

/**
 * Arrays of which every worker writes one, with room behind their elements. Without it one worker's last elements share
 * a cache line with the length of the next worker's array, which is read at every access: both cores then wait for that
 * line, over and over.
 */
final class Apart {
    /** Two lines, because processors fetch neighbours in pairs. */
    private static final int BYTES = 128;

    private Apart() {}

    static float[] floats(int length) {
        return new float[length + BYTES / Float.BYTES];
    }

    static long[] longs(int length) {
        return new long[length + BYTES / Long.BYTES];
    }
}
