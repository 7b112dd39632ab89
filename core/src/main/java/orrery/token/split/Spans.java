package orrery.token.split;

import java.util.Arrays;

/** Ranges of a text, in order. For one thread. */
public final class Spans {
    private int[] bounds = new int[64];
    private int count;

    /** Adds the range of the chars from {@code start} to before {@code end}. */
    public void add(int start, int end) {
        if (2 * count + 2 > bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * count] = start;
        bounds[2 * count + 1] = end;
        count++;
    }

    public int count() {
        return count;
    }

    public int start(int index) {
        return bounds[2 * index];
    }

    public int end(int index) {
        return bounds[2 * index + 1];
    }

    public void clear() {
        count = 0;
    }

    /** Moves the end of the last range. */
    public void extend(int end) {
        bounds[2 * count - 1] = end;
    }
}
