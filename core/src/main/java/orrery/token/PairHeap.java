package orrery.token;

import java.util.Arrays;

/** Pairs that wait to be merged: the lowest first, and of equal ones the leftmost. For one thread. */
final class PairHeap {
    private final int idle;
    private long[] joined;
    private int[] positions;
    private int count;

    /** @param idle how many low bits do not affect the order */
    PairHeap(int capacity, int idle) {
        this.idle = idle;
        joined = new long[capacity];
        positions = new int[capacity];
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The position of the first pair. */
    int position() {
        return positions[0];
    }

    void push(long pair, int position) {
        if (count == joined.length) {
            joined = Arrays.copyOf(joined, 2 * count);
            positions = Arrays.copyOf(positions, 2 * count);
        }
        int at = count++;
        while (at > 0 && isBefore(pair, position, (at - 1) >>> 1)) {
            int parent = (at - 1) >>> 1;
            joined[at] = joined[parent];
            positions[at] = positions[parent];
            at = parent;
        }
        joined[at] = pair;
        positions[at] = position;
    }

    /** Removes the first pair. */
    long pop() {
        long first = joined[0];
        count--;
        long pair = joined[count];
        int position = positions[count];
        int at = 0;
        while (2 * at + 1 < count) {
            int child = 2 * at + 1;
            if (child + 1 < count && isBefore(joined[child + 1], positions[child + 1], child)) {
                child++;
            }
            if (isBefore(pair, position, child)) {
                break;
            }
            joined[at] = joined[child];
            positions[at] = positions[child];
            at = child;
        }
        joined[at] = pair;
        positions[at] = position;
        return first;
    }

    private boolean isBefore(long pair, int position, int other) {
        long difference = (pair >>> idle) - (joined[other] >>> idle);
        return difference < 0 || (difference == 0 && position < positions[other]);
    }
}
