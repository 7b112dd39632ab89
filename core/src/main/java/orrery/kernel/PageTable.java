package orrery.kernel;

import java.util.Arrays;

/**
 * Where one sequence's past lies in one pool: the page that holds each run of positions, or {@link #ABSENT} where the
 * page was freed because no row can see it any more. Written by the scheduler alone.
 */
public final class PageTable {
    /** No page here. */
    public static final int ABSENT = -1;

    private int[] pages = new int[8];
    private int length;

    /** Runs of positions so far. */
    public int length() {
        return length;
    }

    /** The page of the run with that index. */
    public int page(int index) {
        if (index >= length) {
            throw new IndexOutOfBoundsException("run " + index + " of " + length);
        }
        return pages[index];
    }

    public void append(int page) {
        if (length == pages.length) {
            pages = Arrays.copyOf(pages, 2 * length);
        }
        pages[length++] = page;
    }

    /** Puts another page that holds the same in the place of a run's. */
    public void replace(int index, int page) {
        page(index);
        pages[index] = page;
    }

    /** Forgets the page of a run, and says which it was. */
    public int remove(int index) {
        int page = page(index);
        pages[index] = ABSENT;
        return page;
    }

    /** Forgets the last run altogether, and says which page it had. */
    public int removeLast() {
        int page = page(length - 1);
        length--;
        return page;
    }
}
