package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static orrery.kernel.jit.RandomFloats.FLOAT;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import orrery.kernel.Backend;
import orrery.kernel.Elements;
import orrery.kernel.RandomBlocks;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Products of random shapes, weights and activations in a JVM of their own, which must exit normally: a defect in
 * emitted code may crash it. {@code -Dorrery.products=1000000} runs more of them.
 */
final class RandomProductsTest {
    private static final String PROPERTY = "orrery.products";
    private static final int PRODUCTS = 3000;
    /** Products between two progress lines. */
    private static final int PROGRESS = 50_000;

    @Test
    void allAreRightAndTheJvmEndsByItself() throws Exception {
        var backend = new JitBackend();
        assumeTrue(backend.missing().isEmpty(), () -> "machine code is missing: " + backend.missing());
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        Path.of("target", "test-classes")
                                + File.pathSeparator
                                + System.getProperty("jdk.module.path", "")
                                + File.pathSeparator
                                + System.getProperty("java.class.path"),
                        RandomProductsTest.class.getName(),
                        System.getProperty(PROPERTY, Integer.toString(PRODUCTS)))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("products were right");
    }

    /** Runs the requested number of products. */
    public static void main(String[] arguments) {
        int products = Integer.parseInt(arguments[0]);
        var random = new SplittableRandom(17);
        // Weights in blocks, and in floats, which are not multiplied by emitted code for Arm.
        var dtypes = Arrays.stream(DType.values())
                .filter(dtype ->
                        PanelFormat.of(dtype).isPresent() || (FloatReader.takes(dtype) && !ArmTier.isForThisMachine()))
                .toList();
        for (int done = 0; done < products; ) {
            try (var kernels = kernels(random)) {
                for (int i = 0; i < 100 && done < products; i++, done++) {
                    var dtype = dtypes.get(random.nextInt(dtypes.size()));
                    if (dtype.blocked()) {
                        blocks(kernels, dtype, random);
                    } else {
                        floats(kernels, dtype, random);
                    }
                }
            }
            if (done % PROGRESS == 0 && done < products) {
                System.out.println(done + " of " + products);
            }
        }
        System.out.println(products + " products were right");
    }

    /** Of any tier that this processor has. */
    private static JitKernels kernels(SplittableRandom random) {
        var base = Backend.named("scalar").unchecked(new Backend.Options(random.nextInt(1, 3)));
        if (ArmTier.isForThisMachine()) {
            var features = ArmFeature.ofThisMachine();
            var tiers = Arrays.stream(ArmTier.values())
                    .filter(tier -> tier.lacking(features).isEmpty())
                    .toList();
            return new JitKernels(tiers.get(random.nextInt(tiers.size())), base);
        }
        var processor = Processor.ofThisMachine();
        var tiers = Arrays.stream(Tier.values())
                .filter(tier -> tier.lacking(processor).isEmpty())
                .toList();
        return new JitKernels(tiers.get(random.nextInt(tiers.size())), processor, base);
    }

    private static void blocks(JitKernels kernels, DType dtype, SplittableRandom random) {
        int outputs = random.nextInt(1, 70);
        int inputs = dtype.blockElements() * random.nextInt(1, 3);
        try (var memory = new GuardedMemory()) {
            var data = memory.allocate(dtype.bytes((long) outputs * inputs));
            var weight = weight(data, dtype, outputs, inputs, random);
            product(kernels, weight, memory, random, RandomProductsTest::checkRounded);
        }
    }

    private static void floats(JitKernels kernels, DType dtype, SplittableRandom random) {
        var form = new RandomFloats.Form(
                dtype, random.nextBoolean() ? Matrix.Layout.OUT_IN : Matrix.Layout.IN_OUT, random.nextBoolean());
        int outputs = random.nextInt(1, 70);
        int inputs = random.nextInt(1, 130);
        double size = dtype == DType.F8_E4M3 ? 2 : Math.pow(10, random.nextDouble(-4, 4));
        try (var memory = new GuardedMemory()) {
            var weight = new RandomFloats(random).weights(memory, form, outputs, inputs, size);
            product(kernels, weight, memory, random, RandomProductsTest::checkFloats);
        }
    }

    /** The expected value of one element of a product. */
    private interface Check {
        void of(Matrix weight, Tensor x, int row, int output, float found);
    }

    private static void product(
            JitKernels kernels, Matrix weight, GuardedMemory memory, SplittableRandom random, Check check) {
        int inputs = weight.columns();
        int outputs = weight.rows();
        int rows = random.nextInt(1, random.nextInt(8) == 0 ? 70 : 16);
        var x = new Tensor(DType.F32, Shape.of(rows, inputs), memory.allocate(4L * rows * inputs));
        float size = (float) Math.pow(10, random.nextDouble(-20, 20));
        for (int i = 0; i < rows * inputs; i++) {
            x.data().set(FLOAT, 4L * i, (float) random.nextDouble(-1, 1) * size);
        }
        var out = new Tensor(DType.F32, Shape.of(rows, outputs), memory.allocate(4L * rows * outputs));
        var prepared = random.nextBoolean() ? kernels.prepare(weight) : kernels.prepareInPlace(weight);
        kernels.matmul(out, x, prepared, rows);
        for (int i = 0; i < 4; i++) {
            int row = random.nextInt(rows);
            int output = random.nextInt(outputs);
            check.of(weight, x, row, output, out.data().get(FLOAT, 4L * (row * outputs + output)));
        }
    }

    private static Matrix weight(MemorySegment data, DType dtype, int outputs, int inputs, SplittableRandom random) {
        for (long i = 0; i < data.byteSize(); i++) {
            data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        for (long block = 0; block < data.byteSize(); block += dtype.blockBytes()) {
            if (dtype == DType.MXFP4) {
                data.set(ValueLayout.JAVA_BYTE, block, (byte) random.nextInt(100, 150));
            } else {
                RandomBlocks.scales(data, block, dtype, random);
            }
        }
        var matrix = new Matrix(dtype, outputs, inputs, Matrix.Layout.OUT_IN, inputs, data);
        if (dtype != DType.NVFP4 || random.nextBoolean()) {
            return matrix;
        }
        // NVFP4 files have a factor in addition to the blocks.
        var factor = Tensor.zeros(Arena.ofAuto(), DType.F32, 1, 1);
        factor.data().set(FLOAT, 0, (float) random.nextDouble(0.01, 2));
        return matrix.withScales(new BlockScales(factor, outputs, inputs, 0, 0));
    }

    /** Emitted code rounds activations to eight bits, with a scale for each unit of inputs. */
    private static void checkRounded(Matrix weight, Tensor x, int row, int output, float found) {
        double sum = 0;
        double allowed = 0;
        for (int unit = 0; unit < weight.columns(); unit += PanelFormat.UNIT) {
            double largest = 0;
            double weights = 0;
            for (int i = unit; i < unit + PanelFormat.UNIT; i++) {
                double element = element(weight, output, i);
                double activation = x.data().get(FLOAT, 4L * ((long) row * weight.columns() + i));
                sum += element * activation;
                largest = Math.max(largest, Math.abs(activation));
                weights += Math.abs(element);
            }
            // Half a step of a 127th for each activation, and the rounding of floats.
            allowed += weights * largest * (0.5 / 127 + 1e-5);
        }
        require(found, sum, allowed, weight, row, output);
    }

    private static void checkFloats(Matrix weight, Tensor x, int row, int output, float found) {
        double sum = 0;
        double sizes = 0;
        for (int i = 0; i < weight.columns(); i++) {
            double term =
                    (double) element(weight, output, i) * x.data().get(FLOAT, 4L * ((long) row * weight.columns() + i));
            sum += term;
            sizes += Math.abs(term);
        }
        require(found, sum, 1e-6 * sizes, weight, row, output);
    }

    private static float element(Matrix weight, int output, int input) {
        return Elements.of(weight.data(), weight.dtype(), weight.index(output, input)) * weight.scale(output, input);
    }

    private static void require(float found, double expected, double allowed, Matrix weight, int row, int output) {
        if (!(Math.abs(found - expected) <= allowed)) {
            throw new IllegalStateException(weight.dtype() + " " + weight.layout() + " [" + weight.rows() + ", "
                    + weight.columns() + "], row " + row + ", output " + output + ": " + found + ", expected "
                    + expected + " +- " + allowed);
        }
    }
}
