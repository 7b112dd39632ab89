package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.tensor.Tensor;

/**
 * The language part of models with images: the reference's image features are given as soft rows, and its logits are
 * expected. Checkpoints come from the folder that {@code ORRERY_GOLDENS_VISION} names.
 */
class VisionGoldenTest {
    private static final String FOLDER = "ORRERY_GOLDENS_VISION";

    static Stream<Arguments> everyCheckpointOnEveryBackend() {
        var offered = Goldens.offered(FOLDER);
        // A parameterised test without parameters would fail; with these it is reported as skipped.
        return offered.isEmpty()
                ? Stream.of(Arguments.argumentSet("none", Path.of("none"), Backend.named("scalar")))
                : GoldenTest.onEveryBackend(offered.stream());
    }

    /** A run of a prompt's rows: of text, or of an image. */
    private record Piece(int from, int to, boolean image) {}

    /** One prompt with its images, in a rig. */
    private static final class Prompt implements AutoCloseable {
        final Golden golden;
        final Rig rig;
        final int[] ids;
        final List<Piece> pieces = new ArrayList<>();
        private final Tensor features;
        private final boolean bothWays;
        private final int placeholder;

        Prompt(Path checkpoint, Backend backend) {
            assumeTrue(!Goldens.offered(FOLDER).isEmpty(), FOLDER + " names no folder of checkpoints with images");
            golden = new Golden(checkpoint);
            rig = GoldenTest.open(checkpoint, backend, 4);
            ids = golden.prompt(0);
            try (var file = ModelFile.open(checkpoint)) {
                placeholder = (int) file.metadata().integer("image_token_index");
                bothWays = file.metadata().text("model_type").equals("gemma3");
            }
            for (int from = 0; from < ids.length; ) {
                boolean image = ids[from] == placeholder;
                int to = from;
                while (to < ids.length && (ids[to] == placeholder) == image) {
                    to++;
                }
                pieces.add(new Piece(from, to, image));
                from = to;
            }
            features = golden.tensor("vision.projected");
        }

        /** The features in memory of the kernels. */
        Tensor vectors() {
            var vectors = rig.kernels.allocate((int) features.rows(), (int) features.columns());
            vectors.data().copyFrom(features.data());
            return vectors;
        }

        /** Adds the prompt's rows to the step under construction; if {@code stop} is set, runs it after each piece. */
        List<float[]> run(Rig.Sequence sequence, boolean spans, boolean stop) {
            var vectors = vectors();
            var logits = new ArrayList<float[]>();
            int taken = 0;
            for (var piece : pieces) {
                int[] tokens = Arrays.copyOfRange(ids, piece.from, piece.to);
                if (piece.image) {
                    int first = rig.step.rows();
                    sequence.addSoft(vectors, taken, tokens);
                    taken += tokens.length;
                    if (spans && bothWays) {
                        rig.step.span(first, tokens.length);
                    }
                } else {
                    sequence.add(tokens);
                }
                if (stop) {
                    logits.addAll(rig.run());
                    sequence.forget();
                }
            }
            assertThat(taken).as("features").isEqualTo((int) features.rows());
            return stop ? logits : rig.run();
        }

        @Override
        public void close() {
            rig.close();
            golden.close();
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void givesTheReferencesLogits(Path checkpoint, Backend backend) {
        try (var prompt = new Prompt(checkpoint, backend)) {
            var logits = prompt.run(prompt.rig.sequence(), true, false);
            for (int p = 0; p < logits.size(); p++) {
                float[] expected = prompt.golden.row("logits", 0, p);
                GoldenTest.assertClose(logits.get(p), expected, GoldenTest.REFERENCE, "logits at " + p);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void continuesGreedilyAsTheReference(Path checkpoint, Backend backend) {
        try (var prompt = new Prompt(checkpoint, backend)) {
            var rig = prompt.rig;
            var sequence = rig.sequence();
            var last = prompt.run(sequence, true, false).getLast();
            var greedy = new int[prompt.golden.greedy(0).length];
            for (int i = 0; i < greedy.length; i++) {
                greedy[i] = rig.best(last);
                sequence.forget();
                sequence.add(greedy[i]);
                last = rig.run().getLast();
            }
            assertThat(greedy).isEqualTo(prompt.golden.greedy(0));
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void agreesWithItselfWhereStepsEndBetweenTextAndImages(Path checkpoint, Backend backend) {
        try (var prompt = new Prompt(checkpoint, backend)) {
            var whole = prompt.run(prompt.rig.sequence(), true, false);
            var cut = prompt.run(prompt.rig.sequence(), true, true);
            assertThat(cut).hasSameSizeAs(whole);
            for (int p = 0; p < whole.size(); p++) {
                GoldenTest.assertClose(cut.get(p), whole.get(p), GoldenTest.SELF, "position " + p);
            }
        }
    }

    /** Without spans Gemma 3 predicts something else, and Mistral has none. */
    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void needsItsSpans(Path checkpoint, Backend backend) {
        try (var prompt = new Prompt(checkpoint, backend)) {
            var logits = prompt.run(prompt.rig.sequence(), false, false);
            float most = 0;
            for (int p = 0; p < logits.size(); p++) {
                float[] expected = prompt.golden.row("logits", 0, p);
                for (int i = 0; i < expected.length; i++) {
                    most = Math.max(most, Math.abs(logits.get(p)[i] - expected[i]));
                }
            }
            if (prompt.bothWays) {
                assertThat(most).isGreaterThan(0.1f);
            } else {
                assertThat(most).isLessThan(GoldenTest.REFERENCE);
            }
        }
    }
}
