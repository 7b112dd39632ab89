package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import orrery.tensor.DType;

/** Encodes rows of floats as the bytes of a weight dtype. */
public final class RowEncoder {
    private static final Set<DType> PLAIN = EnumSet.of(DType.F32, DType.F16, DType.BF16);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RowEncoder() {}

    /** Whether this encoder supports the dtype. */
    public static boolean writes(DType dtype) {
        return dtype.blocked() ? BlockFormat.of(dtype) instanceof WritableFormat : PLAIN.contains(dtype);
    }

    /**
     * Encodes {@code count} values, a whole number of blocks.
     *
     * @param values from {@code from} on
     * @param at where they start in {@code out}, in bytes
     * @throws QuantException if the dtype cannot hold one of them, with its index counted from {@code from}
     * @throws IllegalArgumentException if the dtype is not supported ({@link #writes})
     */
    public static void encode(DType dtype, float[] values, int from, int count, MemorySegment out, long at) {
        if (dtype.blocked()) {
            blocks(dtype, values, from, count, out, at);
            return;
        }
        for (int i = 0; i < count; i++) {
            float value = values[from + i];
            float stored = switch (dtype) {
                case F32 -> {
                    out.set(INT, at + 4L * i, Float.floatToRawIntBits(value));
                    yield value;
                }
                case F16 -> {
                    short bits = Float.floatToFloat16(value);
                    out.set(SHORT, at + 2L * i, bits);
                    yield Float.float16ToFloat(bits);
                }
                case BF16 -> {
                    int bits = brain(value);
                    out.set(SHORT, at + 2L * i, (short) bits);
                    yield Float.intBitsToFloat(bits << 16);
                }
                default -> throw new IllegalArgumentException("weights are not stored in " + dtype);
            };
            if (!Float.isFinite(stored)) {
                throw new QuantException("element " + i + ": " + dtype + " cannot hold " + value
                        + (Float.isFinite(value)
                                ? ", which is beyond its largest number"
                                : ", expected finite numbers"));
            }
        }
    }

    private static void blocks(DType dtype, float[] values, int from, int count, MemorySegment out, long at) {
        if (!(BlockFormat.of(dtype) instanceof WritableFormat format)) {
            throw new IllegalArgumentException("weights are not stored in " + dtype);
        }
        int size = dtype.blockElements();
        for (int i = 0; i < count; i += size) {
            try {
                format.encode(values, from + i, out, at + dtype.bytes(i));
            } catch (QuantException e) {
                throw new QuantException("elements " + i + " to " + (i + size - 1) + ": " + e.getMessage());
            }
        }
    }

    /** The upper half of a float, rounded to nearest, ties to even. */
    private static int brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16;
    }
}
