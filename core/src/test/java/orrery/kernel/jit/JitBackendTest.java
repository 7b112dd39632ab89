package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.kernel.Backend;
import orrery.kernel.BackendException;
import orrery.quant.RowEncoder;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

final class JitBackendTest {
    private final JitBackend backend = new JitBackend();

    @TempDir
    private Path folder;

    @BeforeEach
    void isThere() {
        assumeTrue(backend.missing().isEmpty(), () -> "machine code is missing: " + backend.missing());
    }

    @Test
    void isFoundAsAServiceAndPreferred() {
        assertThat(Backend.best().name()).isEqualTo("jit");
        try (var kernels = Backend.named("jit").open(new Backend.Options(2))) {
            assertThat(kernels.description())
                    .startsWith(
                            "machine code for " + Tier.ofThisMachine().name().replace('_', '-') + ", otherwise ")
                    .endsWith("2 threads");
        }
    }

    @Test
    void saysThatActivationsAreRounded() {
        assumeTrue(backend.missingForBf16().isEmpty(), () -> String.valueOf(backend.missingForBf16()));
        try (var kernels = backend.open(new Backend.Options(2).withBf16Activations(true))) {
            assertThat(kernels.description())
                    .startsWith("machine code for AVX512-VNNI with activations rounded to BF16 for weights in BF16, ")
                    .endsWith("2 threads");
        }
    }

    @Test
    void aTierThatCannotRoundActivationsIsRefused() {
        System.setProperty(Tier.PROPERTY, "AVX2");
        try {
            assertThatThrownBy(() -> backend.open(new Backend.Options(2).withBf16Activations(true)))
                    .isInstanceOf(BackendException.class)
                    .hasMessage("the backend \"jit\" cannot round activations to BF16: machine code for AVX2 only"
                            + " multiplies floats, expected AVX512_VNNI");
        } finally {
            System.clearProperty(Tier.PROPERTY);
        }
    }

    @Test
    void saysWhatAForcedTierLacksAndExecutesNothingOfIt() {
        var processor = Processor.ofThisMachine();
        for (var tier : Tier.values()) {
            System.setProperty(Tier.PROPERTY, tier.name());
            try {
                if (tier.lacking(processor).isEmpty()) {
                    assertThat(backend.missing()).isEmpty();
                } else {
                    assertThat(backend.missing())
                            .hasValueSatisfying(why -> assertThat(why).contains("asks for " + tier, "lacks "));
                }
            } finally {
                System.clearProperty(Tier.PROPERTY);
            }
        }
    }

    /** The memory of packed weights: at most 1.05 times the file's bytes, plus padding of outputs to a panel. */
    @Test
    void packsIntoHardlyMoreThanTheFileHas() {
        try (var kernels = backend.open(new Backend.Options(1));
                var arena = Arena.ofConfined()) {
            for (var dtype : DType.values()) {
                if (dtype.blocked() && RowEncoder.writes(dtype)) {
                    var matrix = Matrix.of(Tensor.zeros(arena, dtype, 64, 512));
                    assertThat(kernels.packedBytes(matrix))
                            .as("%s", dtype)
                            .isBetween(matrix.bytes(), matrix.bytes() * 105 / 100);
                }
            }
        }
    }

    /** A matrix of 18 MB, whose file pages are released in stretches, with outputs that do not fill a panel. */
    @Test
    void packsAMappedMatrixInStretchesToTheSameBits() throws IOException {
        int rows = 4_139;
        int columns = 4_096;
        Path file = folder.resolve("weights");
        var random = new SplittableRandom(5);
        var bytes = new byte[Math.toIntExact(DType.Q8_0.bytes((long) rows * columns))];
        random.nextBytes(bytes);
        for (int block = 0; block < bytes.length; block += DType.Q8_0.blockBytes()) {
            bytes[block + 1] = (byte) ((bytes[block + 1] & 0x8F) | 0x20); // a finite scale
        }
        Files.write(file, bytes);
        try (var kernels = backend.open(new Backend.Options(2));
                var channel = FileChannel.open(file, StandardOpenOption.READ);
                var arena = Arena.ofShared()) {
            var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes.length, arena);
            var matrix = Matrix.of(new Tensor(DType.Q8_0, new Shape(List.of((long) rows, (long) columns)), mapped));
            var x = kernels.allocate(1, columns);
            for (int i = 0; i < columns; i++) {
                x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            }
            var packed = kernels.allocate(1, rows);
            kernels.matmul(packed, x, kernels.prepare(matrix), 1);
            var stored = kernels.allocate(1, rows);
            kernels.matmul(stored, x, kernels.prepareInPlace(matrix), 1);

            assertThat(packed.data().mismatch(stored.data())).isEqualTo(-1);
            assertThat(packed.data().toArray(ValueLayout.JAVA_FLOAT)).doesNotContain(0f);
        }
    }

    /** Reading takes four bits and the scales: what a small quantized model needs besides its file. */
    @ParameterizedTest
    @CsvSource({
        "Q1_0, 4.5",
        "Q2_0, 4.5",
        "TQ1_0, 4.5",
        "TQ2_0, 4.5",
        "IQ1_S, 4.375",
        "IQ1_M, 4.625",
        "IQ2_XXS, 4.375",
        "IQ2_XS, 4.625",
        "IQ2_S, 4.625",
        "IQ3_XXS, 4.375",
        "IQ3_S, 4.375",
        "IQ4_XS, 4.375",
        "Q3_K, 4.625",
        "Q2_K, 5.25",
        "NVFP4, 6"
    })
    void packsWhatIsOnlyReadIntoFourBits(DType dtype, double bits) {
        try (var kernels = backend.open(new Backend.Options(1));
                var arena = Arena.ofConfined()) {
            var matrix = Matrix.of(Tensor.zeros(arena, dtype, 64, 512));
            assertThat(kernels.packedBytes(matrix)).isEqualTo((long) (64 * 512 * bits / 8));
        }
    }

    /** Products are emitted, and all other operations are slow. */
    @Test
    void multipliesWithoutTheVectorApi() throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        Path.of("target", "test-classes")
                                + File.pathSeparator
                                + System.getProperty("jdk.module.path", "")
                                + File.pathSeparator
                                + System.getProperty("java.class.path"),
                        JitBackendTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("machine code for ", "2.0");
    }

    /** Prints the backend in use, and a product. */
    public static void main(String[] arguments) {
        var layout = ValueLayout.JAVA_FLOAT_UNALIGNED;
        try (var kernels = Backend.best().open(new Backend.Options(2));
                var arena = Arena.ofConfined()) {
            var weight = Tensor.zeros(arena, DType.Q8_0, 1, 32);
            weight.data().set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, Float.floatToFloat16(0.5f));
            weight.data().set(ValueLayout.JAVA_BYTE, 2 + 7, (byte) 4);
            var x = new Tensor(DType.F32, Shape.of(1, 32), arena.allocate(128, 64));
            x.data().set(layout, 4 * 7, 1f);
            var out = new Tensor(DType.F32, Shape.of(1, 1), arena.allocate(4, 4));
            kernels.matmul(out, x, kernels.prepare(Matrix.of(weight)), 1);
            System.out.println(kernels.description() + ": " + out.data().get(layout, 0));
        }
    }
}
