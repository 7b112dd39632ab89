package orrery.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import orrery.tensor.KvType;

/**
 * The layout of one head's keys, or its values, in a panel of a page: the definition that every fast kernel is tested
 * against.
 *
 * <p>Values are stored in rows, {@code [slot, element]}. Keys are stored in columns, {@code [element, slot]}: the
 * scores of neighbouring positions are then vector sums of products of one query element with contiguous memory,
 * without horizontal additions or transposes. Keys that are also values (latent attention) are stored in rows.
 * {@link KvType#Q8} has the bytes of all elements first, in that order, and then the factors in the same order:
 * {@code [slot, block]} or {@code [block, slot]}. The last block of a head may be shorter than the others; there is no
 * padding.
 *
 * @param type the type of the elements
 * @param columns whether they are stored in columns
 * @param size elements per head
 * @param panel positions per panel
 */
public record KvLayout(KvType type, boolean columns, int size, int panel) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Bytes of a panel. */
    public long bytes() {
        return panel * type.bytes(size);
    }

    /** Blocks per head; if there are no factors, each element is a block. */
    public int blocks() {
        return type.blocks(size);
    }

    /** The index of an element, or of a factor, among those of the panel. */
    private long index(int slot, int element) {
        return columns ? (long) element * panel + slot : (long) slot * size + element;
    }

    /** Where a block's factor is, in bytes from the start of the panel. */
    public long factorAt(int slot, int block) {
        long index = columns ? (long) block * panel + slot : (long) slot * blocks() + block;
        return (long) panel * size + index * Short.BYTES;
    }

    /**
     * One element as float.
     *
     * @param at where the panel starts, in bytes
     */
    public float element(MemorySegment memory, long at, int slot, int element) {
        long index = index(slot, element);
        return switch (type) {
            case F32 -> memory.get(FLOAT, at + index * Float.BYTES);
            case F16 -> Float.float16ToFloat(memory.get(SHORT, at + index * Short.BYTES));
            case BF16 -> Float.intBitsToFloat(memory.get(SHORT, at + index * Short.BYTES) << 16);
            case Q8 ->
                Float.float16ToFloat(memory.get(SHORT, at + factorAt(slot, element / type.blockElements())))
                        * memory.get(ValueLayout.JAVA_BYTE, at + index);
        };
    }

    /**
     * Writes one position's head.
     *
     * @param at where the panel starts, in bytes
     * @param row {@link #size} floats, from byte {@code from} on
     */
    public void write(MemorySegment memory, long at, int slot, MemorySegment row, long from) {
        long index = index(slot, 0);
        long step = columns ? panel : 1;
        switch (type) {
            case F32 -> {
                for (int i = 0; i < size; i++) {
                    memory.set(FLOAT, at + (index + i * step) * Float.BYTES, row.get(FLOAT, from + 4L * i));
                }
            }
            case F16 -> {
                for (int i = 0; i < size; i++) {
                    short bits = Float.floatToFloat16(row.get(FLOAT, from + 4L * i));
                    memory.set(SHORT, at + (index + i * step) * Short.BYTES, bits);
                }
            }
            case BF16 -> {
                for (int i = 0; i < size; i++) {
                    short bits = brain(row.get(FLOAT, from + 4L * i));
                    memory.set(SHORT, at + (index + i * step) * Short.BYTES, bits);
                }
            }
            case Q8 -> {
                for (int block = 0; block < blocks(); block++) {
                    int first = block * type.blockElements();
                    int end = Math.min(first + type.blockElements(), size);
                    float factor = factor(row, from + 4L * first, end - first);
                    memory.set(SHORT, at + factorAt(slot, block), Float.floatToFloat16(factor));
                    for (int i = first; i < end; i++) {
                        // A factor of 0 means a block of zeros; an infinite factor, or NaN, is kept, and turns the
                        // block into NaN.
                        float steps = factor == 0 ? 0 : row.get(FLOAT, from + 4L * i) / factor;
                        byte nearest = (byte) Math.clamp((long) Math.rint(steps), -127, 127);
                        memory.set(ValueLayout.JAVA_BYTE, at + index + i * step, nearest);
                    }
                }
            }
        }
    }

    /** The factor of a block, as an F16 value. */
    private static float factor(MemorySegment row, long from, int length) {
        float largest = 0;
        for (int i = 0; i < length; i++) {
            largest = Math.max(largest, Math.abs(row.get(FLOAT, from + 4L * i)));
        }
        return Float.float16ToFloat(Float.floatToFloat16(largest / 127));
    }

    /** Rounds to nearest, ties to even. */
    private static short brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // Rounding could make it infinite.
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    /** Decodes everything in a panel to floats, in the panel's order. */
    void decode(MemorySegment memory, long at, float[] to) {
        int count = panel * size;
        switch (type) {
            case F32 -> MemorySegment.copy(memory, FLOAT, at, to, 0, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    to[i] = Float.float16ToFloat(memory.get(SHORT, at + 2L * i));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    to[i] = Float.intBitsToFloat(memory.get(SHORT, at + 2L * i) << 16);
                }
            }
            case Q8 -> {
                for (int slot = 0; slot < panel; slot++) {
                    for (int i = 0; i < size; i++) {
                        to[(int) index(slot, i)] = element(memory, at, slot, i);
                    }
                }
            }
        }
    }
}
