package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of activations in eight bits, 32 elements to a scale {@code largest / 127}, as products with weights in blocks
 * want them. Each element is held as what {@link PackedLayout} multiplies shifted shorts with, twice in an int, so that
 * one load spreads it over all lanes.
 *
 * <p>On the heap: C2 folds the load of an array's element into the instruction that spreads it, and checks a row's
 * bounds once.
 */
final class Q8Activations extends RowTask {
    static final int BLOCK = 32;

    /** Added to a float of at most 2^22, it rounds to the nearest integer, and leaves that in the lower bits. */
    private static final float ROUND = 0x1.8p23f;

    private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

    /** Below this, 127 over it were infinite. */
    private static final float SMALLEST = 0x1p-120f;

    private static final int[] NOT_FIRST_OF_4 = {0, -1, -1, -1, 0, -1, -1, -1, 0, -1, -1, -1, 0, -1, -1, -1};

    private int[] plain = new int[BLOCK];
    private int[] nibbles = new int[BLOCK];
    private int[] each = new int[BLOCK];
    private float[] scales = new float[1];
    private float[] totals = new float[1];
    private int[] centres = new int[1];
    private int[] centred = new int[1];
    private int[] centredHalves = new int[2];
    private int used;
    private long from;
    private long stride;
    private int columns;
    private int first;

    Q8Activations(WorkerPool pool) {
        super(pool);
    }

    /** Every element less sixteen times the one before it in the same four. */
    int[] nibbles() {
        return nibbles;
    }

    /** Every element as it is. */
    int[] each() {
        return each;
    }

    /** A block's scale. */
    float[] scales() {
        return scales;
    }

    /** A block's sum, scaled. */
    float[] totals() {
        return totals;
    }

    /** Minus eight times a block's sum, twice in an int: where sums of unsigned four bits begin, so that they fit. */
    int[] centres() {
        return centres;
    }

    /** Eight times a block's sum, which brings them back. */
    int[] centred() {
        return centred;
    }

    /** Minus 32 times the sum of half a block. */
    int[] centredHalves() {
        return centredHalves;
    }

    /** Forgets all rows. */
    void clear() {
        used = 0;
    }

    /**
     * Rounds rows.
     *
     * @param address of the first
     * @param rowBytes from one to the next
     * @param width elements of one, a multiple of 32
     * @return the element where they begin, one row after another
     */
    int add(long address, long rowBytes, int width, int rows) {
        int end = Math.toIntExact(used + (long) rows * width);
        if (end > nibbles.length) {
            grow(Math.max(end, 2 * nibbles.length));
        }
        from = address;
        stride = rowBytes;
        columns = width;
        first = used;
        used = end;
        share(rows, width);
        return first;
    }

    private void grow(int size) {
        int blocks = size / BLOCK;
        plain = Arrays.copyOf(plain, size);
        nibbles = Arrays.copyOf(nibbles, size);
        each = Arrays.copyOf(each, size);
        scales = Arrays.copyOf(scales, blocks);
        totals = Arrays.copyOf(totals, blocks);
        centres = Arrays.copyOf(centres, blocks);
        centred = Arrays.copyOf(centred, blocks);
        centredHalves = Arrays.copyOf(centredHalves, 2 * blocks);
    }

    @Override
    void rows(int begin, int end) {
        for (int r = begin; r < end; r++) {
            int at = first + r * columns;
            for (int k = 0; k < columns; k += BLOCK) {
                round(from + r * stride + 4L * k, at + k);
            }
            spread(at);
        }
    }

    private void round(long x, int at) {
        var largest = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < BLOCK; i += Lanes.COUNT) {
            largest = largest.max(FloatVector.fromMemorySegment(Lanes.FLOATS, OffHeap.ALL, x + 4L * i, OffHeap.LITTLE)
                    .lanewise(ABS));
        }
        float most = largest.reduceLanes(VectorOperators.MAX);
        // What is no number, or infinite, must not be rounded to one.
        boolean finite = most < Float.POSITIVE_INFINITY;
        float inverse = most > SMALLEST && finite ? 127 / most : 0;
        int sum = 0;
        for (int half = 0; half < BLOCK; half += BLOCK / 2) {
            int halfSum = 0;
            for (int i = half; i < half + BLOCK / 2; i += Lanes.COUNT) {
                var rounded = FloatVector.fromMemorySegment(Lanes.FLOATS, OffHeap.ALL, x + 4L * i, OffHeap.LITTLE)
                        .mul(inverse)
                        .add(ROUND)
                        .reinterpretAsInts()
                        .sub(ROUND_BITS);
                rounded.intoArray(plain, at + i);
                halfSum += rounded.reduceLanes(VectorOperators.ADD);
            }
            centredHalves[(at + half) / (BLOCK / 2)] = -32 * halfSum;
            sum += halfSum;
        }
        int block = at / BLOCK;
        float scale = most / 127;
        scales[block] = finite ? scale : Float.NaN;
        totals[block] = finite ? scale * sum : Float.NaN;
        centred[block] = 8 * sum;
        centres[block] = twice(-8 * sum);
    }

    private void spread(int row) {
        for (int i = row; i < row + columns; i += Lanes.COUNT) {
            var x = IntVector.fromArray(Lanes.INTS, plain, i);
            // Before the first element of all there is nothing, and nothing of it is taken.
            var before = i == 0 ? x.unslice(1) : IntVector.fromArray(Lanes.INTS, plain, i - 1);
            var y = x.sub(before.lanewise(LSHL, 4).and(IntVector.fromArray(Lanes.INTS, NOT_FIRST_OF_4, i % 16)));
            y.lanewise(LSHL, 16).or(y.and(0xFFFF)).intoArray(nibbles, i);
            x.lanewise(LSHL, 16).or(x.and(0xFFFF)).intoArray(each, i);
        }
    }

    private static int twice(int value) {
        return (value << 16) | (value & 0xFFFF);
    }
}
