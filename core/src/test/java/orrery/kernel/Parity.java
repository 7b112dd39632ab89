package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** What parity tests share: random operands in unaligned memory surrounded by NaN, and a comparison that scales. */
final class Parity {
    /** Near the lanes of every width, near a tile, and 1. */
    static final int[] SIZES = {1, 2, 3, 7, 15, 16, 17, 31, 33, 63, 65, 100, 129, 257};

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Parity() {}

    /** Numbers in [-1, 1). */
    static Tensor random(Arena arena, SplittableRandom random, int rows, int columns) {
        var tensor = nothing(arena, rows, columns);
        for (long i = 0; i < (long) rows * columns; i++) {
            tensor.data().set(FLOAT, 4 * i, (float) random.nextDouble(-1, 1));
        }
        return tensor;
    }

    /** NaN in it and around it. */
    static Tensor nothing(Arena arena, int rows, int columns) {
        return new Tensor(DType.F32, orrery.tensor.Shape.of(rows, columns), unaligned(arena, 4L * rows * columns));
    }

    static Tensor copy(Arena arena, Tensor tensor) {
        var copy = nothing(arena, (int) tensor.rows(), (int) tensor.columns());
        copy.data().copyFrom(tensor.data());
        return copy;
    }

    static Matrix randomMatrix(
            Arena arena, SplittableRandom random, DType dtype, int outputs, int inputs, Matrix.Layout layout) {
        int length = layout == Matrix.Layout.OUT_IN ? inputs : outputs;
        int runs = layout == Matrix.Layout.OUT_IN ? outputs : inputs;
        long stride = length + random.nextInt(3) * 5L;
        long elements = runs == 0 ? 0 : stride * (runs - 1) + length;
        var data = unaligned(arena, elements * dtype.bytes());
        for (int run = 0; run < runs; run++) {
            for (int i = 0; i < length; i++) {
                float value = (float) random.nextDouble(-1, 1);
                set(data, dtype, run * stride + i, value);
            }
        }
        return new Matrix(dtype, outputs, inputs, layout, stride, data);
    }

    static void set(MemorySegment data, DType dtype, long index, float value) {
        switch (dtype) {
            case F32 -> data.set(FLOAT, 4 * index, value);
            case F16 -> data.set(SHORT, 2 * index, Float.floatToFloat16(value));
            case BF16 -> data.set(SHORT, 2 * index, (short) (Float.floatToRawIntBits(value) >>> 16));
            case F8_E5M2 -> data.set(ValueLayout.JAVA_BYTE, index, (byte) (Float.floatToFloat16(value) >> 8));
            // Any bits except NaN, no larger than 1.875: the value does not matter.
            case F8_E4M3 -> {
                int size = (int) (Math.abs(value) * 0x3f);
                data.set(ValueLayout.JAVA_BYTE, index, (byte) (value < 0 ? size | 0x80 : size));
            }
            default -> throw new IllegalArgumentException();
        }
    }

    private static MemorySegment unaligned(Arena arena, long bytes) {
        var around = arena.allocate(bytes + 256, 64);
        around.fill((byte) 0xff);
        return around.asSlice(65, bytes);
    }

    /** Every element of the first {@code rows} rows within {@code tolerance}, and everything after them still NaN. */
    static void assertClose(Tensor actual, Tensor expected, int rows, double tolerance, String what) {
        long columns = actual.columns();
        for (long i = 0; i < actual.rows() * columns; i++) {
            float found = actual.data().get(FLOAT, 4 * i);
            float wanted = expected.data().get(FLOAT, 4 * i);
            if (i >= rows * columns) {
                assertThat(found)
                        .as("%s: element %d, which is beyond %d rows", what, i, rows)
                        .isNaN();
            } else if (!(Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted)))
                    && Float.floatToIntBits(found) != Float.floatToIntBits(wanted)) {
                assertThat(found)
                        .as("%s: row %d, column %d", what, i / columns, i % columns)
                        .isCloseTo(wanted, org.assertj.core.data.Offset.offset((float) tolerance));
            }
        }
    }

    /** How far a float sum of {@code size} products of numbers in [-1, 1] may be from the exact one. */
    static double tolerance(int size) {
        return 2e-6 + 2e-8 * size;
    }
}
