package orrery.token;

import java.util.Arrays;

/** A growing list of token ids. For one thread. */
final class Ids {
    private int[] ids;
    private int count;

    Ids(int capacity) {
        ids = new int[Math.max(16, capacity)];
    }

    void add(int id) {
        reserve(1);
        ids[count++] = id;
    }

    void add(int[] more, int length) {
        reserve(length);
        System.arraycopy(more, 0, ids, count, length);
        count += length;
    }

    int count() {
        return count;
    }

    int[] toArray() {
        return Arrays.copyOf(ids, count);
    }

    /** The ids from {@code from} on. */
    int[] since(int from) {
        return Arrays.copyOfRange(ids, from, count);
    }

    private void reserve(int more) {
        if (count + more > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(2 * ids.length, count + more));
        }
    }
}
