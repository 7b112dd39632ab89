package orrery.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Which of the sequences that wait are the next to run: in the order in which they came, when there are pages for all
 * their tokens so far. While the first does not fit, later ones that do are let past it, eight times at most: then all
 * wait until it fits.
 *
 * <p>One whose beginning a running sequence is just about to compute lets others pass until that is done, so that a
 * prefix which many have in common is computed once. It waits for a sequence that runs and has pages, and for no more
 * than that one's prompt; if that one is cancelled or has to make room, it waits no longer. So nobody waits for a
 * sequence that waits.
 */
final class Admission {
    /**
     * Tokens in common for which a sequence waits. Chat templates let all prompts begin alike by a few, which are
     * computed sooner than a step is waited for.
     */
    private static final int WORTH_WAITING = 16;

    /** How often others may be admitted before one that does not fit yet. */
    private static final int OVERTAKEN = 8;

    private final BlockManager blocks;
    private final int maxSequences;
    private final int context;
    private final IntUnaryOperator turnsAs;
    private final List<Sequence> waiting = new ArrayList<>();

    /** @param turnsAs how the keys of a sequence are turned by its length */
    Admission(BlockManager blocks, int maxSequences, int context, IntUnaryOperator turnsAs) {
        this.blocks = blocks;
        this.maxSequences = maxSequences;
        this.context = context;
        this.turnsAs = turnsAs;
    }

    /** Those that have no pages, the next one first. */
    List<Sequence> waiting() {
        return waiting;
    }

    /** Gives pages to those that can begin, and adds them to the running ones, which are those that have pages. */
    void admit(List<Sequence> running) {
        for (int i = 0; i < waiting.size() && running.size() < maxSequences; ) {
            var sequence = waiting.get(i);
            if (follows(sequence)) {
                i++;
                continue;
            }
            sequence.turnsAs = turnsAs.applyAsInt(sequence.length());
            var place = blocks.find(sequence, running);
            if (sequence.use == Sequence.RowUse.LAST) {
                follow(sequence, place.position(), running);
            }
            if (sequence.leader != null) {
                i++;
                continue;
            }
            if (!fits(sequence, place, running)) {
                if (sequence.overtaken >= OVERTAKEN) {
                    return;
                }
                i++;
                continue;
            }
            overtake(i);
            waiting.remove(i);
            blocks.continueFrom(place, sequence);
            sequence.running = true;
            running.add(sequence);
        }
    }

    /** Those before it let it pass; one that only waits for its leader is not passed by. */
    private void overtake(int place) {
        for (int i = 0; i < place; i++) {
            waiting.get(i).overtaken += waiting.get(i).leader == null ? 1 : 0;
        }
    }

    /** Whether a running sequence has still to compute what this one waits for. */
    private static boolean follows(Sequence sequence) {
        var leader = sequence.leader;
        if (leader != null && leader.running && leader.computed < sequence.awaited) {
            return true;
        }
        sequence.leader = null;
        return false;
    }

    /**
     * Finds the running sequence, if there is one, that is about to compute most of what this one needs beyond the
     * {@code known} tokens.
     */
    private void follow(Sequence sequence, int known, List<Sequence> running) {
        int least = known + WORTH_WAITING;
        for (int i = 0; i < running.size(); i++) {
            var other = running.get(i);
            int usable = blocks.usable(sequence, other);
            if (other.turnsAs == sequence.turnsAs
                    && other.pending() > 1
                    && usable >= least
                    && usable > other.computed) {
                least = usable + 1;
                sequence.leader = other;
                sequence.awaited = usable;
            }
        }
    }

    /**
     * Whether there is a state, and are pages for all of its tokens and the next one, after what the running ones still
     * need for theirs.
     */
    private boolean fits(Sequence sequence, Continuation place, List<Sequence> running) {
        if (!blocks.states().available()) {
            return false;
        }
        for (int pool = 0; pool < blocks.pools(); pool++) {
            int free = blocks.available(pool);
            for (int i = 0; i < running.size(); i++) {
                var other = running.get(i);
                int rest = blocks.peak(pool, tokensToHold(other)) - BlockManager.held(other, pool);
                free -= Math.max(0, rest);
            }
            if (blocks.need(place, pool, tokensToHold(sequence)) > free) {
                return false;
            }
        }
        return true;
    }

    private int tokensToHold(Sequence sequence) {
        return Math.min(sequence.length() + 1, context);
    }
}
