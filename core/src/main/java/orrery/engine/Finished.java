package orrery.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sequences that have ended and whose keys and values are still there, so that a conversation's next turn need not read its past again. The
 * longest unused is at the front; their pages are anybody's who needs them.
 */
final class Finished {
    private final Deque<Sequence> sequences = new ArrayDeque<>();
    private final Pages pages;
    private final int most;
    private final int lookahead;

    /**
     * @param most sequences that are kept
     * @param lookahead how many tokens beyond a position decide what is remembered there
     */
    Finished(Pages pages, int most, int lookahead) {
        this.pages = pages;
        this.most = most;
        this.lookahead = lookahead;
    }

    void keep(Sequence sequence) {
        sequences.addLast(sequence);
        if (sequences.size() > most) {
            evict();
        }
    }

    /** Runs that could be had by giving all of these up. */
    int held(int pool) {
        int held = 0;
        for (var sequence : sequences) {
            held += Pages.held(sequence, pool);
        }
        return held;
    }

    /** Gives up the longest unused; false if there is none. */
    boolean evict() {
        var oldest = sequences.pollFirst();
        if (oldest == null) {
            return false;
        }
        pages.release(oldest);
        return true;
    }

    /**
     * Lets a new sequence go on where an old one ended. The old one's pages are moved, not copied, so this is done only where it is
     * mostly the new one's past, and not where the two merely begin alike; and only where every pool still holds all that the next
     * row sees, which a window after a longer answer does not.
     */
    void continueIn(Sequence next) {
        Sequence best = null;
        int most = 0;
        for (var candidate : sequences) {
            // The last token has to be computed in any case: nobody kept its logits.
            int common = Math.min(next.commonPrefix(candidate) - lookahead, next.length() - 1);
            if (common > most && 2 * common >= candidate.computed && pages.holds(candidate, common)) {
                best = candidate;
                most = common;
            }
        }
        if (best != null) {
            sequences.remove(best);
            pages.truncate(best, most);
            next.adopt(best, most);
        }
    }
}
