package orrery.engine;

import org.jspecify.annotations.Nullable;

/** The pages of a pool that no sequence holds but that are still in the prefix cache, the least recently used first. */
final class UnusedPages {
    private @Nullable SharedPage oldest;
    private @Nullable SharedPage newest;
    private int count;

    int count() {
        return count;
    }

    /** The least recently used one. */
    @Nullable
    SharedPage oldest() {
        return oldest;
    }

    void addNewest(SharedPage page) {
        page.older = newest;
        page.newer = null;
        if (newest == null) {
            oldest = page;
        } else {
            newest.newer = page;
        }
        newest = page;
        count++;
    }

    void addOldest(SharedPage page) {
        page.older = null;
        page.newer = oldest;
        if (oldest == null) {
            newest = page;
        } else {
            oldest.older = page;
        }
        oldest = page;
        count++;
    }

    void remove(SharedPage page) {
        if (page.older == null) {
            oldest = page.newer;
        } else {
            page.older.newer = page.newer;
        }
        if (page.newer == null) {
            newest = page.older;
        } else {
            page.newer.older = page.older;
        }
        page.older = null;
        page.newer = null;
        count--;
    }
}
