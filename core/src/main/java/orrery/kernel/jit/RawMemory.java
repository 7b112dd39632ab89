package orrery.kernel.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Memory by absolute address, as emitted code sees it. <strong>Nothing here is checked.</strong> This is sound because
 * {@link orrery.tensor.Tensor} and {@link orrery.tensor.Matrix} cannot be created with less memory than their shape
 * needs, {@link orrery.kernel.CheckedKernels} checks shapes against each other, {@link #address} refuses heap memory
 * and memory that was freed, and {@link JitKernels} keeps its operands reachable until it returns.
 */
final class RawMemory {
    /** All memory; an offset is an address. */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RawMemory() {}

    /**
     * The address of a segment.
     *
     * @throws IllegalArgumentException if it is on the heap, where objects move
     * @throws IllegalStateException if it was freed
     */
    static long address(MemorySegment data) {
        if (!data.isNative()) {
            throw new IllegalArgumentException(
                    "kernels cannot use memory on the heap, expected native or mapped memory");
        }
        if (!data.scope().isAlive()) {
            throw new IllegalStateException("memory was used after it was freed");
        }
        return data.address();
    }

    static int getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    static int getInt(long address) {
        return ALL.get(INT, address);
    }

    static short getShort(long address) {
        return ALL.get(SHORT, address);
    }

    static void setByte(long address, int value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, (byte) value);
    }

    static void setShort(long address, int value) {
        ALL.set(SHORT, address, (short) value);
    }

    static void setInt(long address, int value) {
        ALL.set(INT, address, value);
    }

    static float getFloat(long address) {
        return Float.intBitsToFloat(getInt(address));
    }

    static void setFloat(long address, float value) {
        setInt(address, Float.floatToRawIntBits(value));
    }

    static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    static void clear(long address, long bytes) {
        ALL.asSlice(address, bytes).fill((byte) 0);
    }
}
