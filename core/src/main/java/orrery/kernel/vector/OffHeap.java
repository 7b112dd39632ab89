package orrery.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Memory by absolute address. <strong>Nothing here is checked</strong>: one static segment spans the whole address
 * space, so that bounds and liveness checks fold away, which made a one-row product up to 40 % faster, and so that no
 * slice is allocated per call.
 *
 * <p>This is sound because {@link Tensor} and {@link Matrix} cannot be created with less memory than their shape needs;
 * {@link orrery.kernel.CheckedKernels} checks every shape against every other before a kernel sees it; {@link #address}
 * refuses heap memory, and memory that was already freed; and {@link VectorKernels} keeps its operands reachable until
 * it returns. Freeing memory <em>while</em> a kernel reads it is the caller's error, as with any device.
 */
final class OffHeap {
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE);

    private OffHeap() {}

    static long address(Tensor tensor) {
        return address(tensor.data());
    }

    static long address(Matrix matrix) {
        return address(matrix.data());
    }

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

    static FloatVector floats(long address) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, address, LITTLE);
    }

    static IntVector ints(long address) {
        return IntVector.fromMemorySegment(Lanes.INTS, ALL, address, LITTLE);
    }

    static ShortVector shorts(long address) {
        return ShortVector.fromMemorySegment(Lanes.SHORTS, ALL, address, LITTLE);
    }

    static void set(long address, FloatVector values) {
        values.intoMemorySegment(ALL, address, LITTLE);
    }

    static void set(long address, IntVector values) {
        values.intoMemorySegment(ALL, address, LITTLE);
    }

    static float get(long address) {
        return ALL.get(FLOAT, address);
    }

    static short getShort(long address) {
        return ALL.get(SHORT, address);
    }

    static int getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    static void set(long address, float value) {
        ALL.set(FLOAT, address, value);
    }

    /** Copies floats. */
    static void copy(long from, long to, int count) {
        int i = 0;
        for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
            set(to + 4L * i, floats(from + 4L * i));
        }
        for (; i < count; i++) {
            set(to + 4L * i, get(from + 4L * i));
        }
    }

    /** Fills with zeros; {@code bytes} is a multiple of four. */
    static void fill(long address, long bytes) {
        long at = address;
        for (; at <= address + bytes - Lanes.BYTES; at += Lanes.BYTES) {
            set(at, Lanes.zero());
        }
        for (; at < address + bytes; at += Float.BYTES) {
            set(at, 0f);
        }
    }
}
