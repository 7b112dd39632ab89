package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import orrery.kernel.BackendException;
import orrery.quant.BlockFormat;

/** Dequantizes blocks to floats, exactly. */
final class Blocks {
    private Blocks() {}

    /** Bytes of scratch for {@code count} elements: their codes, and a scale and a minimum for each 16 of them. */
    static long scratch(int count) {
        return count + 8L * (count / 16);
    }

    /**
     * {@code to[i] =} element {@code i} of the blocks from an address on.
     *
     * <p>All blocks are unpacked first, because loading a vector from the halves of two stores stalls (store forwarding
     * fails).
     *
     * @param count elements, a whole number of blocks
     * @param scratch as much memory as {@link #scratch} says
     * @throws BackendException if a scale or a minimum is not finite
     */
    static void widen(BlockFormat format, long from, long to, int count, long scratch) {
        var dtype = format.dtype();
        int elements = dtype.blockElements();
        int bytes = dtype.blockBytes();
        int size = format.groupSize();
        long codes = scratch + 8L * (count / size);
        long block = from;
        for (int i = 0; i < count; i += elements) {
            format.unpack(block, codes + i, scratch + 8L * (i / size));
            block += bytes;
        }
        long scales = scratch;
        for (int i = 0; i < count; i += size) {
            float scale = finite(OffHeap.get(scales));
            float minimum = finite(OffHeap.get(scales + 4));
            group(scale, minimum, codes + i, size, to + 4L * i);
            scales += 8;
        }
    }

    private static void group(float scale, float minimum, long codes, int size, long to) {
        var scales = FloatVector.broadcast(FLOATS, scale);
        var minima = FloatVector.broadcast(FLOATS, minimum);
        int taken = Fp8.SOME.length();
        for (int i = 0; i < size; i += taken) {
            var some = ByteVector.fromMemorySegment(Fp8.SOME, ALL, codes + i, LITTLE);
            for (int part = 0; part < taken / COUNT; part++) {
                ((IntVector) some.convertShape(B2I, INTS, part))
                        .convert(I2F, 0)
                        .mul(scales)
                        .sub(minima)
                        .intoMemorySegment(ALL, to + 4L * (i + part * COUNT), LITTLE);
            }
        }
    }

    /** Checks a scale or a minimum. */
    static float finite(float number) {
        if (!Float.isFinite(number)) {
            throw new BackendException(
                    "a block of quantised weights has a scale of " + number + ", expected a finite number");
        }
        return number;
    }
}
