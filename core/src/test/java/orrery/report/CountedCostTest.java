package orrery.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.CountingKernels;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.Goldens;
import orrery.model.Weights;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;
import orrery.tensor.Matrix;

/**
 * Runs the one forward pass, of every release at its full size and of every golden, through kernels that count, and
 * holds arithmetic on the spec against the counts, exactly. Weights lie in a file of holes, which takes no room and is
 * not read but for its vectors.
 */
final class CountedCostTest {
    private static final int ROWS = 24;

    @TempDir
    private static Path folder;

    static Stream<Arguments> releases() {
        return Catalog.releases().stream().map(release -> Arguments.argumentSet(release.name(), release.spec()));
    }

    static Stream<Path> goldens() {
        return Goldens.all().stream();
    }

    private static DType storedAs(WeightSpec weight) {
        return weight.dimensions().size() == 1 ? DType.F32 : DType.BF16;
    }

    @ParameterizedTest
    @MethodSource("releases")
    void aReleaseCostsWhatItsForwardPassAsksFor(ArchitectureSpec spec) throws IOException {
        try (var arena = Arena.ofShared()) {
            check(spec, untouched(spec, arena), (_, weight) -> storedAs(weight));
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void aGoldenCostsWhatItsForwardPassAsksFor(Path golden) {
        try (var file = ModelFile.open(golden)) {
            var checkpoint = Catalog.open(file);
            var weights = checkpoint.weights();
            check(
                    checkpoint.description().spec(),
                    weights,
                    (path, weight) -> storedAs(weight) == DType.F32
                            ? DType.F32
                            : weights.getOrDefault(path, List.of(Matrix.EMPTY))
                                    .getFirst()
                                    .dtype());
        }
    }

    /** The host adds the 256 biases of its router; embedding and head are the main model's. */
    @Test
    void theDraftOfDeepSeekV3IsMultipliedAsItIsCounted() throws IOException {
        var spec = Catalog.release("deepseek-v3").orElseThrow().spec();
        try (var arena = Arena.ofShared();
                var kernels = new CountingKernels();
                var cache = new KvCache(spec.cachesWithDraft(), 64, 1)) {
            var decoder = new Decoder(spec, new Weights(spec, untouched(spec, arena)), kernels, 1, 1);
            var step = step(cache, 4095, 1);
            decoder.forward(step, cache);
            kernels.reset();

            decoder.draft(step, cache, decoder.lastHidden());

            long active = spec.draftWeights().values().stream()
                    .filter(weight -> weight.use() == WeightSpec.Use.MULTIPLIED)
                    .mapToLong(WeightSpec::activeParameters)
                    .sum();
            long head = (long) spec.vocabSize() * spec.hiddenSize();
            assertThat(kernels.matrixElements() + kernels.vectorElements() + 256)
                    .isEqualTo(active + head);
            assertThat(kernels.writtenElements(cache)).isEqualTo(576);
        }
    }

    private static void check(
            ArchitectureSpec spec, Map<String, List<Matrix>> matrices, BiFunction<String, WeightSpec, DType> storedAs) {
        var cost = TokenCost.of(spec, storedAs, KvType.F32);
        try (var kernels = new CountingKernels();
                var cache = new KvCache(spec.cachesWithDraft(), 64, 1)) {
            var decoder = new Decoder(spec, new Weights(spec, matrices), kernels, ROWS, 1);
            // A first token alone is a prompt, and latents are rebuilt for it.
            for (int position : List.of(1, 510, 8191, 40_000)) {
                if (position < spec.maxPositions()) {
                    kernels.reset();
                    decoder.forward(step(cache, position, 1), cache);
                    assertDecode(spec, cost, kernels, cache, position);
                    assertWeights(spec, cost, matrices, kernels);
                }
            }
            kernels.reset();
            decoder.forward(step(cache, 0, ROWS), cache);
            assertThat(2.0 * (kernels.productMultiplyAdds() + kernels.attentionMultiplyAdds()))
                    .as("FLOPs of a prompt")
                    .isEqualTo(prompt(spec, cost));
            assertThat(kernels.writtenElements(cache)).isEqualTo(ROWS * spec.cacheElementsPerToken());
        }
    }

    /** Sequences whose latents are too small to be worth rebuilding are absorbed, row by row, even in a prompt. */
    private static double prompt(ArchitectureSpec spec, TokenCost cost) {
        double rowByRow = cost.productFlops(ROWS, 1);
        for (int position = 0; position < ROWS; position++) {
            rowByRow += cost.attentionFlops(position);
        }
        boolean absorbs = spec.layers().getFirst().attention() instanceof Latent latent
                && 2 * latent.latentRank() <= latent.nopeSize() + latent.valueSize();
        return absorbs ? rowByRow : cost.prefillFlops(ROWS);
    }

    private static void assertDecode(
            ArchitectureSpec spec, TokenCost cost, CountingKernels kernels, KvCache cache, int position) {
        assertThat(2.0 * kernels.productMultiplyAdds()).as("products").isEqualTo(cost.productFlops(1, 1));
        assertThat(2.0 * kernels.attentionMultiplyAdds())
                .as("attention at %d", position)
                .isEqualTo(cost.attentionFlops(position));
        assertThat((double) kernels.readElements(cache) * Float.BYTES)
                .as("cache read at %d", position)
                .isEqualTo(cost.cacheBytes(position));
        assertThat(kernels.writtenElements(cache)).isEqualTo(spec.cacheElementsPerToken());
    }

    /** A token touches the active parameters, but of each table one row; the head's table again where it is tied. */
    private static void assertWeights(
            ArchitectureSpec spec, TokenCost cost, Map<String, List<Matrix>> matrices, CountingKernels kernels) {
        long tables = 0;
        long routerBiases = 0;
        for (var entry : spec.weights().entrySet()) {
            var weight = entry.getValue();
            if (weight.use() == WeightSpec.Use.LOOKED_UP) {
                tables += weight.activeParameters();
            } else if (entry.getKey().endsWith(".router.bias")) {
                routerBiases += weight.activeParameters();
            }
        }
        long tied = spec.head().tied() ? (long) spec.vocabSize() * spec.hiddenSize() : 0;
        // The host adds the bias of a router, and a norm without a weight is given ones.
        assertThat(kernels.matrixElements() + kernels.vectorElements() + routerBiases + tables)
                .as("parameters that take part")
                .isEqualTo(spec.activeParameters() + tied + ones(spec));
        boolean scaled = matrices.values().stream()
                .flatMap(List::stream)
                .anyMatch(one -> one.scales().isPresent());
        if (!scaled) {
            assertThat((double) kernels.matrixBytes()
                            + kernels.lookedUpBytes()
                            + Float.BYTES * (kernels.vectorElements() + routerBiases - ones(spec)))
                    .as("bytes of weights")
                    .isEqualTo(cost.weightBytes(1, 1));
        }
    }

    private static long ones(ArchitectureSpec spec) {
        long ones = 0;
        for (var layer : spec.layers()) {
            if (layer.attention() instanceof GroupedQuery grouped) {
                boolean own = grouped.keyValues() instanceof GroupedQuery.KeyValues.Own;
                var norms = grouped.norms();
                int size = grouped.heads().size();
                ones += weightless(norms.query(), size);
                ones += own ? weightless(norms.key(), size) + weightless(norms.value(), size) : 0;
            }
        }
        return ones;
    }

    private static long weightless(NormSpec norm, int size) {
        return norm instanceof NormSpec.Rms(var _, var gain) && gain == NormSpec.Gain.NONE ? size : 0;
    }

    /** Rows from that position on, of which the last wants logits; nobody looks for their past. */
    private static Step step(KvCache cache, int position, int rows) {
        var pages = new PageTable[cache.pools()];
        java.util.Arrays.setAll(pages, _ -> new PageTable());
        var step = new Step(rows);
        int sequence = step.addSequence(pages);
        for (int r = 0; r < rows; r++) {
            step.add(sequence, 0, position + r, r == rows - 1);
        }
        return step;
    }

    /** A matrix object for every copy of every weight, all over the same hole. */
    private static Map<String, List<Matrix>> untouched(ArchitectureSpec spec, Arena arena) throws IOException {
        var all = new LinkedHashMap<>(spec.weights());
        all.putAll(spec.draftWeights());
        all.values().removeIf(weight -> weight.use() == WeightSpec.Use.UNUSED);
        long largest = all.values().stream()
                .mapToLong(weight -> storedAs(weight).bytes(weight.elements()))
                .max()
                .orElseThrow();
        var hole = hole(largest, arena);
        var matrices = new LinkedHashMap<String, List<Matrix>>();
        all.forEach((path, weight) -> {
            var copies = new ArrayList<Matrix>();
            for (int copy = 0; copy < weight.copies(); copy++) {
                int rows = weight.dimensions().size() == 1
                        ? 1
                        : weight.dimensions().getFirst();
                int columns = weight.dimensions().getLast();
                copies.add(new Matrix(storedAs(weight), rows, columns, Matrix.Layout.OUT_IN, columns, hole));
            }
            matrices.put(path, copies);
        });
        return matrices;
    }

    private static MemorySegment hole(long bytes, Arena arena) throws IOException {
        try (var file = new RandomAccessFile(folder.resolve("hole-" + bytes).toFile(), "rw")) {
            file.setLength(bytes);
            return file.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
        }
    }
}
