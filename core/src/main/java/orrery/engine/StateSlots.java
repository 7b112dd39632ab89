package orrery.engine;

import org.jspecify.annotations.Nullable;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;

/**
 * Assigns the states of a model with recurrent layers. A running sequence has one; a copy at the end of a block is a
 * snapshot, which belongs to the block and from which any sequence can continue. The number of states is fixed, so the
 * least recently used snapshot makes room for the next.
 *
 * <p>A state cannot be rolled back by a position. So the state after a draft token is written to a spare slot, which
 * becomes the sequence's own if the draft token is accepted.
 */
final class StateSlots {
    private final KvCache cache;
    private final PrefixCache prefixes;
    private final boolean present;

    StateSlots(KvCache cache, PrefixCache prefixes) {
        this.cache = cache;
        this.prefixes = prefixes;
        present = cache.keepsStates();
    }

    /** Whether there is a state for one more sequence. */
    boolean available() {
        return !present || cache.availableStates() > 0 || prefixes.snapshots() > 0;
    }

    /** From which position of another sequence a sequence can continue, if the two have {@code tokens} in common. */
    int reachable(int tokens) {
        return present ? tokens / cache.pageSize() * cache.pageSize() : tokens;
    }

    private int take() {
        return cache.availableStates() > 0 || prefixes.evictSnapshot() ? cache.takeState() : Step.NO_STATE;
    }

    /**
     * Gives a sequence its state.
     *
     * @param snapshot the snapshot to continue from; null to start with the first token
     */
    void begin(Sequence sequence, @Nullable SharedPage snapshot) {
        if (!present) {
            return;
        }
        if (snapshot == null) {
            sequence.state = take();
            cache.clearState(sequence.state);
        } else {
            // If it is the only one left, it is evicted and its slot is taken with its content.
            prefixes.touchSnapshot(snapshot);
            sequence.state = take();
            cache.copyState(snapshot.number, sequence.state);
        }
    }

    /**
     * Decides for the row added last, at {@code position}, whether its state is kept: at the end of a run, and after
     * the sequence's last row.
     */
    void plan(Step step, Sequence sequence, int position, boolean last) {
        if (!present) {
            return;
        }
        if (last) {
            step.keepState(sequence.state);
        } else if ((position + 1) % cache.pageSize() == 0) {
            int slot = take();
            sequence.snapshots.append(slot);
            if (slot != Step.NO_STATE) {
                step.keepState(slot);
            }
        }
    }

    /** Whether a draft token, which would be the next row, can have a state. */
    boolean reserveGuess(Sequence sequence) {
        if (present) {
            sequence.spare = take();
        }
        return !present || sequence.spare != Step.NO_STATE;
    }

    /** Assigns the state after the draft token. */
    void planGuess(Step step, Sequence sequence) {
        if (present) {
            step.keepState(sequence.spare);
        }
    }

    /** The draft token was accepted: the state after it becomes the sequence's, and the one before it is spare. */
    void acceptGuess(Sequence sequence) {
        int before = sequence.state;
        sequence.state = sequence.spare;
        sequence.spare = before;
        sequence.spareBehind = present;
    }

    /**
     * Gives a block that the step has filled, up to {@code end}, its snapshot, if there is one and the block has none.
     */
    void publish(Sequence sequence, PrefixBlock block, int end) {
        int slot = present && block.snapshot == null ? snapshot(sequence, end) : Step.NO_STATE;
        if (slot == Step.NO_STATE) {
            return;
        }
        prefixes.putSnapshot(block, slot);
        if (end < sequence.promptLength()) {
            prefixes.demotePassed(block);
        }
    }

    private int snapshot(Sequence sequence, int end) {
        if (end == sequence.computed) {
            int slot = take();
            if (slot != Step.NO_STATE) {
                cache.copyState(sequence.state, slot);
            }
            return slot;
        }
        if (sequence.spareBehind && end == sequence.computed - 1) {
            int slot = sequence.spare;
            sequence.spare = Step.NO_STATE;
            return slot;
        }
        int inner = end / cache.pageSize() - 1 - sequence.from / cache.pageSize();
        return inner < sequence.snapshots.length() ? sequence.snapshots.remove(inner) : Step.NO_STATE;
    }

    /** After a step: frees what was kept only for it. */
    void settle(Sequence sequence) {
        if (sequence.spare != Step.NO_STATE) {
            cache.giveState(sequence.spare);
        }
        sequence.spare = Step.NO_STATE;
        sequence.spareBehind = false;
        while (sequence.snapshots.length() > 0) {
            int slot = sequence.snapshots.removeLast();
            if (slot != PageTable.ABSENT) {
                cache.giveState(slot);
            }
        }
    }

    /** Passes the sequence's state to the block that ends at the same position. */
    void retire(Sequence sequence, PrefixBlock last) {
        if (sequence.state != Step.NO_STATE && last.snapshot == null && last.parent != null) {
            prefixes.putSnapshot(last, sequence.state);
            sequence.state = Step.NO_STATE;
        }
    }

    /** Frees all its states. */
    void release(Sequence sequence) {
        settle(sequence);
        if (sequence.state != Step.NO_STATE) {
            cache.giveState(sequence.state);
            sequence.state = Step.NO_STATE;
        }
    }
}
