package orrery.kernel;

import java.util.Arrays;

/**
 * Where one sequence's entries in one pool are: the page of each run of positions, or {@link #ABSENT} if the page was
 * freed because no row can see it any more. Written only by the scheduler.
 */
public final class PageTable {
    /** No page here. */
    public static final int ABSENT = -1;

    private int[] pages = new int[8];
    private int length;

    /** The number of runs so far. */
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

    /** Replaces a run's page by another page with the same content. */
    public void replace(int index, int page) {
        page(index);
        pages[index] = page;
    }

    /** Removes the page of a run, and returns it. */
    public int remove(int index) {
        int page = page(index);
        pages[index] = ABSENT;
        return page;
    }

    /** Removes the last run, and returns its page. */
    public int removeLast() {
        int page = page(length - 1);
        length--;
        return page;
    }
}
