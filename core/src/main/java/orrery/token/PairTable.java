package orrery.token;

/**
 * Maps pairs of non-negative ints to a non-negative int, without an object for each: open addressing, at most half
 * full.
 */
final class PairTable {
    static final int NONE = -1;

    private final long[] keys;
    private final int[] values;
    private final int mask;

    /** @param pairs the most pairs */
    PairTable(int pairs) {
        int capacity = Integer.highestOneBit(Math.max(8, pairs)) << 2;
        keys = new long[capacity];
        values = new int[capacity];
        mask = capacity - 1;
    }

    /** Putting a pair again replaces its value. */
    void put(int left, int right, int value) {
        long key = key(left, right);
        int slot = slot(key);
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        keys[slot] = key;
        values[slot] = value;
    }

    /** {@link #NONE} for a pair that was not put. */
    int get(int left, int right) {
        long key = key(left, right);
        int slot = slot(key);
        while (keys[slot] != key) {
            if (keys[slot] == 0) {
                return NONE;
            }
            slot = slot + 1 & mask;
        }
        return values[slot];
    }

    /** Never 0, which is a free slot. */
    private static long key(int left, int right) {
        return ((long) left << 32 | right) + 1;
    }

    private int slot(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & mask;
    }
}
