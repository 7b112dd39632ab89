package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.Backend;
import orrery.look.AttentionRecorder;
import orrery.look.AttentionWeights;
import orrery.spec.Reach;

/** The attention weights that an observer recomputes, for every family on every backend. */
final class AttentionWeightsTest {
    private static final Path GOLDENS = Path.of("src", "test", "resources", "goldens");
    private static final double TOLERANCE = 1e-5;

    static Stream<Arguments> everyCheckpointOnEveryBackend() {
        return GoldenTest.onEveryBackend(Goldens.withCases().stream());
    }

    private static Backend scalar() {
        return backend("scalar");
    }

    private static Backend backend(String name) {
        return Backend.all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static SequencedMap<Integer, AttentionWeights> observed(Rig rig) {
        var recorder = new AttentionRecorder(rig.kernels, rig.step, rig.cache);
        rig.decoder.forward(rig.step, rig.cache, Observer.NONE, RoutingObserver.NONE, recorder);
        rig.step.clear();
        return recorder.layers();
    }

    /** The whole prompt, then its tokens one by one and in threes: latents are expanded first, then absorbed. */
    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void weightsTimesCachedValuesAreTheAttentionsOutput(Path checkpoint, Backend backend) {
        try (var golden = new Golden(checkpoint);
                var rig = GoldenTest.open(checkpoint, backend, 4)) {
            int[] prompt = golden.prompt(0);
            rig.sequence(prompt.length).add(prompt);
            assertAgree(observed(rig), rig);

            var sequence = rig.sequence(prompt.length);
            for (int from = 0; from < prompt.length; ) {
                int rows = from % 4 == 0 ? 1 : 3;
                int to = Math.min(prompt.length, from + rows);
                sequence.add(Arrays.copyOfRange(prompt, from, to));
                assertAgree(observed(rig), rig);
                sequence.forget();
                from = to;
            }
        }
    }

    /** So the test above goes through both forms of latent attention. */
    @Test
    void aPromptIsExpandedAndATokenAbsorbed() {
        for (String name : new String[] {"deepseek-v2", "deepseek-v2-lite", "deepseek-v3"}) {
            try (var golden = new Golden(GOLDENS.resolve(name));
                    var rig = new Rig(GOLDENS.resolve(name), scalar(), 4)) {
                var latent = rig.decoder
                        .spec()
                        .layers()
                        .getFirst()
                        .attention()
                        .latent()
                        .orElseThrow();
                var plan = new LatentPlan(latent, Rig.ROWS);
                int length = golden.prompt(0).length;

                assertThat(plan.expands(length, length)).isTrue();
                assertThat(plan.expands(1, length)).isFalse();
            }
        }
    }

    private static void assertAgree(SequencedMap<Integer, AttentionWeights> layers, Rig rig) {
        assertThat(layers).hasSize(rig.decoder.spec().layers().size());
        layers.forEach((index, layer) -> {
            assertThat(layer.difference()).as("layer %d", index).isLessThanOrEqualTo(TOLERANCE);
            assertThat(layer.heads())
                    .hasSize(rig.decoder.spec().layers().get(index).attention().queryHeads());
            for (var head : layer.heads()) {
                for (float[] row : head.rows()) {
                    double sum = 0;
                    boolean negative = false;
                    for (float weight : row) {
                        negative |= !(weight >= 0);
                        sum += weight;
                    }
                    if (negative || !(Math.abs(sum - 1) <= TOLERANCE)) {
                        assertThat(row)
                                .as("layer %d, head %d", index, head.index())
                                .isEmpty();
                    }
                }
            }
        });
    }

    /** The check above can fail: the reference's softmax has another scale. */
    @Test
    void otherWeightsWouldNotGiveTheOutput() {
        try (var golden = new Golden(GOLDENS.resolve("gemma-2"));
                var rig = new Rig(GOLDENS.resolve("gemma-2"), scalar(), 4)) {
            rig.sequence().add(golden.prompt(0));
            var recorder = new AttentionRecorder(rig.kernels, rig.step, rig.cache);
            rig.decoder.forward(
                    rig.step,
                    rig.cache,
                    Observer.NONE,
                    RoutingObserver.NONE,
                    (layer, attention, query, output, projection) -> {
                        rig.kernels.scale(query, 1.01f, rig.step.rows());
                        recorder.attended(layer, attention, query, output, projection);
                    });

            assertThat(recorder.layers().values())
                    .allSatisfy(layer -> assertThat(layer.difference()).isGreaterThan(10 * TOLERANCE));
        }
    }

    static Stream<Path> everyCheckpoint() {
        return Goldens.withCases().stream();
    }

    @ParameterizedTest
    @MethodSource("everyCheckpoint")
    void observingChangesNoLogit(Path checkpoint) {
        try (var golden = new Golden(checkpoint);
                var rig = GoldenTest.open(checkpoint, backend("vector"), 4)) {
            rig.sequence().add(golden.prompt(0));
            var alone = rig.run();

            rig.sequence().add(golden.prompt(0));
            var recorder = new AttentionRecorder(rig.kernels, rig.step, rig.cache);
            var logits = rig.decoder.forward(
                    rig.step, rig.cache, (_, _, _) -> rig.decoder.lens(), RoutingObserver.NONE, recorder);
            for (int r = 0; r < alone.size(); r++) {
                var row = new float[rig.decoder.vocabSize()];
                rig.kernels.read(row, logits, r);
                assertThat(row).as("row %d", r).isEqualTo(alone.get(r));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpoint")
    void theLensAfterTheLastLayerGivesTheModelsOwnLogits(Path checkpoint) {
        try (var golden = new Golden(checkpoint);
                var rig = GoldenTest.open(checkpoint, backend("vector"), 4)) {
            rig.sequence().add(golden.prompt(0));
            int last = rig.decoder.spec().layers().size();
            int rows = rig.step.rows();
            var seen = new float[2][rig.decoder.vocabSize()];
            Observer observer = (layers, _, _) -> {
                if (layers == 0 || layers == last) {
                    rig.kernels.read(seen[layers == last ? 1 : 0], rig.decoder.lens(), rows - 1);
                }
            };
            var logits = rig.decoder.forward(rig.step, rig.cache, observer);
            var row = new float[rig.decoder.vocabSize()];
            rig.kernels.read(row, logits, rows - 1);

            assertThat(seen[1]).isEqualTo(row);
            assertThat(seen[0]).isNotEqualTo(row);
        }
    }

    @Test
    void aWindowHidesWhatIsBeforeItAndAChunkWhatIsInOthers() {
        for (String name : new String[] {"mistral-7b-v0.1", "gemma-3", "llama-4", "gpt2"}) {
            try (var golden = new Golden(GOLDENS.resolve(name));
                    var rig = new Rig(GOLDENS.resolve(name), scalar(), 4)) {
                rig.sequence().add(golden.prompt(0));
                observed(rig).forEach((index, layer) -> {
                    var reach =
                            rig.decoder.spec().layers().get(index).attention().reach();
                    for (int r = 0; r < layer.rows(); r++) {
                        for (int p = 0; p < layer.rows(); p++) {
                            boolean seen = p <= r
                                    && switch (reach) {
                                        case Reach.Full _ -> true;
                                        case Reach.Window(var tokens) -> p > r - tokens;
                                        case Reach.Chunk(var tokens) -> p / tokens == r / tokens;
                                    };
                            assertThat(layer.of(layer.heads().getFirst(), r, p) > 0)
                                    .as("%s, layer %d, row %d, position %d", name, index, r, p)
                                    .isEqualTo(seen);
                        }
                    }
                });
            }
        }
    }

    @Test
    void rowsOfASpanAttendInBothDirections() {
        try (var golden = new Golden(GOLDENS.resolve("gemma-3"));
                var rig = new Rig(GOLDENS.resolve("gemma-3"), backend("vector"), 4)) {
            rig.sequence().add(Arrays.copyOf(golden.prompt(0), 9));
            rig.step.span(2, 4);

            observed(rig).values().forEach(layer -> {
                assertThat(layer.lastSeen()).containsExactly(0, 1, 5, 5, 5, 5, 6, 7, 8);
                assertThat(layer.difference()).isLessThanOrEqualTo(TOLERANCE);
                assertThat(layer.of(layer.heads().getFirst(), 2, 5)).isPositive();
                assertThat(layer.of(layer.heads().getFirst(), 6, 7)).isZero();
            });
        }
    }

    @Test
    void aStepOfTwoSequencesIsRefused() {
        try (var golden = new Golden(GOLDENS.resolve("gpt2"));
                var rig = new Rig(GOLDENS.resolve("gpt2"), scalar(), 4)) {
            rig.sequence().add(golden.prompt(0));
            rig.sequence().add(golden.prompt(1));

            assertThatThrownBy(() -> observed(rig)).hasMessageContaining("a step of 2 sequences, expected one");
        }
    }
}
