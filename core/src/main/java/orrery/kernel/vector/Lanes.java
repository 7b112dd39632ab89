package orrery.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The species of this JVM, as constants, which C2 needs to compile them to instructions. See {@link Width}. */
final class Lanes {
    static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, VectorShape.forBitSize(Width.bits()));
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, VectorShape.forBitSize(Width.bits()));
    /** As many 16-bit elements as {@link #FLOATS} has lanes. */
    static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, VectorShape.forBitSize(Width.bits() / 2));

    static final int COUNT = FLOATS.length();
    static final long BYTES = (long) COUNT * Float.BYTES;

    /**
     * Vectors per row of a {@link Tile}: with 512 bits there are 32 registers for 24 accumulators, with fewer bits
     * often only 16, for 12.
     */
    static final int TILE_VECTORS = COUNT == 16 ? 4 : 2;

    /** Columns of a {@link Tile}, and of a panel of weights. */
    static final int PANEL = TILE_VECTORS * COUNT;

    private static final VectorShuffle<Float> ACROSS_8 = across(8);
    private static final VectorShuffle<Float> ACROSS_4 = across(4);
    private static final VectorShuffle<Float> ACROSS_2 = across(2);

    private Lanes() {}

    private static VectorShuffle<Float> across(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane + distance) % COUNT);
    }

    static FloatVector zero() {
        return FloatVector.zero(FLOATS);
    }

    static FloatVector all(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    /**
     * The sum of all lanes, always in the same order: the API's own reduction may use another order once it is
     * compiled, and then the same prompt would not give the same bits twice.
     */
    static float sum(FloatVector v) {
        var sum = v;
        if (COUNT == 16) {
            sum = sum.add(sum.rearrange(ACROSS_8));
        }
        if (COUNT >= 8) {
            sum = sum.add(sum.rearrange(ACROSS_4));
        }
        sum = sum.add(sum.rearrange(ACROSS_2));
        return sum.lane(0) + sum.lane(1);
    }

    static FloatVector floats(float[] array, int index) {
        return FloatVector.fromArray(FLOATS, array, index);
    }

    static FloatVector floats(IntVector bits) {
        return bits.reinterpretAsFloats();
    }

    static IntVector widened(ShortVector shorts, jdk.incubator.vector.VectorOperators.Conversion<Short, Integer> how) {
        return (IntVector) shorts.convertShape(how, INTS, 0);
    }
}
