package orrery.lab.tape;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.OpenCheckpoint;
import orrery.kernel.Backend;
import orrery.spec.ArchitectureSpec;

/**
 * Gradients of whole models of every family, computed in float, against central differences of the same forward pass in
 * double. Of each weight: the difference along the gradient, whose slope has to be its length, and some elements.
 */
final class ModelGradientTest {
    private static final double MOST = 1e-4;
    private static final double STEP = 1e-5;
    private static final int ELEMENTS = 3;

    /** What is left by rounding of a gradient that is zero, as a share of the whole model's. */
    private static final double NOTHING = 1e-6;

    private static Path golden(String name) {
        return Path.of("..", "core", "src", "test", "resources", "goldens", name);
    }

    static ArchitectureSpec spec(String name) {
        try (var open = OpenCheckpoint.open(golden(name))) {
            return open.checkpoint().withoutDraft().description().spec();
        }
    }

    static Stream<String> dense() {
        return Stream.of(
                "llama-3.1", "gpt2", "openai-gpt", "olmo-2-gqa", "gemma-2", "gemma-3", "mistral-7b-v0.1", "qwen-3");
    }

    static Stream<String> others() {
        return Stream.of("llama-4", "qwen-3-moe", "deepseek-v2-lite", "deepseek-v3", "gemma-3n");
    }

    @ParameterizedTest
    @MethodSource({"dense", "others"})
    void agreesWithDifferencesInDouble(String name) {
        var spec = spec(name);
        try (var parameters = Parameters.zeros(spec)) {
            var noise = new Noise32(name.hashCode()).fill(parameters);
            var tokens = new int[][] {noise.tokens(11, spec.vocabSize()), noise.tokens(6, spec.vocabSize())};
            var targets = new int[][] {noise.tokens(11, spec.vocabSize()), noise.tokens(6, spec.vocabSize())};
            targets[0][3] = TrainingPass.IGNORED;
            check(name, spec, parameters, tokens, targets);
        }
    }

    private static void check(
            String name, ArchitectureSpec spec, Parameters parameters, int[][] tokens, int[][] targets) {
        var backend = Backend.best();
        try (var pass = new TrainingPass(
                        spec, parameters, backend.open(new Backend.Options(2)), tokens.length, tokens[0].length);
                var reference = new DoubleModel(spec, parameters, tokens, targets)) {
            double loss = pass.gradients(tokens, targets);
            assertThat(loss).as("loss").isCloseTo(reference.loss(), org.assertj.core.api.Assertions.within(1e-4));
            var noise = new Noise32(5);
            double worst = 0;
            double whole = parameters.gradientNorm();
            for (var parameter : parameters.all()) {
                worst = Math.max(worst, error(parameter, whole, reference, noise));
            }
            System.out.printf(
                    "INFO %tT %s: %d parameters, loss %.4f, worst relative error %.2e%n",
                    new java.util.Date(), name, parameters.count(), loss, worst);
        }
    }

    private static double error(Parameter parameter, double whole, DoubleModel model, Noise32 noise) {
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
            return 0;
        }
        double along = difference(numbers, before, model, i -> gradient[i] / length);
        double worst = Math.abs(along - length) / length;
        double errors = 0;
        double expected = 0;
        for (int n = 0; n < ELEMENTS; n++) {
            int largest = n == 0 ? largest(gradient) : noise.below(gradient.length);
            double one = difference(numbers, before, model, i -> i == largest ? 1 : 0);
            errors += (one - gradient[largest]) * (one - gradient[largest]);
            expected += one * one;
        }
        worst = Math.max(worst, Math.sqrt(errors / expected));
        assertThat(worst).as(as).isLessThanOrEqualTo(MOST);
        return worst;
    }

    private static int largest(double[] gradient) {
        int largest = 0;
        for (int i = 0; i < gradient.length; i++) {
            largest = Math.abs(gradient[i]) > Math.abs(gradient[largest]) ? i : largest;
        }
        return largest;
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
