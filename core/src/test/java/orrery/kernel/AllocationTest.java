package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import orrery.spec.Activation;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Position.Pairing;
import orrery.spec.Reach;
import orrery.tensor.Matrix;

/**
 * A decoder's calls for one token in one layer, many times over, on all threads, in a JVM of its own: the coverage
 * agent and code that other tests have compiled change how C2 compiles the Vector API. The goal is no allocation at
 * all; 0, 32, 32 and 272 bytes were seen in four runs.
 */
final class AllocationTest {
    private static final int WIDTH = 256;
    private static final long MOST_BYTES = 1024;
    private static final long NOTHING = 64;

    @Test
    void allocatesLittleForATokenOnceCompiled() throws Exception {
        String everything =
                System.getProperty("jdk.module.path", "") + File.pathSeparator + System.getProperty("java.class.path");
        // Surefire patches the tests into the module; here they are on the class path.
        String tests = Path.of("target", "test-classes").toString();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        tests + File.pathSeparator + everything,
                        AllocationTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("bytes a token: ");
        long bytes =
                Long.parseLong(output.substring(output.lastIndexOf(' ') + 1).strip());
        assertThat(bytes).as("bytes a token").isLessThanOrEqualTo(MOST_BYTES);
    }

    /** Prints the bytes that a token allocates once everything is compiled. */
    public static void main(String[] arguments) throws Exception {
        var spec = new CacheSpec.PerToken(2, 64, 64, Reach.FULL);
        try (var kernels = Backend.named("vector").open(new Backend.Options(2));
                var cache = new KvCache(List.of(spec), 32, 8)) {
            var table = new PageTable();
            for (int i = 0; i < 8; i++) {
                table.append(cache.take(0));
            }
            var step = new Step(1);
            step.add(step.addSequence(new PageTable[] {table}), 0, 200, true);
            var attention = new Attention(new Heads(4, 2, 64), 64, Reach.FULL, 0.125f, 0f);
            var x = kernels.allocate(1, WIDTH);
            var y = kernels.allocate(1, WIDTH);
            var half = kernels.allocate(1, 128);
            var words = Matrix.of(kernels.allocate(WIDTH, WIDTH));
            var weight = kernels.prepare(words);
            var norm = kernels.allocate(1, WIDTH);
            var angles = kernels.allocate(1, 64);
            var frequencies = new float[32];
            Runnable token = () -> {
                kernels.angles(angles, frequencies, 1f, step.positions(), 1);
                kernels.rmsNorm(y, x, norm, 1e-5, 1);
                kernels.matmul(x, y, weight, 1);
                kernels.rope(x, angles, 64, 0, Pairing.HALVES, 1);
                kernels.attend(y, x, half, half, cache, 0, attention, step);
                kernels.gate(y, y, x, Activation.SILU, 1);
                kernels.gate(y, y, x, Activation.GELU_TANH, 1);
                kernels.activate(y, y, Activation.GELU_ERF, 1);
                kernels.softcap(y, 30f, 1);
                kernels.layerNorm(y, y, norm, norm, 1e-5, 1);
                kernels.addBias(y, norm, 1);
                kernels.embed(y, words, step.tokens(), 1f, 1);
                kernels.gatherRows(y, x, step.wanted(), 1);
                kernels.add(x, y, 1);
                kernels.argmax(x, 0);
            };
            System.out.println("bytes a token: " + Allocation.leastBytes(token, NOTHING));
        }
    }
}
