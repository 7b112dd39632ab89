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
import orrery.quant.EightBitFormat;

/** Blocks of the formats that are eight-bit codes, made floats exactly. */
final class EightBits {
    private EightBits() {}

    /**
     * {@code to[i] =} element {@code i} of the blocks from an address on.
     *
     * @param count elements, a whole number of blocks
     * @throws orrery.kernel.BackendException if a scale or a minimum is no finite number
     */
    static void widen(EightBitFormat format, long from, long to, int count) {
        int size = format.groupSize();
        var dtype = format.dtype();
        int groups = dtype.blockElements() / size;
        long block = from;
        for (int i = 0; i < count; block += dtype.blockBytes()) {
            for (int group = 0; group < groups; group++, i += size) {
                group(format, block, group, size, to + 4L * i);
            }
        }
    }

    /**
     * The codes are put where the last quarter of the group's floats will be: whatever the width of a vector, floats
     * are stored over no code that is not read yet.
     */
    private static void group(EightBitFormat format, long block, int group, int size, long to) {
        float scale = finite(format.scale(ALL, block, group));
        float minimum = finite(format.minimum(ALL, block, group));
        long codes = to + 3L * size;
        for (int i = 0; i < size; i += 8) {
            OffHeap.setLong(codes + i, format.codes(ALL, block, group * (size / 8) + i / 8));
        }
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
            throw Packer.noNumber(number);
        }
        return number;
    }
}
