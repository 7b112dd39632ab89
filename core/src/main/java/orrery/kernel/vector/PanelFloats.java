package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.SHORTS;
import static orrery.kernel.vector.Memory.ALL;
import static orrery.kernel.vector.Memory.LITTLE;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import orrery.kernel.KvLayout;

/** Panels of a KV cache made floats, whatever they are kept in. Loops call the API directly, see {@link WideTile}. */
final class PanelFloats {
    private PanelFloats() {}

    /**
     * Makes floats of a panel's columns: {@code to[i * stride + slot]}.
     *
     * @param stride bytes from one element's run of positions to the next one's, at least those of a panel
     * @param factors scratch of a panel's floats
     */
    static void columns(KvLayout layout, long at, long to, long stride, long factors) {
        int panel = layout.panel();
        for (int i = 0; i < layout.size(); i++) {
            long target = to + i * stride;
            switch (layout.type()) {
                case F32 -> Memory.copy(at + 4L * i * panel, target, panel);
                case F16 -> halves(at + 2L * i * panel, target, panel);
                case BF16 -> brains(at + 2L * i * panel, target, panel);
                case Q8 -> {
                    int length = layout.type().blockElements();
                    if (i % length == 0) {
                        halves(at + (long) panel * layout.size() + 2L * (i / length) * panel, factors, panel);
                    }
                    steps(at + (long) i * panel, target, panel);
                    Sums.product(target, target, factors, panel);
                }
            }
        }
    }

    /**
     * Makes floats of some rows of a panel: {@code to[(slot - first) * stride + i]}.
     *
     * @param stride bytes from one position to the next one
     */
    static void rows(KvLayout layout, long at, int first, int count, long to, long stride) {
        int size = layout.size();
        for (int slot = first; slot < first + count; slot++) {
            long target = to + (slot - first) * stride;
            switch (layout.type()) {
                case F32 -> Memory.copy(at + 4L * slot * size, target, size);
                case F16 -> halves(at + 2L * slot * size, target, size);
                case BF16 -> brains(at + 2L * slot * size, target, size);
                case Q8 -> {
                    int length = layout.type().blockElements();
                    long factor = at + (long) layout.panel() * size + 2L * slot * (size / length);
                    steps(at + (long) slot * size, target, size);
                    for (int i = 0; i < size; i += length) {
                        Sums.scale(target + 4L * i, Widen.half(factor + 2L * (i / length)), length);
                    }
                }
            }
        }
    }

    private static void brains(long from, long to, int count) {
        int i = 0;
        for (; i <= count - COUNT; i += COUNT) {
            ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, from + 2L * i, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .intoMemorySegment(ALL, to + 4L * i, LITTLE);
        }
        for (; i < count; i++) {
            Memory.set(to + 4L * i, Widen.brain(from + 2L * i));
        }
    }

    /** See {@link Widen#halfFloats}. */
    private static void halves(long from, long to, int count) {
        int i = 0;
        for (; i <= count - COUNT; i += COUNT) {
            var bits = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, from + 2L * i, LITTLE)
                            .convertShape(S2I, INTS, 0))
                    .lanewise(LSHL, 13)
                    .and(Widen.HALF_BITS);
            var values = bits.reinterpretAsFloats().mul(Widen.REBIAS).reinterpretAsInts();
            values.blend(values.or(Widen.INFINITY), bits.and(0x7fffffff).compare(GE, Widen.HALF_INFINITY))
                    .intoMemorySegment(ALL, to + 4L * i, LITTLE);
        }
        for (; i < count; i++) {
            Memory.set(to + 4L * i, Widen.half(from + 2L * i));
        }
    }

    /** Signed bytes, one float each. */
    private static void steps(long from, long to, int count) {
        int i = 0;
        if (COUNT > 4) {
            for (; i <= count - COUNT; i += COUNT) {
                ((IntVector) ByteVector.fromMemorySegment(EightBits.SOME, ALL, from + i, LITTLE)
                                .convertShape(B2I, INTS, 0))
                        .convert(I2F, 0)
                        .reinterpretAsFloats()
                        .intoMemorySegment(ALL, to + 4L * i, LITTLE);
            }
        }
        for (; i < count; i++) {
            Memory.set(to + 4L * i, (float) Memory.getByte(from + i));
        }
    }

    /** Zeros behind rows that are no whole number of vectors. */
    static void pad(long to, int size, long stride, int rows) {
        for (int r = 0; r < rows; r++) {
            Memory.fill(to + r * stride + 4L * size, stride - 4L * size);
        }
    }
}
