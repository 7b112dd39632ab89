package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.LayerSpec;
import orrery.spec.WeightSpec;

/** Every checkpoint of every family against the reference implementation, on every backend. */
class GoldenTest {
    static final float REFERENCE = 2e-4f;
    static final float SELF = 1e-5f;

    static Stream<Arguments> everyCheckpointOnEveryBackend() {
        return onEveryBackend(Goldens.withCases().stream());
    }

    static Stream<Arguments> onEveryBackend(Stream<Path> checkpoints) {
        return checkpoints.flatMap(checkpoint -> Backend.all().stream()
                .filter(backend -> backend.takesEveryModel() || dense(checkpoint))
                .map(backend -> Arguments.argumentSet(
                        checkpoint.getFileName() + " on " + backend.name(), checkpoint, backend)));
    }

    /** Whether a backend for dense models only is used for this one. */
    private static boolean dense(Path checkpoint) {
        return Catalog.describe(checkpoint.toString()).spec().layers().stream()
                .allMatch(layer -> layer instanceof LayerSpec.Residual(var mixer, var feedForward)
                        && mixer.op() instanceof GroupedQuery
                        && feedForward.op() instanceof FeedForward);
    }

    static Rig open(Path checkpoint, Backend backend, int pageSize) {
        assumeTrue(backend.missing().isEmpty(), () -> backend.name() + " is missing: " + backend.missing());
        return new Rig(checkpoint, backend, pageSize);
    }

    static void assertClose(float[] actual, float[] expected, float tolerance, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            // Not AssertJ's isCloseTo, which computes in BigDecimal and is slow.
            if (!(Math.abs((double) actual[i] - expected[i]) <= tolerance)) {
                assertThat(actual[i]).as("%s, element %d", what, i).isCloseTo(expected[i], within(tolerance));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void givesTheReferencesLogits(Path checkpoint, Backend backend) {
        try (var golden = new Golden(checkpoint);
                var rig = open(checkpoint, backend, 4)) {
            for (int s = 0; s < golden.sequences(); s++) {
                rig.sequence().add(golden.prompt(s));
                var logits = rig.run();
                for (int p = 0; p < logits.size(); p++) {
                    assertClose(logits.get(p), golden.row("logits", s, p), REFERENCE, "logits of " + s + " at " + p);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void givesTheReferencesHiddenStates(Path checkpoint, Backend backend) {
        try (var golden = new Golden(checkpoint);
                var rig = open(checkpoint, backend, 32)) {
            int last = rig.decoder.spec().layers().size();
            var seen = new ArrayList<Integer>();
            rig.sequence().add(golden.prompt(0));
            rig.run((layers, hidden, rows) -> {
                String name = "hidden." + layers;
                // The reference reports its last hidden state after the final norm.
                if (layers == last || !golden.tensors().containsKey(name)) {
                    return;
                }
                seen.add(layers);
                for (int p = 0; p < rows; p++) {
                    var row = new float[rig.decoder.spec().hiddenSize()];
                    rig.decoder.kernels().read(row, hidden, p);
                    assertClose(row, golden.row(name, 0, p), REFERENCE, name + " at " + p);
                }
            });
            assumeTrue(!seen.isEmpty(), "the reference recorded no hidden states of one stream");
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void continuesGreedilyAsTheReference(Path checkpoint, Backend backend) {
        try (var golden = new Golden(checkpoint);
                var rig = open(checkpoint, backend, 4)) {
            for (int s = 0; s < golden.sequences(); s++) {
                var sequence = rig.sequence();
                sequence.add(golden.prompt(s));
                var greedy = new int[golden.greedy(s).length];
                for (int i = 0; i < greedy.length; i++) {
                    greedy[i] = rig.best(rig.run().getLast());
                    sequence.forget();
                    var spec = rig.decoder.spec();
                    if (spec.turnsAs(sequence.length) == spec.turnsAs(sequence.length + 1)) {
                        sequence.add(greedy[i]);
                    } else {
                        int[] prompt = golden.prompt(s);
                        int[] grown = Arrays.copyOf(prompt, prompt.length + i + 1);
                        System.arraycopy(greedy, 0, grown, prompt.length, i + 1);
                        sequence = rig.sequence();
                        sequence.add(grown);
                    }
                }
                rig.step.clear();
                assertThat(greedy).as("sequence %d", s).isEqualTo(golden.greedy(s));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void agreesWithItselfHoweverTheRowsAreCut(Path checkpoint, Backend backend) {
        try (var golden = new Golden(checkpoint);
                var rig = open(checkpoint, backend, 4)) {
            int[] prompt = golden.prompt(0);
            int[] other = golden.prompt(golden.sequences() - 1);
            rig.sequence().add(prompt);
            var whole = rig.run();
            assertSame(whole, inChunks(rig, prompt, 1), "token by token");
            assertSame(whole, inChunks(rig, prompt, 7), "in chunks of 7");
            assertSame(whole, interleaved(rig, prompt, other), "interleaved on scattered pages");
        }
    }

    static Stream<Arguments> everyDraftingCheckpointOnEveryBackend() {
        return onEveryBackend(Goldens.withCases().stream().filter(GoldenTest::drafts));
    }

    /** Whether the reference recorded a draft's logits. */
    static boolean drafts(Path checkpoint) {
        try (var golden = new Golden(checkpoint)) {
            return golden.tensors().containsKey("mtp_logits");
        }
    }

    @ParameterizedTest
    @MethodSource("everyDraftingCheckpointOnEveryBackend")
    void draftsAsTheReference(Path checkpoint, Backend backend) {
        try (var golden = new Golden(checkpoint);
                var rig = open(checkpoint, backend, 4)) {
            assertDrafts(golden, rig);
        }
    }

    /** Checks that a model's draft gives the reference's logits. */
    static void assertDrafts(Golden golden, Rig rig) {
        for (int s = 0; s < golden.sequences(); s++) {
            int[] prompt = golden.prompt(s);
            var main = rig.sequence();
            main.add(prompt);
            rig.run();
            // The draft's rows have a past of their own: another sequence of the same length, shifted by one token.
            var drafted = rig.sequence();
            drafted.add(Arrays.copyOfRange(prompt, 1, prompt.length));
            var logits = rig.draft();
            for (int p = 0; p < logits.size(); p++) {
                assertClose(logits.get(p), golden.row("mtp_logits", s, p), REFERENCE, "draft of " + s + " at " + p);
            }
        }
    }

    private static void assertSame(List<float[]> whole, List<float[]> cut, String how) {
        assertThat(cut).hasSameSizeAs(whole);
        for (int p = 0; p < whole.size(); p++) {
            assertClose(cut.get(p), whole.get(p), SELF, how + ", position " + p);
        }
    }

    private static List<float[]> inChunks(Rig rig, int[] prompt, int size) {
        var sequence = rig.sequence(prompt.length);
        var logits = new ArrayList<float[]>();
        for (int from = 0; from < prompt.length; from += size) {
            sequence.add(Arrays.copyOfRange(prompt, from, Math.min(from + size, prompt.length)));
            logits.addAll(rig.run());
            sequence.forget();
        }
        return logits;
    }

    /** Both sequences in every step, in pieces of unequal size, so that their pages alternate. */
    private static List<float[]> interleaved(Rig rig, int[] prompt, int[] other) {
        var sequence = rig.sequence(prompt.length);
        var second = rig.sequence(other.length);
        var logits = new ArrayList<float[]>();
        int at = 0;
        int atOther = 0;
        for (int size = 3; at < prompt.length; size = size % 5 + 1) {
            int others = Math.min(size % 3 + 1, other.length - atOther);
            second.add(Arrays.copyOfRange(other, atOther, atOther + others));
            atOther += others;
            int ours = Math.min(size, prompt.length - at);
            sequence.add(Arrays.copyOfRange(prompt, at, at + ours));
            at += ours;
            var rows = rig.run();
            logits.addAll(rows.subList(others, rows.size()));
            sequence.forget();
            second.forget();
        }
        return logits;
    }

    static Stream<Arguments> everyCheckpoint() {
        return Goldens.withCases().stream()
                .map(checkpoint ->
                        Arguments.argumentSet(checkpoint.getFileName().toString(), checkpoint));
    }

    @ParameterizedTest
    @MethodSource("everyCheckpoint")
    void countsTheParametersThatTheFileHolds(Path checkpoint) {
        try (var file = ModelFile.open(checkpoint)) {
            var bound = Catalog.open(file);
            long inFile = bound.weights().values().stream()
                    .flatMap(List::stream)
                    .mapToLong(matrix -> (long) matrix.rows() * matrix.columns())
                    .sum();
            var spec = bound.description().spec();
            long unused = spec.weights().values().stream()
                    .filter(weight -> weight.use() == WeightSpec.Use.UNUSED)
                    .mapToLong(WeightSpec::parameters)
                    .sum();
            assertThat(inFile).isEqualTo(spec.parameters() + spec.draftParameters() - unused);
            assertThat(bound.description().notUnderstood()).isEmpty();
        }
    }
}
