package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.Backend;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Products for Arm processors in an emulator, against the formats' definitions in double and against the bits that code
 * for x86-64 computes.
 */
final class EmulatedProductsTest {
    @TempDir
    private static Path folder;

    private final ProductOperands operands = new ProductOperands(43);
    private final SplittableRandom random = new SplittableRandom(44);

    static Stream<Arguments> tiersAndFormats() {
        return Arrays.stream(ArmTier.values())
                .flatMap(tier -> Arrays.stream(DType.values())
                        .filter(dtype -> PanelFormat.of(dtype).isPresent())
                        .map(dtype -> Arguments.of(tier, dtype)));
    }

    /** One product, with its operands as blocks of the emulator's memory. */
    private final class Product {
        final ArmEmulator machine;
        final ArmTier tier;
        final PanelLayout layout;
        final Matrix weight;
        final Tensor x;
        final int rows;
        final int panels;
        final int tile;
        final int outputs;

        Product(ArmEmulator machine, ArmTier tier, Matrix weight, Tensor x, int rows) {
            this.machine = machine;
            this.tier = tier;
            this.weight = weight;
            this.x = x;
            this.rows = rows;
            layout = PanelLayout.of(PanelFormat.of(weight.dtype()).orElseThrow(), tier);
            outputs = layout.panels(weight.rows()) * layout.lanes();
            panels = machine.block(packed());
            tile = machine.block(rows * RoundedRow.bytes(weight.columns()));
            int floats = machine.block(x.data().toArray(ValueLayout.JAVA_BYTE));
            int rounding = machine.code(ArmRoundingWriter.write());
            for (int row = 0; row < rows; row++) {
                machine.call(
                        rounding,
                        ArmEmulator.at(floats, 4L * row * weight.columns()),
                        ArmEmulator.at(tile, RoundedRow.LINE * row),
                        ArmEmulator.number(RoundedRow.LINE * rows),
                        ArmEmulator.number(weight.columns() / 32));
            }
        }

        private byte[] packed() {
            try (var memory = new GuardedMemory();
                    var store = new CodeStore()) {
                long panelBytes = layout.panelBytes(weight.columns());
                var to = memory.allocate(layout.panels(weight.rows()) * panelBytes);
                var packer = PanelPacker.of(new ArmProducts(tier), weight.dtype(), layout, store);
                var scratch = memory.allocate(packer.scratchBytes(weight.columns()));
                for (int panel = 0; panel < layout.panels(weight.rows()); panel++) {
                    long address = to.address() + panel * panelBytes;
                    packer.pack(weight, weight.data().address(), panel, address, scratch.address());
                }
                return to.toArray(ValueLayout.JAVA_BYTE);
            }
        }

        /** Calls a shape's code for all panels; returns the block of the results. */
        int call(byte[] code, int width) {
            long panelBytes = layout.panelBytes(weight.columns());
            int out = machine.block(4L * rows * outputs);
            int whole = outputs / layout.lanes() / width;
            machine.call(
                    machine.code(code),
                    ArmEmulator.at(panels, 0),
                    ArmEmulator.number(panelBytes),
                    ArmEmulator.at(tile, 0),
                    ArmEmulator.at(out, 0),
                    ArmEmulator.number(4L * outputs),
                    ArmEmulator.number(whole));
            return out;
        }
    }

    private static Tensor results(byte[] padded, int rows, int outputs, int stride) {
        var out = MemorySegment.ofArray(new float[rows * outputs]);
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(MemorySegment.ofArray(padded), 4L * row * stride, out, 4L * row * outputs, 4L * outputs);
        }
        return new Tensor(DType.F32, Shape.of(rows, outputs), out);
    }

    @ParameterizedTest
    @MethodSource("tiersAndFormats")
    void everyNumberOfRowsIsRight(ArmTier tier, DType dtype) throws Exception {
        var machine = ArmEmulator.in(folder);
        var products = new ArrayList<Product>();
        var outs = new ArrayList<Integer>();
        try (var memory = new GuardedMemory()) {
            for (int rows = 1; rows <= Tiles.MOST; rows++) {
                int inputs = dtype.blockElements() * (1 + rows % 3);
                var weight = operands.weights(memory, dtype, 2 * rows + 1, inputs, -1);
                var product = new Product(machine, tier, weight, operands.activations(memory, rows, inputs), rows);
                products.add(product);
                outs.add(product.call(code(tier, product.layout, rows, 1, 0).orElseThrow(), 1));
            }
            assertProducts(machine.run(ArmEmulator.processor(tier)), products, outs);
        }
    }

    /** Values at which integers are largest. */
    @ParameterizedTest
    @MethodSource("tiersAndFormats")
    void extremeCodesAndActivationsAreRight(ArmTier tier, DType dtype) throws Exception {
        var machine = ArmEmulator.in(folder);
        var products = new ArrayList<Product>();
        var outs = new ArrayList<Integer>();
        int inputs = 256;
        try (var memory = new GuardedMemory()) {
            for (int filled : new int[] {0xFF, 0x00, 0x7F, 0x80, 0x88, 0x77}) {
                var weight = operands.weights(memory, dtype, 8, inputs, filled);
                var x = operands.activations(memory, 4, inputs);
                for (int i = 0; i < inputs; i++) {
                    x.data().set(ProductOperands.FLOAT, 4L * i, 127);
                    x.data().set(ProductOperands.FLOAT, 4L * (inputs + i), -127);
                    x.data().set(ProductOperands.FLOAT, 4L * (2 * inputs + i), i % 2 == 0 ? 127 : -127);
                }
                var product = new Product(machine, tier, weight, x, 4);
                products.add(product);
                outs.add(product.call(code(tier, product.layout, 4, 2, 0).orElseThrow(), 2));
            }
            assertProducts(machine.run(ArmEmulator.processor(tier)), products, outs);
        }
    }

    private static void assertProducts(List<byte[]> blocks, List<Product> products, List<Integer> outs) {
        for (int i = 0; i < products.size(); i++) {
            var product = products.get(i);
            var out = results(blocks.get(outs.get(i)), product.rows, product.weight.rows(), product.outputs);
            ProductOperands.assertProduct(
                    out, product.x, product.weight, product.rows, product.weight.dtype() + ", " + product.rows);
        }
    }

    private static Optional<byte[]> code(ArmTier tier, PanelLayout layout, int rows, int width, int ahead) {
        try {
            return Optional.of(ArmProductWriter.write(tier, layout, new ProductWriter.Shape(rows, width, ahead)));
        } catch (IllegalArgumentException tooFew) {
            assertThat(rows * width).as("products in a round of %s", tooFew).isGreaterThan(8);
            return Optional.empty();
        }
    }

    /** Also shapes that the products would not choose. */
    @ParameterizedTest
    @MethodSource("tiersAndFormats")
    void everyShapeGivesTheBitsOfOneRowAlone(ArmTier tier, DType dtype) throws Exception {
        var machine = ArmEmulator.in(folder);
        int inputs = 512;
        int outputs = 16;
        var outs = new ArrayList<Integer>();
        var shapes = new ArrayList<ProductWriter.Shape>();
        try (var memory = new GuardedMemory()) {
            var weight = operands.weights(memory, dtype, outputs, inputs, -1);
            var x = operands.activations(memory, Tiles.MOST, inputs);
            for (int i = 0; i < Tiles.MOST * inputs; i++) {
                x.data().set(ProductOperands.FLOAT, 4L * i, (float) random.nextGaussian());
            }
            for (int rows = 1; rows <= Tiles.MOST; rows++) {
                // The last rows of all, so that each row is once the only one.
                var last = x.data().asSlice(4L * inputs * (Tiles.MOST - rows));
                var product =
                        new Product(machine, tier, weight, new Tensor(DType.F32, Shape.of(rows, inputs), last), rows);
                for (int width = 1; width <= 4; width *= 2) {
                    for (int ahead : new int[] {0, 4096}) {
                        var code = code(tier, product.layout, rows, width, ahead);
                        if (code.isPresent()) {
                            shapes.add(new ProductWriter.Shape(rows, width, ahead));
                            outs.add(product.call(code.get(), width));
                        }
                    }
                }
            }
            assertThat(shapes).hasSizeGreaterThan(2 * Tiles.MOST);
            var blocks = machine.run(ArmEmulator.processor(tier));
            var known = new byte[Tiles.MOST][];
            for (int i = 0; i < shapes.size(); i++) {
                int rows = shapes.get(i).rows();
                for (int row = 0; row < rows; row++) {
                    byte[] found =
                            Arrays.copyOfRange(blocks.get(outs.get(i)), 4 * row * outputs, 4 * (row + 1) * outputs);
                    int number = Tiles.MOST - rows + row;
                    known[number] = known[number] == null ? found : known[number];
                    assertThat(found).as("%s, row %d", shapes.get(i), row).isEqualTo(known[number]);
                }
            }
            assertSameBitsAsOnThisProcessor(weight, x, known);
        }
    }

    private static void assertSameBitsAsOnThisProcessor(Matrix weight, Tensor x, byte[][] known) {
        assumeTrue(new JitBackend().missing().isEmpty(), "there is no machine code for this processor");
        try (var memory = new GuardedMemory();
                var kernels = Backend.named("jit").open(new Backend.Options(1))) {
            var out = new Tensor(
                    DType.F32, Shape.of(Tiles.MOST, weight.rows()), memory.allocate(4L * Tiles.MOST * weight.rows()));
            kernels.matmul(out, x, kernels.prepare(weight), Tiles.MOST);
            for (int row = 0; row < Tiles.MOST; row++) {
                assertThat(known[row])
                        .as("row %d", row)
                        .isEqualTo(out.data()
                                .asSlice(4L * row * weight.rows(), 4L * weight.rows())
                                .toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }
}
