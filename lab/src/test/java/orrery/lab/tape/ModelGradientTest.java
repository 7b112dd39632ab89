package orrery.lab.tape;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.catalog.OpenCheckpoint;
import orrery.kernel.Backend;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.FeedForward;
import orrery.spec.HeadSpec;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Position;
import orrery.spec.Scores;

/**
 * Gradients of whole models of every family, computed in float, against central differences of the same forward pass in
 * double. Of each weight: the slope along its gradient, which has to be the gradient's length, and the slope along
 * random signs of all its elements. An error of the gradient by a ten-thousandth of its length, in any direction, shows
 * in the second, because a sum with random signs is as large as the length of what is summed.
 */
final class ModelGradientTest {
    private static final double MOST = 1e-4;
    private static final double STEP = 1e-5;
    /** What is left by rounding of a gradient that is zero, as a share of the whole model's. */
    private static final double NOTHING = 1e-6;

    /** The architecture of a golden, without a draft, with some of its layers. */
    static ArchitectureSpec spec(String golden, int from, int to) {
        var folder = Path.of("..", "core", "src", "test", "resources", "goldens", golden);
        try (var open = OpenCheckpoint.open(folder)) {
            var whole = open.checkpoint().withoutDraft().description().spec();
            return new ArchitectureSpec(
                    whole.name(),
                    whole.vocabSize(),
                    whole.hiddenSize(),
                    whole.maxPositions(),
                    whole.embedding(),
                    whole.layers().subList(from, to),
                    whole.finalNorm(),
                    whole.head());
        }
    }

    /** Two layers of each, one of each kind; of Gemma 3n all, since the last ones borrow keys. Windows are shorter. */
    @ParameterizedTest
    @CsvSource({
        "gpt2, 0, 2",
        "openai-gpt, 0, 2",
        "llama-3.1, 0, 2",
        "mistral-7b-v0.1, 0, 2",
        "olmo-2-gqa, 0, 2",
        "gemma-2, 0, 2",
        "gemma-3, 4, 6",
        "qwen-3, 0, 2",
        "llama-4, 2, 4",
        "qwen-3-moe, 0, 2",
        "deepseek-v2-lite, 0, 2",
        "deepseek-v3, 0, 2",
        "gemma-3n, 0, 8"
    })
    void agreesWithDifferencesInDouble(String golden, int from, int to) {
        check(golden, spec(golden, from, to), 14, 3);
    }

    /** So few rows that their experts run together. */
    @ParameterizedTest
    @CsvSource({"llama-4, 0, 2", "deepseek-v3, 1, 2"})
    void agreesForAStepOfAFewRows(String golden, int from, int to) {
        check(golden, spec(golden, from, to), 5, 3);
    }

    @Test
    void agreesForAModelWithADraft() {
        var folder = Path.of("..", "core", "src", "test", "resources", "goldens", "deepseek-v3-mtp");
        try (var open = OpenCheckpoint.open(folder)) {
            check("draft", open.checkpoint().description().spec(), 7, 5);
        }
    }

    /** With a latent so narrow that it is cheaper to attend over latents than to expand them. */
    @Test
    void agreesForLatentAttentionInItsAbsorbedForm() {
        var norm = new NormSpec.Rms(1e-6);
        var latent =
                new Latent(3, OptionalInt.of(7), 4, 9, 8, new Position.Rope(10_000, 2), norm, new Scores(0.4), false);
        var layer = new LayerSpec.Residual(
                Branch.preNorm(norm, latent), Branch.preNorm(norm, new FeedForward(12, Activation.SILU)));
        var spec = new ArchitectureSpec(
                "absorbed", 29, 15, 64, EmbeddingSpec.PLAIN, List.of(layer, layer), norm, new HeadSpec(true, 0));
        check("absorbed", spec, 9, 4);
    }

    private static void check(String name, ArchitectureSpec spec, int first, int second) {
        try (var parameters = Parameters.zeros(spec)) {
            var noise = new RandomFloats(name.hashCode()).fill(parameters);
            int vocabulary = spec.vocabSize();
            var tokens = new int[][] {noise.tokens(first, vocabulary), noise.tokens(second, vocabulary)};
            var targets = new int[][] {noise.tokens(first, vocabulary), noise.tokens(second, vocabulary)};
            targets[0][2] = TrainingPass.IGNORED;
            check(spec, parameters, tokens, targets, spec.draft().isPresent() ? 0.3f : 0);
        }
    }

    private static void check(
            ArchitectureSpec spec, Parameters parameters, int[][] tokens, int[][] targets, float draftWeight) {
        var backend = Backend.best();
        try (var pass = new TrainingPass(
                        spec,
                        parameters,
                        backend.open(new Backend.Options(2)),
                        tokens.length,
                        tokens[0].length,
                        draftWeight);
                var reference = new DoubleModel(spec, parameters, tokens, targets, draftWeight)) {
            double loss = pass.gradients(tokens, targets);
            loss += draftWeight > 0 ? draftWeight * pass.draftLoss() : 0;
            assertThat(loss).as("loss").isCloseTo(reference.loss(), org.assertj.core.api.Assertions.within(1e-4));
            var noise = new RandomFloats(5);
            double whole = parameters.gradientNorm();
            for (var parameter : parameters.all()) {
                compare(parameter, whole, reference, noise);
            }
        }
    }

    private static void compare(Parameter parameter, double whole, DoubleModel model, RandomFloats noise) {
        var gradient = new double[(int) parameter.count()];
        double square = 0;
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = parameter.gradient().data().getAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i);
            square += gradient[i] * gradient[i];
        }
        double length = Math.sqrt(square);
        var numbers = model.of(parameter);
        var before = numbers.clone();
        var as = parameter.path() + " " + parameter.copy();
        if (length <= NOTHING * whole) {
            // An expert that no row chose, or a key's bias, which moves all scores alike.
            double one = difference(numbers, before, model, i -> i % 2 == 0 ? 1 : -0.5);
            assertThat(Math.abs(one)).as(as).isLessThanOrEqualTo(NOTHING * whole);
            return;
        }
        double along = difference(numbers, before, model, i -> gradient[i] / length);
        var signs = noise.signs(gradient.length);
        double expected = 0;
        for (int i = 0; i < gradient.length; i++) {
            expected += signs[i] * gradient[i];
        }
        double across = difference(numbers, before, model, i -> signs[i]);
        double worst = Math.max(Math.abs(along - length), Math.abs(across - expected)) / length;
        assertThat(worst).as(as).isLessThanOrEqualTo(MOST);
    }

    private static double difference(
            double[] numbers, double[] before, DoubleModel model, java.util.function.IntToDoubleFunction direction) {
        var ends = new double[2];
        for (int end = 0; end < 2; end++) {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = before[i] + (end == 0 ? STEP : -STEP) * direction.applyAsDouble(i);
            }
            ends[end] = model.loss();
        }
        System.arraycopy(before, 0, numbers, 0, before.length);
        return (ends[0] - ends[1]) / (2 * STEP);
    }
}
