package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.SHORTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import orrery.kernel.KvLayout;
import orrery.tensor.KvType;

/** Converts panels of a KV cache of any type to floats. Loops call the API directly, see {@link WideTile}. */
final class PanelFloats {
    /** Elements of {@link orrery.tensor.KvType#Q8} per factor. */
    static final int BLOCK = 32;

    private PanelFloats() {}

    /**
     * Converts a panel's columns to floats: {@code to[i * stride + slot]}.
     *
     * @param stride bytes from one element's run of positions to the next one's, at least those of a panel
     */
    static void columns(KvLayout layout, long at, long to, long stride) {
        int panel = layout.panel();
        int size = layout.size();
        if (panel % COUNT != 0 || stride != 4L * panel) {
            for (int i = 0; i < size; i++) {
                for (int slot = 0; slot < panel; slot++) {
                    OffHeap.set(to + i * stride + 4L * slot, layout.element(ALL, at, slot, i));
                }
            }
            return;
        }
        switch (layout.type()) {
            case F32 -> OffHeap.copy(at, to, panel * size);
            case F16 -> halves(at, to, panel * size);
            case BF16 -> brains(at, to, panel * size);
            case Q8 -> {
                for (int block = 0; block < layout.blocks(); block++) {
                    long factors = at + (long) panel * size + 2L * block * panel;
                    int elements = Math.min(BLOCK, size - block * BLOCK);
                    long first = (long) block * BLOCK * panel;
                    for (int slot = 0; slot < panel; slot += COUNT) {
                        steps(at + first + slot, to + 4 * (first + slot), panel, elements, factors + 2L * slot);
                    }
                }
            }
        }
    }

    /**
     * Converts the first rows of a panel to floats: {@code to[slot * stride + i]}.
     *
     * @param stride bytes from one position to the next one
     */
    static void rows(KvLayout layout, long at, int count, long to, long stride) {
        int size = layout.size();
        if (size % COUNT != 0 || layout.panel() < COUNT) {
            for (int slot = 0; slot < count; slot++) {
                for (int i = 0; i < size; i++) {
                    OffHeap.set(to + slot * stride + 4L * i, layout.element(ALL, at, slot, i));
                }
                OffHeap.fill(to + slot * stride + 4L * size, stride - 4L * size);
            }
            return;
        }
        switch (layout.type()) {
            case F32 -> OffHeap.copy(at, to, count * size);
            case F16 -> halves(at, to, count * size);
            case BF16 -> brains(at, to, count * size);
            case Q8 -> {
                long factors = at + (long) layout.panel() * size;
                // Rows of whole blocks form one run of blocks; a shorter block ends a row.
                int rows = size % BLOCK == 0 ? count : 1;
                for (int slot = 0; slot < count; slot += rows) {
                    long first = (long) slot * size;
                    steps(at + first, to + 4 * first, factors + 2L * slot * layout.blocks(), rows * size);
                }
            }
        }
    }

    /** Converts a panel's factors to floats, if it has any, in whole vectors. */
    static void factors(KvLayout layout, long at, long to) {
        if (layout.type() == KvType.Q8) {
            halves(at + (long) layout.panel() * layout.size(), to, layout.panel() * (layout.size() / BLOCK));
        }
    }

    /** {@code elements} of one block, for as many positions as there are lanes. */
    private static void steps(long from, long to, int panel, int elements, long factorsAt) {
        var bits = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, factorsAt, LITTLE)
                        .convertShape(S2I, INTS, 0))
                .lanewise(LSHL, 13)
                .and(Widen.HALF_BITS);
        var values = bits.reinterpretAsFloats().mul(Widen.REBIAS).reinterpretAsInts();
        var factors = values.blend(
                        values.or(Widen.INFINITY), bits.and(0x7fffffff).compare(GE, Widen.HALF_INFINITY))
                .reinterpretAsFloats();
        long at = from;
        long end = from + (long) elements * panel;
        for (long result = to; at < end; result += 4L * panel) {
            factors.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at, LITTLE)
                                    .convertShape(B2I, INTS, 0))
                            .convert(I2F, 0))
                    .intoMemorySegment(ALL, result, LITTLE);
            at += panel;
        }
    }

    /** Contiguous blocks with contiguous factors; the last one may be shorter. In whole vectors. */
    private static void steps(long from, long to, long factors, int elements) {
        for (int first = 0; first < elements; first += BLOCK) {
            long at = factors + 2L * (first / BLOCK);
            var factor = FloatVector.broadcast(FLOATS, Float.float16ToFloat(OffHeap.getShort(at)));
            int end = Math.min(first + BLOCK, elements);
            for (int i = first; i < end; i += COUNT) {
                factor.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, from + i, LITTLE)
                                        .convertShape(B2I, INTS, 0))
                                .convert(I2F, 0))
                        .intoMemorySegment(ALL, to + 4L * i, LITTLE);
            }
        }
    }

    /** In whole vectors. */
    private static void brains(long from, long to, int count) {
        for (int i = 0; i < count; i += COUNT) {
            ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, from + 2L * i, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .intoMemorySegment(ALL, to + 4L * i, LITTLE);
        }
    }

    /** In whole vectors; see {@link Widen#halfFloats}. */
    private static void halves(long from, long to, int count) {
        for (int i = 0; i < count; i += COUNT) {
            var bits = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, from + 2L * i, LITTLE)
                            .convertShape(S2I, INTS, 0))
                    .lanewise(LSHL, 13)
                    .and(Widen.HALF_BITS);
            var values = bits.reinterpretAsFloats().mul(Widen.REBIAS).reinterpretAsInts();
            values.blend(values.or(Widen.INFINITY), bits.and(0x7fffffff).compare(GE, Widen.HALF_INFINITY))
                    .intoMemorySegment(ALL, to + 4L * i, LITTLE);
        }
    }
}
