package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import orrery.kernel.Backend;
import orrery.kernel.Elements;
import orrery.kernel.RandomBlocks;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Products of random shapes, weights and activations in a JVM of their own, which has to end by itself: what emitted
 * code does wrong may end the JVM instead. {@code -Dorrery.products=1000000} asks for more of them.
 */
final class RandomProductsTest {
    private static final String PROPERTY = "orrery.products";
    private static final int PRODUCTS = 3000;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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

    /** Runs as many products as are asked for. */
    public static void main(String[] arguments) {
        int products = Integer.parseInt(arguments[0]);
        var random = new SplittableRandom(17);
        var dtypes = Arrays.stream(DType.values())
                .filter(dtype -> PanelFormat.of(dtype).isPresent())
                .toList();
        for (int done = 0; done < products; ) {
            try (var kernels = kernels(random)) {
                for (int i = 0; i < 100 && done < products; i++, done++) {
                    product(kernels, dtypes, random);
                }
            }
        }
        System.out.println(products + " products were right");
    }

    /** Of any tier that this processor has. */
    private static JitKernels kernels(SplittableRandom random) {
        var base = Backend.named("scalar").unchecked(new Backend.Options(1));
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

    private static void product(JitKernels kernels, List<DType> dtypes, SplittableRandom random) {
        var dtype = dtypes.get(random.nextInt(dtypes.size()));
        int outputs = random.nextInt(1, 70);
        int inputs = dtype.blockElements() * random.nextInt(1, 3);
        int rows = random.nextInt(1, 16);
        try (var memory = new GuardedMemory()) {
            var weight = weight(memory.allocate(dtype.bytes((long) outputs * inputs)), dtype, outputs, inputs, random);
            var x = new Tensor(DType.F32, Shape.of(rows, inputs), memory.allocate(4L * rows * inputs));
            float size = (float) Math.pow(10, random.nextDouble(-20, 20));
            for (int i = 0; i < rows * inputs; i++) {
                x.data().set(FLOAT, 4L * i, (float) random.nextDouble(-1, 1) * size);
            }
            var out = new Tensor(DType.F32, Shape.of(rows, outputs), memory.allocate(4L * rows * outputs));
            var prepared = random.nextBoolean() ? kernels.prepare(weight) : kernels.prepareInPlace(weight);
            kernels.matmul(out, x, prepared, rows);
            for (int check = 0; check < 4; check++) {
                int row = random.nextInt(rows);
                int output = random.nextInt(outputs);
                check(weight, x, row, output, out.data().get(FLOAT, 4L * (row * outputs + output)));
            }
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
        return new Matrix(dtype, outputs, inputs, Matrix.Layout.OUT_IN, inputs, data);
    }

    private static void check(Matrix weight, Tensor x, int row, int output, float found) {
        double sum = 0;
        double allowed = 0;
        for (int block = 0; block < weight.columns(); block += PanelFormat.UNIT) {
            double largest = 0;
            double weights = 0;
            for (int i = block; i < block + PanelFormat.UNIT; i++) {
                double element = Elements.of(weight.data(), weight.dtype(), weight.index(output, i));
                double activation = x.data().get(FLOAT, 4L * ((long) row * weight.columns() + i));
                sum += element * activation;
                largest = Math.max(largest, Math.abs(activation));
                weights += Math.abs(element);
            }
            // Half a step of a 127th for each activation, and what floats round.
            allowed += weights * largest * (0.5 / 127 + 1e-5);
        }
        if (!(Math.abs(found - sum) <= allowed)) {
            throw new IllegalStateException(weight.dtype() + " [" + weight.rows() + ", " + weight.columns() + "], row "
                    + row + ", output " + output + ": " + found + ", expected " + sum + " +- " + allowed);
        }
    }
}
