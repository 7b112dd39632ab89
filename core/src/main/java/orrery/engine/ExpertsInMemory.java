package orrery.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import orrery.kernel.Routing;
import orrery.model.ExpertBank;
import orrery.tensor.Tensor;

/**
 * Copies of the most used experts of all layers: the system may evict a mapped file's pages, but a copy stays. Every
 * layer uses the same number of experts per token, so copying the most used ones overall saves the most reading,
 * whichever layer they are in.
 *
 * <p>An expert is copied right after a step that used it, when its pages have just been read, and only a few per step:
 * a sixteenth of what a token reads anyway. The set of most used experts is recomputed every {@link #FIRST_INTERVAL}
 * steps, then at twice the interval each time, up to {@link #LAST_INTERVAL}. Copies of experts that left the set are
 * overwritten, so there are never more than requested. Belongs to the engine's thread.
 */
final class ExpertsInMemory implements AutoCloseable {
    private static final int FIRST_INTERVAL = 16;
    private static final int LAST_INTERVAL = 1024;
    private static final int NOBODY = -1;

    private final Arena arena = Arena.ofShared();
    private final List<ExpertBank> banks;
    private final int most;
    private final int copiesPerStep;
    private final long slotBytes;

    /** By expert, one bank after another: uses, whether the last step used it, the slot that has its copy. */
    private final long[] uses;

    private final boolean[] usedNow;
    private final int[] slotOf;
    private final int[] firstOfBank;
    private final int[] bankOf;
    private final long[] sorted;

    /** By slot. */
    private final MemorySegment[] slots;

    private final int[] expertOf;
    private int made;
    private long least = 1;
    private int interval = FIRST_INTERVAL;
    private int untilDecision = FIRST_INTERVAL;
    private int next;
    private volatile long bytes;

    /**
     * Reserves room for copies; makes none yet.
     *
     * @param most the most copies; all experts, if there are fewer
     * @throws EngineException if there are no experts, or so many take more than {@code memory} bytes
     */
    ExpertsInMemory(List<ExpertBank> banks, String model, int most, long memory) {
        this.banks = banks;
        int experts = banks.stream().mapToInt(ExpertBank::count).sum();
        if (experts == 0) {
            throw new EngineException("experts_in_memory is " + most + ", but " + model + " has no experts");
        }
        this.most = Math.min(most, experts);
        slotBytes = banks.stream().mapToLong(bank -> bank.bytes(0)).max().orElseThrow();
        if (slotBytes * this.most > memory) {
            throw new EngineException("experts_in_memory is " + most + ", and that many experts take "
                    + slotBytes * this.most + " bytes, more than the machine's memory of " + memory
                    + " bytes; expected at most " + memory / slotBytes);
        }
        copiesPerStep = Math.max(1, banks.stream().mapToInt(ExpertBank::active).sum() / 16);
        uses = new long[experts];
        usedNow = new boolean[experts];
        slotOf = new int[experts];
        Arrays.fill(slotOf, NOBODY);
        bankOf = new int[experts];
        firstOfBank = new int[banks.size()];
        sorted = new long[experts];
        int first = 0;
        for (int bank = 0; bank < banks.size(); bank++) {
            firstOfBank[bank] = first;
            Arrays.fill(bankOf, first, first + banks.get(bank).count(), bank);
            first += banks.get(bank).count();
        }
        slots = new MemorySegment[this.most];
        expertOf = new int[this.most];
        Arrays.fill(expertOf, NOBODY);
    }

    /** A step routed rows to experts. */
    void used(int bank, Routing routing) {
        for (int expert = 0; expert < routing.experts(); expert++) {
            int rows = routing.rowsOf(expert);
            if (rows > 0) {
                uses[firstOfBank[bank] + expert] += rows;
                usedNow[firstOfBank[bank] + expert] = true;
            }
        }
    }

    /** Between two steps: makes a few copies. */
    void refresh() {
        if (--untilDecision == 0) {
            decide();
        }
        int copies = 0;
        for (int i = 0; i < uses.length && copies < copiesPerStep; i++) {
            // Continue where the last step's copies ended, so that no layer always comes first.
            next = next + 1 < uses.length ? next + 1 : 0;
            if (usedNow[next] && slotOf[next] == NOBODY && uses[next] >= least) {
                int slot = freeSlot();
                if (slot == NOBODY) {
                    break;
                }
                copy(next, slot);
                copies++;
            }
        }
        Arrays.fill(usedNow, false);
    }

    private void decide() {
        interval = Math.min(2 * interval, LAST_INTERVAL);
        untilDecision = interval;
        System.arraycopy(uses, 0, sorted, 0, uses.length);
        Arrays.sort(sorted);
        least = Math.max(1, sorted[sorted.length - most]);
    }

    /** An empty slot, or the least used expert's slot among those that left the set. */
    private int freeSlot() {
        if (made < most) {
            return made;
        }
        int worst = NOBODY;
        for (int slot = 0; slot < most; slot++) {
            if (expertOf[slot] == NOBODY) {
                return slot;
            }
            long used = uses[expertOf[slot]];
            if (used < least && (worst == NOBODY || used < uses[expertOf[worst]])) {
                worst = slot;
            }
        }
        return worst;
    }

    private void copy(int expert, int slot) {
        int before = expertOf[slot];
        if (slot == made) {
            slots[slot] = arena.allocate(slotBytes, Tensor.ALIGNMENT);
            made++;
            bytes = made * slotBytes;
        } else if (before != NOBODY) {
            banks.get(bankOf[before]).restore(before - firstOfBank[bankOf[before]]);
            slotOf[before] = NOBODY;
            // Also frees the slot if the copy is aborted because the file cannot be read.
            expertOf[slot] = NOBODY;
        }
        int bank = bankOf[expert];
        banks.get(bank).copy(expert - firstOfBank[bank], slots[slot]);
        expertOf[slot] = expert;
        slotOf[expert] = slot;
    }

    /** Bytes of the copies. */
    long bytes() {
        return bytes;
    }

    /** Whether an expert has a copy. */
    boolean holds(int bank, int expert) {
        return slotOf[firstOfBank[bank] + expert] != NOBODY;
    }

    /** Frees the copies; the decoder must no longer run. */
    @Override
    public void close() {
        arena.close();
    }
}
