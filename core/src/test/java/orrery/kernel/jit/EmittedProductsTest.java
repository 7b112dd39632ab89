package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.Backend;
import orrery.kernel.Elements;
import orrery.kernel.Kernels;
import orrery.kernel.RandomBlocks;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Every kernel that can be written for a tier, against the formats' definitions in double. All memory ends at a page
 * that nobody may touch.
 */
final class EmittedProductsTest {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SplittableRandom random = new SplittableRandom(41);

    /** Every tier that this processor has, with every format. */
    static Stream<Arguments> tiersAndFormats() {
        if (new JitBackend().missing().isPresent()) {
            return Stream.empty();
        }
        var processor = Processor.ofThisMachine();
        return Arrays.stream(Tier.values())
                .filter(tier -> tier.lacking(processor).isEmpty())
                .flatMap(tier -> Arrays.stream(DType.values())
                        .filter(dtype -> PanelFormat.of(dtype).isPresent())
                        .map(dtype -> Arguments.of(tier, dtype)));
    }

    /** Whole numbers up to 127, of which every 32 have one of that size: rounding changes nothing. */
    private Tensor activations(GuardedMemory memory, int rows, int inputs) {
        var x = new Tensor(DType.F32, Shape.of(rows, inputs), memory.allocate(4L * rows * inputs));
        for (int i = 0; i < rows * inputs; i++) {
            int value = i % 32 == 5 ? (random.nextBoolean() ? 127 : -127) : random.nextInt(-127, 128);
            x.data().set(FLOAT, 4L * i, value);
        }
        return x;
    }

    private Matrix weights(GuardedMemory memory, DType dtype, int outputs, int inputs, int filled) {
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

    private static void assertProduct(Tensor out, Tensor x, Matrix weight, int rows, String what) {
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

    /** The products of a tier, over slow kernels, with one thread. */
    private static Kernels kernels(Tier tier) {
        return new JitKernels(
                tier, Processor.ofThisMachine(), Backend.named("scalar").unchecked(new Backend.Options(1)));
    }

    @ParameterizedTest
    @MethodSource("tiersAndFormats")
    void everyNumberOfRowsIsRight(Tier tier, DType dtype) {
        int[] outputs = {1, 7, 8, 15, 16, 17, 31, 33, 47, 48, 65};
        for (int rows = 1; rows <= 14; rows++) {
            int inputs = dtype.blockElements() * (1 + rows % 3);
            int count = outputs[rows % outputs.length];
            try (var memory = new GuardedMemory();
                    var kernels = kernels(tier)) {
                var weight = weights(memory, dtype, count, inputs, -1);
                var x = activations(memory, rows, inputs);
                for (var one : new orrery.kernel.Weight[] {kernels.prepare(weight), kernels.prepareInPlace(weight)}) {
                    var out = new Tensor(DType.F32, Shape.of(rows, count), memory.allocate(4L * rows * count));
                    kernels.matmul(out, x, one, rows);
                    assertProduct(out, x, weight, rows, dtype + ", " + rows + " rows, packed " + one.packed());
                }
            }
        }
    }

    /** Where words of sixteen bits would overflow first. */
    @ParameterizedTest
    @MethodSource("tiersAndFormats")
    void extremeCodesAndActivationsAreRight(Tier tier, DType dtype) {
        int inputs = 256;
        for (int filled : new int[] {0xFF, 0x00, 0x7F, 0x80, 0x88, 0x77}) {
            try (var memory = new GuardedMemory();
                    var kernels = kernels(tier)) {
                var weight = weights(memory, dtype, 20, inputs, filled);
                var x = activations(memory, 4, inputs);
                for (int i = 0; i < inputs; i++) {
                    x.data().set(FLOAT, 4L * i, 127);
                    x.data().set(FLOAT, 4L * (inputs + i), -127);
                    x.data().set(FLOAT, 4L * (2 * inputs + i), i % 2 == 0 ? 127 : -127);
                }
                var out = new Tensor(DType.F32, Shape.of(4, 20), memory.allocate(4L * 4 * 20));
                kernels.matmul(out, x, kernels.prepare(weight), 4);
                assertProduct(out, x, weight, 4, dtype + " of bytes " + filled);
            }
        }
    }

    /** Code for a shape; empty if it needs more registers than the tier has. */
    private static Optional<Assembler> code(Tier tier, PanelLayout layout, ProductWriter.Shape shape) {
        try {
            return Optional.of(ProductWriter.write(tier, layout, shape));
        } catch (IllegalArgumentException tooFew) {
            assertThat(shape.rows() * shape.panels())
                    .as("products in a round of %s", tooFew)
                    .isGreaterThan(3);
            return Optional.empty();
        }
    }

    /** Shapes that this processor would not choose, too. */
    @ParameterizedTest
    @MethodSource("tiersAndFormats")
    void everyShapeGivesTheSameBits(Tier tier, DType dtype) {
        int inputs = 512;
        var layout = PanelLayout.of(PanelFormat.of(dtype).orElseThrow(), tier);
        int outputs = 4 * layout.lanes();
        long panelBytes = layout.panelBytes(inputs);
        try (var memory = new GuardedMemory();
                var store = new CodeStore()) {
            var weight = weights(memory, dtype, outputs, inputs, -1);
            var panels = memory.allocate(4 * panelBytes);
            var packer = PanelPacker.of(tier, dtype, layout, store);
            var scratch = memory.allocate(packer.scratchBytes(inputs));
            for (int panel = 0; panel < 4; panel++) {
                long to = panels.address() + panel * panelBytes;
                packer.pack(weight, weight.data().address(), panel, to, scratch.address());
            }
            var x = activations(memory, Tiles.MOST, inputs);
            var rounding = store.add(RoundingWriter.write());
            var expected = memory.allocate(4L * Tiles.MOST * outputs);
            for (int rows = 1; rows <= Tiles.MOST; rows++) {
                var tile = memory.allocate(rows * RoundedRow.bytes(inputs));
                for (int row = 0; row < rows; row++) {
                    long line = tile.address() + (long) RoundedRow.LINE * row;
                    rounding.call(x.data().address() + 4L * row * inputs, line, 64L * rows, inputs / 32);
                }
                for (int width = 1; width <= 4; width *= 2) {
                    for (int ahead : new int[] {0, 4096}) {
                        var shape = new ProductWriter.Shape(rows, width, ahead);
                        var code = code(tier, layout, shape);
                        if (code.isEmpty()) {
                            continue;
                        }
                        var out = memory.allocate(4L * rows * outputs);
                        store.add(code.get())
                                .call(
                                        panels.address(),
                                        panelBytes,
                                        tile.address(),
                                        out.address(),
                                        4L * outputs,
                                        4 / width);
                        for (int row = 0; row < rows; row++) {
                            var found = out.asSlice(4L * row * outputs, 4L * outputs);
                            var known = expected.asSlice(4L * row * outputs, 4L * outputs);
                            if (row == rows - 1 && width == 1 && ahead == 0) {
                                known.copyFrom(found);
                            }
                            assertThat(found.mismatch(known))
                                    .as("%s, row %d", shape, row)
                                    .isEqualTo(-1);
                        }
                    }
                }
            }
        }
    }
}
