package orrery.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The documented error bounds, against the JDK's doubles. */
final class ExponentialsTest {
    @BeforeAll
    static void settle() {
        Width.settle(OptionalInt.empty(), PreferredWidth.preferredBits());
    }

    @Test
    void boundsTheRelativeErrorOfTheExponentialFunction() {
        assertThat(worst(Exponentials::exp, Math::exp, -87.3, 88.7, 60_001, true))
                .isLessThan(2e-7);
    }

    @Test
    void boundsTheRelativeErrorOfTheHyperbolicTangent() {
        assertThat(worst(Exponentials::tanh, Math::tanh, -12, 12, 60_001, true)).isLessThan(4e-7);
        assertThat(worst(Exponentials::tanh, Math::tanh, -1e-3, 1e-3, 1001, true))
                .isLessThan(4e-7);
    }

    @Test
    void boundsTheAbsoluteErrorOfTheNormalDistribution() {
        // From tables of the standard normal distribution.
        double[][] known = {
            {0, 0.5},
            {1, 0.8413447460685429},
            {-1, 0.15865525393145707},
            {1.96, 0.9750021048517795},
            {-3, 0.0013498980316300946}
        };
        for (double[] pair : known) {
            assertThat((double) Exponentials.normal(Lanes.all((float) pair[0])).lane(0))
                    .isCloseTo(pair[1], org.assertj.core.data.Offset.offset(2e-7));
        }
    }

    @Test
    void keepsInfinitiesZerosAndNaN() {
        assertThat(one(Exponentials::exp, Float.POSITIVE_INFINITY)).isInfinite();
        assertThat(one(Exponentials::exp, 89f)).isInfinite();
        assertThat(one(Exponentials::exp, Float.NEGATIVE_INFINITY)).isZero();
        assertThat(one(Exponentials::exp, -200f)).isZero();
        assertThat(one(Exponentials::exp, 0f)).isEqualTo(1f);
        assertThat(one(Exponentials::exp, Float.NaN)).isNaN();
        assertThat(one(Exponentials::tanh, Float.NaN)).isNaN();
        assertThat(one(Exponentials::tanh, Float.NEGATIVE_INFINITY)).isEqualTo(-1f);
        assertThat(one(Exponentials::silu, -1000f)).isZero();
    }

    private static float one(UnaryOperator<FloatVector> function, float x) {
        return function.apply(Lanes.all(x)).lane(0);
    }

    private static double worst(
            UnaryOperator<FloatVector> function,
            DoubleUnaryOperator exact,
            double from,
            double to,
            int points,
            boolean relative) {
        double worst = 0;
        for (int i = 0; i < points; i++) {
            float x = (float) (from + (to - from) * i / (points - 1));
            double expected = exact.applyAsDouble(x);
            double error = Math.abs(one(function, x) - expected);
            worst = Math.max(worst, relative && expected != 0 ? error / Math.abs(expected) : error);
        }
        return worst;
    }
}
