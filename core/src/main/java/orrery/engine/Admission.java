package orrery.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Decides which waiting sequences run next: in order of arrival, once there are pages for all their tokens so far.
 * While the first one does not fit, later ones that fit may overtake it, at most eight times; then all wait until it
 * fits.
 *
 * <p>A sequence whose prefix a running sequence is about to compute lets others pass until that is done, so that a
 * prefix shared by many is computed once. It only ever waits for a sequence that runs and has pages, and only for that
 * one's prompt; if that one is cancelled or preempted, it stops waiting. So no sequence waits for one that is itself
 * waiting.
 */
final class Admission {
    /**
     * The shortest common prefix that a sequence waits for. Chat templates start all prompts with a few common tokens;
     * computing those again costs less than waiting for a step.
     */
    private static final int WORTH_WAITING = 16;

    /** How often others may be admitted before one that does not fit yet. */
    private static final int OVERTAKEN = 8;

    private final BlockManager blocks;
    private final int maxSequences;
    private final int context;
    private final IntUnaryOperator turnsAs;
    private final List<Sequence> waiting = new ArrayList<>();

    /** @param turnsAs the key rotation that a sequence's length selects */
    Admission(BlockManager blocks, int maxSequences, int context, IntUnaryOperator turnsAs) {
        this.blocks = blocks;
        this.maxSequences = maxSequences;
        this.context = context;
        this.turnsAs = turnsAs;
    }

    /** The sequences without pages, the next one first. */
    List<Sequence> waiting() {
        return waiting;
    }

    /** Gives pages to the sequences that can start, and adds them to {@code running}. */
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

    /** Counts that the sequences before it were overtaken; one that only waits for its leader does not count. */
    private void overtake(int place) {
        for (int i = 0; i < place; i++) {
            waiting.get(i).overtaken += waiting.get(i).leader == null ? 1 : 0;
        }
    }

    /** Whether the running sequence still has to compute what this one waits for. */
    private static boolean follows(Sequence sequence) {
        var leader = sequence.leader;
        if (leader != null && leader.running && leader.computed < sequence.awaited) {
            return true;
        }
        sequence.leader = null;
        return false;
    }

    /**
     * Finds the running sequence, if any, that is about to compute most of what this one needs beyond the {@code known}
     * tokens.
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
     * Whether there is a free state, and enough pages for all of its tokens and the next one, beyond what the running
     * sequences still need.
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
