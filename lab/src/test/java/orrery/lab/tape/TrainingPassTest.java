package orrery.lab.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.spec.ArchitectureSpec;

/** A model in training: what a step does to its parameters, and what it refuses. */
final class TrainingPassTest {
    private final ArchitectureSpec spec = ModelGradientTest.spec("llama-3.1", 0, 2);
    private final Parameters parameters = Parameters.zeros(spec);
    private final RandomFloats random = new RandomFloats(9).fill(parameters);

    @AfterEach
    void close() {
        parameters.close();
    }

    private static Kernels kernels() {
        return Backend.best().open(new Backend.Options(2));
    }

    @Test
    void stepsAgainstTheGradientLowerTheLoss() {
        var tokens = new int[][] {random.tokens(12, spec.vocabSize()), random.tokens(5, spec.vocabSize())};
        var targets = new int[][] {random.tokens(12, spec.vocabSize()), random.tokens(5, spec.vocabSize())};
        try (var pass = new TrainingPass(spec, parameters, kernels(), 2, 12)) {
            double first = pass.gradients(tokens, targets);
            double last = first;
            for (int step = 0; step < 20; step++) {
                parameters.clearGradients();
                last = pass.gradients(tokens, targets);
                for (var parameter : parameters.all()) {
                    for (long i = 0; i < parameter.count(); i++) {
                        float value = parameter.value().data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                        float slope = parameter.gradient().data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                        parameter.value().data().setAtIndex(ValueLayout.JAVA_FLOAT, i, value - 0.3f * slope);
                    }
                }
            }
            assertThat(last).isLessThan(first / 2);
            assertThat(pass.largestScore()).isPositive();
        }
    }

    /** A batch in two parts, each with its share of the targets as its weight, has the gradient of the whole. */
    @Test
    void partsOfABatchAddUp() {
        var tokens = new int[][] {random.tokens(9, spec.vocabSize()), random.tokens(3, spec.vocabSize())};
        var targets = new int[][] {random.tokens(9, spec.vocabSize()), random.tokens(3, spec.vocabSize())};
        try (var pass = new TrainingPass(spec, parameters, kernels(), 2, 9)) {
            double whole = pass.gradients(tokens, targets);
            double length = parameters.gradientNorm();
            double parts = 0;
            for (int s = 0; s < 2; s++) {
                float share = tokens[s].length / 12f;
                parts += share * pass.gradients(new int[][] {tokens[s]}, new int[][] {targets[s]}, -share);
            }
            assertThat(parts).isCloseTo(whole, within(1e-5));
            assertThat(parameters.gradientNorm()).isLessThan(1e-5 * length);
        }
    }

    @Test
    void refusesABatchThatDoesNotFit() {
        try (var pass = new TrainingPass(spec, parameters, kernels(), 1, 4)) {
            assertThatThrownBy(() -> pass.gradients(new int[2][4], new int[2][4]))
                    .isInstanceOf(TapeException.class)
                    .hasMessage("2 sequences with targets for 2, expected as many and at most 1");
            assertThatThrownBy(() -> pass.losses(new int[1][5], new int[1][5]))
                    .isInstanceOf(TapeException.class)
                    .hasMessage("sequence 0 has 5 tokens and 5 targets, expected as many and at most 4");
            assertThatThrownBy(() -> pass.losses(new int[1][4], new int[1][3]))
                    .isInstanceOf(TapeException.class)
                    .hasMessage("sequence 0 has 4 tokens and 3 targets, expected as many and at most 4");
        }
    }

    @Test
    void refusesTheLossOfADraftThatIsNotThere() {
        try (var kernels = kernels()) {
            assertThatThrownBy(() -> new TrainingPass(spec, parameters, kernels, 1, 4, 0.3f))
                    .isInstanceOf(TapeException.class)
                    .hasMessage(
                            "a draft's loss of weight 0.3 for " + spec.name() + ", expected 0, for it has no draft");
            assertThatThrownBy(() -> new TrainingPass(spec, parameters, kernels, 0, 4))
                    .isInstanceOf(TapeException.class)
                    .hasMessage("a batch of 0 sequences of 4 tokens, expected 1 or more of each");
        }
    }

    @Test
    void refusesACheckpointOfAnotherShape() {
        var other = ModelGradientTest.spec("olmo-2-gqa", 0, 2);
        assertThatThrownBy(() -> Parameters.copyOf(other, parameters.matrices()))
                .isInstanceOf(TapeException.class)
                .hasMessage("the weight embedding.tokens of " + other.name() + " is [320, 64], expected [320, 80]");
        assertThatThrownBy(() -> Parameters.copyOf(spec, Map.of()))
                .isInstanceOf(TapeException.class)
                .hasMessage("of the weight embedding.tokens of " + spec.name() + " there are 0, expected 1 or more");
        try (var copy = Parameters.copyOf(spec, parameters.matrices())) {
            assertThat(copy.count()).isEqualTo(parameters.count());
            assertThat(copy.all().getLast().value().data().toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(parameters.all().getLast().value().data().toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
