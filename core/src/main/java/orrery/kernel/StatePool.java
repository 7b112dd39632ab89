package orrery.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

/**
 * States of recurrent layers: a slot holds those of all layers, for one sequence at one position. Allocated as slots
 * are taken.
 */
final class StatePool {
    private final Arena arena;
    private final long[] elements;
    private final int maxSlots;
    private final long slotBytes;

    /** {@code [layer]} of every slot. */
    private final List<MemorySegment[]> slots = new ArrayList<>();

    private int[] free = new int[16];
    private int freeCount;

    /** @param elements of each layer's state; 0 for a layer without one */
    StatePool(Arena arena, long[] elements, int maxSlots) {
        this.arena = arena;
        this.elements = elements;
        this.maxSlots = maxSlots;
        slotBytes = Arrays.stream(elements).map(DType.F32::bytes).reduce(0, Math::addExact);
    }

    /** Whether any layer has a state. */
    boolean present() {
        return slotBytes > 0;
    }

    int available() {
        return maxSlots - slots.size() + freeCount;
    }

    long slotBytes() {
        return slotBytes;
    }

    long bytes() {
        return Math.multiplyExact(slotBytes, (long) slots.size());
    }

    int take() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        if (slots.size() == maxSlots) {
            throw new IllegalStateException("all " + maxSlots + " states of the cache are taken");
        }
        var slot = new MemorySegment[elements.length];
        for (int layer = 0; layer < slot.length; layer++) {
            slot[layer] = elements[layer] == 0
                    ? MemorySegment.NULL
                    : arena.allocate(DType.F32.bytes(elements[layer]), Tensor.ALIGNMENT);
        }
        slots.add(slot);
        return slots.size() - 1;
    }

    void give(int slot) {
        segments(slot);
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = slot;
    }

    private MemorySegment[] segments(int slot) {
        if (slot < 0 || slot >= slots.size()) {
            throw new IllegalArgumentException("state " + slot + " was never taken");
        }
        return slots.get(slot);
    }

    void clear(int slot) {
        for (var state : segments(slot)) {
            state.fill((byte) 0);
        }
    }

    void copy(int from, int to) {
        for (int layer = 0; layer < elements.length; layer++) {
            segments(to)[layer].copyFrom(segments(from)[layer]);
        }
    }

    MemorySegment of(int layer, int slot) {
        if (elements[layer] == 0) {
            throw new IllegalArgumentException("layer " + layer + " keeps no state");
        }
        return segments(slot)[layer];
    }
}
