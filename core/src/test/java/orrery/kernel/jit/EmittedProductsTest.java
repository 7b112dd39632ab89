package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Every kernel that can be emitted for a tier, against the formats' definitions in double. All memory ends at an
 * inaccessible page.
 */
final class EmittedProductsTest {

    private final ProductOperands operands = new ProductOperands(41);

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
                var weight = operands.weights(memory, dtype, count, inputs, -1);
                var x = operands.activations(memory, rows, inputs);
                for (var one : new orrery.kernel.Weight[] {kernels.prepare(weight), kernels.prepareInPlace(weight)}) {
                    var out = new Tensor(DType.F32, Shape.of(rows, count), memory.allocate(4L * rows * count));
                    kernels.matmul(out, x, one, rows);
                    ProductOperands.assertProduct(
                            out, x, weight, rows, dtype + ", " + rows + " rows, packed " + one.packed());
                }
            }
        }
    }

    /** Values at which 16-bit words would overflow first. */
    @ParameterizedTest
    @MethodSource("tiersAndFormats")
    void extremeCodesAndActivationsAreRight(Tier tier, DType dtype) {
        int inputs = 256;
        for (int filled : new int[] {0xFF, 0x00, 0x7F, 0x80, 0x88, 0x77}) {
            try (var memory = new GuardedMemory();
                    var kernels = kernels(tier)) {
                var weight = operands.weights(memory, dtype, 20, inputs, filled);
                var x = operands.activations(memory, 4, inputs);
                for (int i = 0; i < inputs; i++) {
                    x.data().set(ProductOperands.FLOAT, 4L * i, 127);
                    x.data().set(ProductOperands.FLOAT, 4L * (inputs + i), -127);
                    x.data().set(ProductOperands.FLOAT, 4L * (2 * inputs + i), i % 2 == 0 ? 127 : -127);
                }
                var out = new Tensor(DType.F32, Shape.of(4, 20), memory.allocate(4L * 4 * 20));
                kernels.matmul(out, x, kernels.prepare(weight), 4);
                ProductOperands.assertProduct(out, x, weight, 4, dtype + " of bytes " + filled);
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

    /** Also shapes that this processor would not choose. */
    @ParameterizedTest
    @MethodSource("tiersAndFormats")
    void everyShapeGivesTheSameBits(Tier tier, DType dtype) {
        int inputs = 512;
        var layout = PanelLayout.of(PanelFormat.of(dtype).orElseThrow(), tier);
        int outputs = 4 * layout.lanes();
        long panelBytes = layout.panelBytes(inputs);
        try (var memory = new GuardedMemory();
                var store = new CodeStore()) {
            var weight = operands.weights(memory, dtype, outputs, inputs, -1);
            var panels = memory.allocate(4 * panelBytes);
            var packer = PanelPacker.of(new TierProducts(tier, Processor.ofThisMachine()), dtype, layout, store);
            var scratch = memory.allocate(packer.scratchBytes(inputs));
            for (int panel = 0; panel < 4; panel++) {
                long to = panels.address() + panel * panelBytes;
                packer.pack(weight, weight.data().address(), panel, to, scratch.address());
            }
            var x = operands.activations(memory, Tiles.MOST, inputs);
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
