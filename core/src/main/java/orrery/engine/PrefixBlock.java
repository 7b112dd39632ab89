package orrery.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run of positions in the prefix cache: its token ids, the pages that hold what was computed for them, and the block
 * before it. Blocks form a tree; the path from its root to a block spells every token up to that block's end.
 *
 * <p>A full block has as many positions as a page, and any number of sequences continue after it. A partial block is
 * the end of an ended sequence; nothing follows it, and a sequence that continues there copies it.
 */
final class PrefixBlock {
    /** The block before it; null only for the root. */
    final @Nullable PrefixBlock parent;

    /** The index of its run in a sequence, from 0; -1 for the root. */
    final int run;

    /** The positions that were computed. */
    final int positions;

    /** The ids of its positions, and of the tokens after them that its cache entries depend on. */
    final int[] tokens;

    /** The hash of all tokens up to its last. */
    final long hash;

    /** Its page in each pool; null if it was evicted, or no row could see it any more. */
    final @Nullable SharedPage[] pages;

    /** The recurrent state after its last position, if the model has one and it was kept. */
    @Nullable
    SharedPage snapshot;

    /** The number of sequences that contain it. */
    int holders;

    @Nullable
    PrefixBlock firstChild;

    @Nullable
    PrefixBlock previousSibling;

    @Nullable
    PrefixBlock nextSibling;

    /** The next block in the same bucket of the index. */
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

    /** Whether nothing refers to it and it holds nothing. */
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

    /** Its page in a pool, which must still exist. */
    SharedPage page(int pool) {
        return Objects.requireNonNull(pages[pool]);
    }

    /** Whether all its pages still exist. */
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
