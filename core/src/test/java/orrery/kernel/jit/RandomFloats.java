package orrery.kernel.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/** Float weights and activations for tests: random numbers that end at an inaccessible page. */
final class RandomFloats {
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** The largest code of E4M3 that is not NaN. */
    private static final int LARGEST_CODE = 0x7e;

    private final SplittableRandom random;

    RandomFloats(SplittableRandom random) {
        this.random = random;
    }

    /** How weights are stored, and whether activations are rounded to BF16 for them. */
    record Form(DType dtype, Matrix.Layout layout, boolean scaled, boolean rounded) {
        Form(DType dtype, Matrix.Layout layout, boolean scaled) {
            this(dtype, layout, scaled, false);
        }

        /** The value that the product uses. */
        float given(float x) {
            return rounded ? BrainRowsTest.rounded(x) : x;
        }

        /** Every dtype, both ways round, with and without factors. */
        static Stream<Form> all() {
            return Stream.of(DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2)
                    .flatMap(dtype -> Stream.of(Matrix.Layout.values())
                            .flatMap(layout -> Stream.of(false, true).map(scaled -> new Form(dtype, layout, scaled))));
        }
    }

    /** Numbers in [-1, 1). */
    Tensor tensor(GuardedMemory memory, int rows, int columns) {
        var x = new Tensor(DType.F32, Shape.of(rows, columns), memory.allocate(4L * rows * columns));
        for (long i = 0; i < (long) rows * columns; i++) {
            x.data().set(FLOAT, 4 * i, (float) random.nextDouble(-1, 1));
        }
        return x;
    }

    /** Writes one element. In E4M3, whose values do not matter, numbers up to 2 in size choose among all codes. */
    static void set(MemorySegment data, DType dtype, long index, float value) {
        switch (dtype) {
            case F32 -> data.set(FLOAT, 4 * index, value);
            case F16 -> data.set(SHORT, 2 * index, Float.floatToFloat16(value));
            case BF16 -> data.set(SHORT, 2 * index, (short) (Float.floatToRawIntBits(value) >>> 16));
            case F8_E5M2 -> data.set(ValueLayout.JAVA_BYTE, index, (byte) (Float.floatToFloat16(value) >> 8));
            case F8_E4M3 -> {
                int code = Math.min((int) (Math.abs(value) * 0x3f), LARGEST_CODE);
                data.set(ValueLayout.JAVA_BYTE, index, (byte) (value < 0 ? code | 0x80 : code));
            }
            default -> throw new IllegalArgumentException();
        }
    }

    /**
     * Rows that are some elements apart, and factors of blocks that start within one.
     *
     * @param size of the largest elements
     */
    Matrix weights(GuardedMemory memory, Form form, int outputs, int inputs, double size) {
        boolean inRows = form.layout == Matrix.Layout.OUT_IN;
        int runs = inRows ? outputs : inputs;
        int length = inRows ? inputs : outputs;
        long stride = length + random.nextInt(3) * 5L;
        long elements = stride * (runs - 1) + length;
        var data = memory.allocate(form.dtype.bytes(elements));
        for (long i = 0; i < elements; i++) {
            set(data, form.dtype, i, (float) (random.nextDouble(-1, 1) * size));
        }
        var matrix = new Matrix(form.dtype, outputs, inputs, form.layout, stride, data);
        if (!form.scaled) {
            return matrix;
        }
        int blockRows = random.nextInt(1, 40);
        int blockColumns = random.nextInt(1, 140);
        int firstRow = random.nextInt(blockRows);
        int firstColumn = random.nextInt(blockColumns);
        int down = (firstRow + runs + blockRows - 1) / blockRows;
        int across = (firstColumn + length + blockColumns - 1) / blockColumns;
        var factors = tensor(memory, down, across);
        return matrix.withScales(new BlockScales(factors, blockRows, blockColumns, firstRow, firstColumn));
    }
}
