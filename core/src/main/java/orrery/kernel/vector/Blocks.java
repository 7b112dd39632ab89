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

/** Blocks of quantised weights, made floats exactly. */
final class Blocks {
    private Blocks() {}

    /**
     * {@code to[i] =} element {@code i} of the blocks from an address on.
     *
     * <p>Codes are put where the last quarter of the floats will be: floats are stored over no code that is not read
     * yet. All codes come first, because a vector that is read from the halves of two stores waits for both of them.
     *
     * @param count elements, a whole number of blocks
     * @throws BackendException if a scale or a minimum is no finite number
     */
    static void widen(BlockFormat format, long from, long to, int count) {
        var dtype = format.dtype();
        int elements = dtype.blockElements();
        int bytes = dtype.blockBytes();
        long codes = to + 3L * count;
        long block = from;
        for (int i = 0; i < count; i += elements) {
            for (int run = 0; run < elements / 8; run++) {
                OffHeap.setLong(codes + i + 8L * run, format.codes(ALL, block, run));
            }
            block += bytes;
        }
        int size = format.groupSize();
        block = from;
        for (int i = 0; i < count; i += elements) {
            for (int group = 0; group < elements / size; group++) {
                float scale = finite(format.scale(ALL, block, group));
                float minimum = finite(format.minimum(ALL, block, group));
                int at = i + group * size;
                group(scale, minimum, codes + at, size, to + 4L * at);
            }
            block += bytes;
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

    /** A scale or a minimum. */
    static float finite(float number) {
        if (!Float.isFinite(number)) {
            throw new BackendException(
                    "a block of quantised weights has a scale of " + number + ", expected a finite number");
        }
        return number;
    }
}
