package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.format.Metadata;
import orrery.kernel.Allocation;
import orrery.kernel.Backend;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * A token through the whole decoder allocates nothing, on any of its threads, once it is compiled: counted in a JVM of
 * its own, without the coverage agent.
 */
final class DecoderAllocationTest {
    private static final int POSITION = 300;
    /** Bytes that reading the counter allocates, per token. */
    private static final long ASKING = 2;

    private static final int JVMS = 3;

    /** Floats on both backends and each block format on one; with {@code -Dorrery.sweep=true} all on both. */
    static Stream<Arguments> backendsAndTypes() {
        boolean every = Boolean.getBoolean("orrery.sweep");
        return Stream.of("vector", "jit")
                .flatMap(backend -> Stream.of(DType.BF16, DType.Q8_0, DType.Q4_K, DType.Q6_K)
                        .filter(dtype ->
                                every || dtype == DType.BF16 || (dtype == DType.Q6_K) == backend.equals("vector"))
                        .map(dtype -> Arguments.of(backend, dtype)));
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void allocatesNothingForAToken(String backend, DType dtype) throws Exception {
        var missing = Backend.all().stream()
                .filter(one -> one.name().equals(backend))
                .flatMap(one -> one.missing().stream())
                .toList();
        assumeTrue(missing.isEmpty(), () -> backend + " is missing: " + missing);
        // C2 decides in each JVM what it inlines. On a busy machine it has once left one object of 64 bytes per token,
        // so an allocation counts only if three JVMs in a row show it.
        long bytes = Long.MAX_VALUE;
        for (int i = 0; i < JVMS && bytes > ASKING; i++) {
            bytes = Math.min(bytes, bytesForAToken(backend, dtype));
        }
        assertThat(bytes).as("bytes per token").isLessThanOrEqualTo(ASKING);
    }

    private static long bytesForAToken(String backend, DType dtype) throws Exception {
        String everything =
                System.getProperty("jdk.module.path", "") + File.pathSeparator + System.getProperty("java.class.path");
        String tests = Path.of("target", "test-classes").toString();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:CompileThresholdScaling=0.5",
                        "-cp",
                        tests + File.pathSeparator + everything,
                        DecoderAllocationTest.class.getName(),
                        backend,
                        dtype.name())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("bytes a token: ");
        return Long.parseLong(output.substring(output.lastIndexOf(' ') + 1).strip());
    }

    /** Prints the bytes that a token allocates with the named backend and dtype. */
    public static void main(String[] arguments) throws Exception {
        var dtype = DType.valueOf(arguments[1]);
        var spec = Catalog.read(
                        "tiny",
                        Metadata.of(
                                "config.json",
                                Map.of(
                                        "model_type", "llama",
                                        "hidden_size", 512,
                                        "num_attention_heads", 8,
                                        "num_key_value_heads", 2,
                                        "intermediate_size", 1024,
                                        "num_hidden_layers", 2,
                                        "vocab_size", 1024,
                                        "tie_word_embeddings", true)))
                .spec();
        try (var arena = Arena.ofShared();
                var kernels = Backend.named(arguments[0]).open(new Backend.Options(2));
                var cache = new KvCache(spec.caches(), KvCache.DEFAULT_PAGE_SIZE, 64)) {
            var matrices = new HashMap<String, List<Matrix>>();
            spec.weights().forEach((path, weight) -> {
                var copies = new ArrayList<Matrix>();
                boolean matrix = weight.dimensions().size() == 2;
                long[] dimensions = weight.dimensions().stream()
                        .mapToLong(Integer::longValue)
                        .toArray();
                for (int i = 0; i < weight.copies(); i++) {
                    copies.add(Matrix.of(Tensor.zeros(arena, matrix ? dtype : DType.F32, dimensions)));
                }
                matrices.put(path, copies);
            });
            var weights = new Weights(spec, matrices);
            var decoder = new Decoder(spec, weights, kernels, 1, 1);
            var pages = new PageTable[cache.pools()];
            for (int pool = 0; pool < pages.length; pool++) {
                pages[pool] = new PageTable();
                for (int position = 0; position <= POSITION; position += KvCache.DEFAULT_PAGE_SIZE) {
                    pages[pool].append(cache.take(pool));
                }
            }
            var step = new Step(1);
            Runnable token = () -> {
                step.clear();
                step.add(step.addSequence(pages), 5, POSITION, true);
                decoder.forward(step, cache);
            };
            System.out.println("bytes a token: " + Allocation.leastBytes(token, 0));
        }
    }
}
