package orrery.lab.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.kernel.Backend;
import orrery.kernel.Router;
import orrery.kernel.Routing;
import orrery.spec.Activation;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.tensor.Tensor;

/** The gradient of the auxiliary loss of load balancing, against differences of its definition in double. */
final class BalanceGradientTest {
    private static final int ROWS = 7;
    private static final int COUNT = 5;
    private static final int ACTIVE = 2;
    private static final double WEIGHT = 0.3;
    private static final double STEP = 1e-5;

    private static Experts experts(Experts.Router.Scoring scoring, boolean bias) {
        var router =
                new Experts.Router(scoring, bias, true, 2, Experts.Router.Groups.ALL, Experts.Router.Target.OUTPUT);
        return new Experts(COUNT, ACTIVE, new FeedForward(3, Activation.SILU), router, Optional.empty());
    }

    /** The gradient by the logits of a routing whose weights nothing uses. */
    private static double[] gradient(Experts experts, boolean bias, double[] logits, Routing routing) {
        try (var parameters = Parameters.zeros(Map.of());
                var kernels = new TapingKernels(Backend.named("scalar").open(new Backend.Options(1)), parameters)) {
            var tensor = kernels.allocate(ROWS, COUNT);
            for (int i = 0; i < logits.length; i++) {
                tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) logits[i]);
            }
            Optional<Tensor> added = bias ? Optional.of(kernels.allocate(1, COUNT)) : Optional.empty();
            kernels.balance(WEIGHT);
            kernels.begin();
            kernels.route(routing, new Router(experts, added), tensor, ROWS);
            kernels.backward();
            var gradient = new double[logits.length];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = kernels.gradient(tensor).data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            }
            return gradient;
        }
    }

    private static double[] logits() {
        var random = new java.util.Random(3);
        return random.doubles(ROWS * COUNT, -2, 2).toArray();
    }

    /** Of the shares of choices as they are, which have no gradient. */
    private static double loss(Experts.Router.Scoring scoring, double[] logits, Routing routing) {
        var shares = new double[COUNT];
        for (int r = 0; r < ROWS; r++) {
            var scores = new double[COUNT];
            double sum = 0;
            for (int e = 0; e < COUNT; e++) {
                double logit = logits[r * COUNT + e];
                scores[e] = switch (scoring) {
                    case SOFTMAX -> Math.exp(logit);
                    case SIGMOID -> 1 / (1 + Math.exp(-logit));
                };
                sum += scores[e];
            }
            for (int e = 0; e < COUNT; e++) {
                shares[e] += scores[e] / sum / ROWS;
            }
        }
        double loss = 0;
        for (int e = 0; e < COUNT; e++) {
            loss += COUNT * shares[e] * routing.rowsOf(e) / (ROWS * ACTIVE);
        }
        return WEIGHT * loss;
    }

    @ParameterizedTest
    @EnumSource(Experts.Router.Scoring.class)
    void isThatOfItsDefinition(Experts.Router.Scoring scoring) {
        var logits = logits();
        var routing = new Routing(ROWS, COUNT, ACTIVE);
        var gradient = gradient(experts(scoring, false), false, logits, routing);

        for (int i = 0; i < logits.length; i++) {
            double before = logits[i];
            logits[i] = before + STEP;
            double up = loss(scoring, logits, routing);
            logits[i] = before - STEP;
            double slope = (up - loss(scoring, logits, routing)) / (2 * STEP);
            logits[i] = before;
            assertThat(gradient[i]).as("logit " + i).isCloseTo(slope, within(1e-6));
        }
        assertThat(java.util.Arrays.stream(gradient).map(Math::abs).max().orElseThrow())
                .isGreaterThan(1e-3);
    }

    @Test
    void isZeroForARouterWithACorrectionBias() {
        var experts = experts(Experts.Router.Scoring.SIGMOID, true);
        assertThat(gradient(experts, true, logits(), new Routing(ROWS, COUNT, ACTIVE)))
                .containsOnly(0);
    }
}
