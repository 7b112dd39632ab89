package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import orrery.kernel.Elements;
import orrery.kernel.RandomBlocks;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/** Block-quantized weights and activations for tests, and their expected product. */
final class ProductOperands {
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SplittableRandom random;

    ProductOperands(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Integers up to 127, with one of that size among every 32: rounding changes nothing. */
    Tensor activations(GuardedMemory memory, int rows, int inputs) {
        var x = new Tensor(DType.F32, Shape.of(rows, inputs), memory.allocate(4L * rows * inputs));
        for (int i = 0; i < rows * inputs; i++) {
            int value = i % 32 == 5 ? (random.nextBoolean() ? 127 : -127) : random.nextInt(-127, 128);
            x.data().set(FLOAT, 4L * i, value);
        }
        return x;
    }

    /**
     * Blocks of random codes, or of the same byte, with finite scales.
     *
     * @param filled the byte; negative for random ones
     */
    Matrix weights(GuardedMemory memory, DType dtype, int outputs, int inputs, int filled) {
        long bytes = dtype.bytes((long) outputs * inputs);
        var data = memory.allocate(bytes);
        for (long block = 0; block < bytes; block += dtype.blockBytes()) {
            for (int i = 0; i < dtype.blockBytes(); i++) {
                int value = filled < 0 ? random.nextInt() : filled;
                data.set(ValueLayout.JAVA_BYTE, block + i, (byte) value);
            }
            if (dtype == DType.MXFP4) {
                data.set(ValueLayout.JAVA_BYTE, block, (byte) random.nextInt(2, 200));
            } else {
                RandomBlocks.scales(data, block, dtype, random);
            }
        }
        return new Matrix(dtype, outputs, inputs, Matrix.Layout.OUT_IN, inputs, data);
    }

    /** Against the sum of products in double, within a millionth of the sum of their absolute values. */
    static void assertProduct(Tensor out, Tensor x, Matrix weight, int rows, String what) {
        for (int o = 0; o < weight.rows(); o++) {
            double[] row = new double[weight.columns()];
            for (int i = 0; i < row.length; i++) {
                row[i] = Elements.of(weight.data(), weight.dtype(), weight.index(o, i));
            }
            for (int r = 0; r < rows; r++) {
                double sum = 0;
                double sizes = 0;
                for (int i = 0; i < row.length; i++) {
                    double term = row[i] * x.data().get(FLOAT, 4L * ((long) r * row.length + i));
                    sum += term;
                    sizes += Math.abs(term);
                }
                float found = out.data().get(FLOAT, 4L * ((long) r * weight.rows() + o));
                assertThat(Math.abs(found - sum) <= 1e-6 * sizes)
                        .as("%s, row %d, output %d: %s, expected %s of %s", what, r, o, found, sum, sizes)
                        .isTrue();
            }
        }
    }
}
