package orrery.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run of positions as the prefix cache knows it: the token ids of the run, the pages that hold what was computed for
 * them, and the block before it. Blocks form a tree; the path from its root to a block spells every token up to that
 * block's end.
 *
 * <p>A full block has as many positions as a page, and any number of sequences go on behind it. One that is not full is
 * what an ended sequence left at its end; nothing follows it, and a sequence that goes on there copies it.
 */
final class PrefixBlock {
    /** The block before it; null for the root alone. */
    final @Nullable PrefixBlock parent;

    /** Which run of a sequence it is, from 0 on; -1 for the root. */
    final int run;

    /** Positions that were computed. */
    final int positions;

    /** The ids of its positions, and of as many tokens after them as decide what is remembered there. */
    final int[] tokens;

    /** Of all tokens up to its last. */
    final long hash;

    /** Its page in each pool; null where it was given up, or no row could see it any more. */
    final @Nullable SharedPage[] pages;

    /** The state after its last position, where the model has recurrent layers and it was kept. */
    @Nullable
    SharedPage snapshot;

    /** Sequences that it is a part of. */
    int holders;

    @Nullable
    PrefixBlock firstChild;

    @Nullable
    PrefixBlock previousSibling;

    @Nullable
    PrefixBlock nextSibling;

    /** The next one in the same bucket of the index. */
    @Nullable
    PrefixBlock nextInBucket;

    PrefixBlock(@Nullable PrefixBlock parent, int positions, int[] tokens, long hash, int pools) {
        this.parent = parent;
        this.run = parent == null ? -1 : parent.run + 1;
        this.positions = positions;
        this.tokens = tokens;
        this.hash = hash;
        pages = new SharedPage[pools];
    }

    /** Whether nothing refers to it and nothing is remembered in it. */
    boolean empty() {
        if (parent == null || holders > 0 || firstChild != null || snapshot != null) {
            return false;
        }
        for (var page : pages) {
            if (page != null) {
                return false;
            }
        }
        return true;
    }

    /** Its page in a pool, which must still be there. */
    SharedPage page(int pool) {
        return Objects.requireNonNull(pages[pool]);
    }

    /** Whether all its pages are still there. */
    boolean complete() {
        for (var page : pages) {
            if (page == null) {
                return false;
            }
        }
        return true;
    }

    void addChild(PrefixBlock child) {
        child.nextSibling = firstChild;
        if (firstChild != null) {
            firstChild.previousSibling = child;
        }
        firstChild = child;
    }

    /** Whether it is its parent's only child. */
    boolean alone() {
        return previousSibling == null && nextSibling == null;
    }

    void removeChild(PrefixBlock child) {
        if (child.previousSibling == null) {
            firstChild = child.nextSibling;
        } else {
            child.previousSibling.nextSibling = child.nextSibling;
        }
        if (child.nextSibling != null) {
            child.nextSibling.previousSibling = child.previousSibling;
        }
    }
}
