package orrery.lab.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.kernel.Backend;
import orrery.kernel.ForwardingKernels;
import orrery.kernel.Kernels;
import orrery.spec.WeightSpec;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** What kernels that record promise besides right derivatives. */
final class TapingKernelsTest {
    /** They compute nothing that has a gradient, or are made of operations that do. */
    private static final Set<String> WITHOUT = Set.of("crew", "argmax", "read", "attend/8");

    /** An operation that is only handed on would be missing on the way back, and no gradient would say so. */
    @Test
    void everyOperationOfKernelsIsRecordedHere() {
        var operations = Arrays.stream(Kernels.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .filter(method -> !WITHOUT.contains(method.getName())
                        && !WITHOUT.contains(method.getName() + "/" + method.getParameterCount()))
                .toList();
        assertThat(operations)
                .hasSizeGreaterThan(40)
                .allSatisfy(method -> assertThat(TapingKernels.class
                                .getMethod(method.getName(), method.getParameterTypes())
                                .getDeclaringClass())
                        .as(method.getName())
                        .isNotIn(ForwardingKernels.class, Kernels.class)
                        .satisfies(
                                owner -> assertThat(owner.getPackage()).isEqualTo(TapingKernels.class.getPackage())));
    }

    private static Parameters matrix(int rows, int columns) {
        var weight = new WeightSpec("w", List.of(rows, columns), 1, 1, WeightSpec.Use.MULTIPLIED);
        return Parameters.zeros(Map.of("w", weight));
    }

    @Test
    void theLossIsTheMeanOverRowsThatHaveATarget() {
        try (var parameters = matrix(1, 1);
                var kernels = new TapingKernels(Backend.best().open(new Backend.Options(1)), parameters)) {
            var logits = new RandomFloats(1).normal(kernels.allocate(3, 5), 0, 2);
            kernels.begin();
            double loss = kernels.crossEntropy(logits, new int[] {4, -1, 0}, 3, 0.5f);
            kernels.backward();
            var losses = kernels.losses(logits, new int[] {4, -1, 0}, 3);
            assertThat(losses[1]).isNaN();
            assertThat(loss).isCloseTo((losses[0] + losses[2]) / 2.0, within(1e-6));
            for (int r = 0; r < 3; r++) {
                double sum = 0;
                for (int i = 0; i < 5; i++) {
                    sum += Math.exp(element(logits, r, i));
                }
                int target = new int[] {4, -1, 0}[r];
                assertThat(losses[r])
                        .satisfies(found -> assertThat(Float.isNaN(found)).isEqualTo(target < 0));
                for (int i = 0; i < 5; i++) {
                    double expected = Math.exp(element(logits, r, i)) / sum - (i == target ? 1 : 0);
                    assertThat(element(kernels.gradient(logits), r, i))
                            .isCloseTo((float) (target < 0 ? 0 : expected / 2 * 0.5), within(1e-7f));
                }
            }
        }
    }

    private static float element(Tensor x, int row, int column) {
        return x.data().getAtIndex(ValueLayout.JAVA_FLOAT, row * x.columns() + column);
    }

    @Test
    void refusesALossWithoutATargetAndATargetBeyondTheClasses() {
        try (var parameters = matrix(1, 1);
                var kernels = new TapingKernels(Backend.best().open(new Backend.Options(1)), parameters)) {
            var logits = kernels.allocate(2, 5);
            assertThatThrownBy(() -> kernels.crossEntropy(logits, new int[] {-1, -1}, 2, 1))
                    .isInstanceOf(TapeException.class)
                    .hasMessage("a loss over 2 rows, of which none has a target; expected one or more");
            assertThatThrownBy(() -> kernels.losses(logits, new int[] {0, 5}, 2))
                    .isInstanceOf(TapeException.class)
                    .hasMessage("the target of row 1 is 5, expected less than 5");
        }
    }

    @Test
    void refusesAWeightThatIsNoParameter() {
        try (var parameters = matrix(3, 3);
                var others = matrix(2, 3);
                var kernels = new TapingKernels(Backend.best().open(new Backend.Options(1)), parameters)) {
            var matrix = Matrix.of(others.all().getFirst().value());
            assertThatThrownBy(() -> kernels.prepare(matrix))
                    .isInstanceOf(TapeException.class)
                    .hasMessage("a weight [2, 3] in F32 cannot be trained, expected one of the parameters");
        }
    }

    @ParameterizedTest
    @CsvSource({"llama-3.1, 2", "gemma-3n, 8", "deepseek-v3, 2", "gpt2, 2"})
    void gradientsAreTheSameBitsWithAnyNumberOfThreadsAndAddUp(String name, int layers) {
        var spec = ModelGradientTest.spec(name, 0, layers);
        try (var parameters = Parameters.zeros(spec)) {
            var noise = new RandomFloats(4).fill(parameters);
            var tokens = new int[][] {noise.tokens(23, spec.vocabSize()), noise.tokens(17, spec.vocabSize())};
            var targets = new int[][] {noise.tokens(23, spec.vocabSize()), noise.tokens(17, spec.vocabSize())};
            byte[] alone = bits(spec, parameters, tokens, targets, 1);
            assertThat(bits(spec, parameters, tokens, targets, 3)).isEqualTo(alone);
        }
    }

    /** Of two steps with the same pass, the second after a change of weights and back. */
    private static byte[] bits(
            orrery.spec.ArchitectureSpec spec, Parameters parameters, int[][] tokens, int[][] targets, int threads) {
        try (var pass = new TrainingPass(
                spec, parameters, Backend.best().open(new Backend.Options(threads)), 2, tokens[0].length)) {
            parameters.clearGradients();
            double loss = pass.gradients(tokens, targets);
            double length = parameters.gradientNorm();
            var vector = parameters.all().stream()
                    .filter(parameter -> parameter.value().rows() == 1)
                    .findFirst()
                    .orElseThrow()
                    .value();
            float before = vector.data().getAtIndex(ValueLayout.JAVA_FLOAT, 0);
            vector.data().setAtIndex(ValueLayout.JAVA_FLOAT, 0, before + 1);
            var losses = pass.losses(tokens, targets);
            double other = 0;
            for (float[] sequence : losses) {
                for (float one : sequence) {
                    other += one;
                }
            }
            assertThat(Math.abs(other / 40 - loss)).isGreaterThan(1e-6);
            vector.data().setAtIndex(ValueLayout.JAVA_FLOAT, 0, before);
            assertThat(pass.gradients(tokens, targets)).isEqualTo(loss);
            assertThat(parameters.gradientNorm()).isCloseTo(2 * length, within(1e-9 * length));
            var all = parameters.all().stream()
                    .map(parameter -> parameter.gradient().data().toArray(ValueLayout.JAVA_BYTE))
                    .toList();
            int size = all.stream().mapToInt(bytes -> bytes.length).sum();
            var together = java.nio.ByteBuffer.allocate(size);
            all.forEach(together::put);
            return together.array();
        }
    }
}
