package orrery.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RopeTest {
    private static float[] divisors(double theta, int dimensions, RopeScaling scaling) {
        var plain = new Position.Rope(theta, dimensions).frequencies();
        var scaled = new Position.Rope(theta, dimensions, scaling).frequencies();
        for (int i = 0; i < plain.length; i++) {
            scaled[i] = plain[i] / scaled[i];
        }
        return scaled;
    }

    @ParameterizedTest
    @CsvSource({"128, 8, 4, 29, 6, 29", "64, 32, 4, 15, 3, 14", "128, 32, 4, 29, 6, 29", "128, 16, 1, 35, 0, 29"})
    void llama3KeepsFastPairsAndDividesSlowOnes(
            int dimensions, double factor, double high, int kept, int blended, int divided) {
        var divisors = divisors(500_000, dimensions, new RopeScaling.Llama3(factor, 1, high, 8192));
        int same = 0;
        int whole = 0;
        for (float divisor : divisors) {
            assertThat(divisor).isBetween(0.9999f, (float) factor + 0.001f);
            same += Math.abs(divisor - 1) < 1e-5 ? 1 : 0;
            whole += Math.abs(divisor - factor) < 1e-4 * factor ? 1 : 0;
        }
        assertThat(same).isEqualTo(kept);
        assertThat(whole).isEqualTo(divided);
        assertThat(divisors.length - same - whole).isEqualTo(blended);
    }

    @Test
    void llama3BlendsAsTheReleasesDo() {
        var eight = divisors(500_000, 128, new RopeScaling.Llama3(8, 1, 4, 8192));
        float[] expected = {1.207484f, 1.553415f, 2.026313f, 2.694530f, 3.684253f, 5.257327f};
        for (int i = 0; i < expected.length; i++) {
            assertThat(eight[29 + i]).isCloseTo(expected[i], within(2e-6f));
        }
        var thirtyTwo = divisors(500_000, 64, new RopeScaling.Llama3(32, 1, 4, 8192));
        assertThat(thirtyTwo[15]).isCloseTo(1.651329f, within(2e-6f));
        assertThat(thirtyTwo[16]).isCloseTo(3.292262f, within(3e-6f));
        assertThat(thirtyTwo[17]).isCloseTo(9.666729f, within(1e-5f));
    }

    @Test
    void yarnGivesDeepSeeksFrequencies() {
        var frequencies = new Position.Rope(10_000, 64, new RopeScaling.Yarn(40, 4096, 32, 1, 1, true)).frequencies();
        assertThat(frequencies[10]).isCloseTo(0.0562341f, within(1e-7f));
        assertThat(frequencies[11]).isCloseTo(0.0390069f, within(1e-7f));
        assertThat(frequencies[16]).isCloseTo(0.0055f, within(1e-7f));
        assertThat(frequencies[23]).isCloseTo(3.33380e-5f, within(1e-10f));
        assertThat(frequencies[31]).isCloseTo(3.33380e-6f, within(1e-11f));
        assertThat(RopeScaling.Yarn.temperature(40, 0.707)).isCloseTo(1.260804, within(1e-6));
        assertThat(RopeScaling.Yarn.temperature(40, 1)).isCloseTo(1.368888, within(1e-6));
        assertThat(RopeScaling.Yarn.temperature(1, 1)).isEqualTo(1);
    }

    @Test
    void linearDividesAll() {
        for (float divisor : divisors(1_000_000, 256, new RopeScaling.Linear(8))) {
            assertThat(divisor).isCloseTo(8f, within(1e-5f));
        }
    }

    @Test
    void dividedDividesEachPairByItsOwn() {
        var scaling = new RopeScaling.Divided(List.of(1f, 2f, 8f));
        assertThat(divisors(10_000, 6, scaling)).containsExactly(new float[] {1, 2, 8}, within(1e-6f));
        assertThat(scaling.attentionFactor()).isEqualTo(1);
        assertThatThrownBy(() -> new Position.Rope(10_000, 8, scaling))
                .hasMessageContaining("RoPE over 8 dimensions, whose 4 frequencies are divided by another number");
        assertThatThrownBy(() -> new RopeScaling.Divided(List.of(0.5f))).hasMessageContaining("divided by 0.5");
    }

    @Test
    void numbersThatDescribeNoRopeAreRefused() {
        assertThatThrownBy(() -> new Position.Rope(10_000, 7)).hasMessageContaining("7 dimensions");
        assertThatThrownBy(() -> new Position.Rope(0, 8)).hasMessageContaining("rope_theta is 0");
        assertThatThrownBy(() -> new RopeScaling.Linear(0)).hasMessageContaining("factor is 0");
        assertThatThrownBy(() -> new RopeScaling.Llama3(8, 4, 1, 8192)).hasMessageContaining("high_freq_factor");
        assertThatThrownBy(() -> new RopeScaling.Yarn(40, 0, 32, 1, 1, true)).hasMessageContaining("original");
    }

    @Test
    void reachesSeeExactlyTheirWindow() {
        assertThat(new Reach.Window(4).firstSeenFrom(9)).isEqualTo(6);
        assertThat(new Reach.Window(4).firstSeenFrom(2)).isZero();
        assertThat(new Reach.Chunk(8).firstSeenFrom(8)).isEqualTo(8);
        assertThat(new Reach.Chunk(8).firstSeenFrom(15)).isEqualTo(8);
        assertThat(Reach.FULL.firstSeenFrom(100)).isZero();
        assertThat(Reach.FULL.lastSeenFrom(5, 9)).isEqualTo(9);
        assertThat(new Reach.Window(2).lastSeenFrom(5, 9)).isEqualTo(9);
        assertThat(new Reach.Chunk(8).lastSeenFrom(5, 9)).isEqualTo(7);
        assertThat(new Reach.Chunk(8).lastSeenFrom(8, 9)).isEqualTo(9);
        assertThatThrownBy(() -> new Reach.Window(0)).hasMessageContaining("sliding_window is 0");
    }

    @Test
    void dynamicIsPlainUpToTheContextAndTurnsSlowerWithEveryPositionBeyond() {
        var dynamic = new Position.Rope(10_000, 8, new RopeScaling.Dynamic(3, 100));
        var plain = new Position.Rope(10_000, 8).frequencies();
        assertThat(dynamic.frequencies(100)).isEqualTo(plain);
        // theta 10000 * (3 * 150 / 100 - 2)^(8/6) = 33930.22
        var beyond = new Position.Rope(10_000 * Math.pow(2.5, 8 / 6.0), 8).frequencies();
        assertThat(dynamic.frequencies(150)).isEqualTo(beyond);
        assertThat(dynamic.scaling().sameAs(100)).isEqualTo(1);
        assertThat(dynamic.scaling().sameAs(150)).isEqualTo(150);
    }

    @Test
    void longRopeHasOtherDivisorsBeyondTheOriginalContext() {
        var scaling = new RopeScaling.LongRope(List.of(1.0, 2.0), List.of(4.0, 8.0), 100, 1.5);
        var rope = new Position.Rope(10_000, 4, scaling);
        assertThat(rope.frequencies(100)).containsExactly(1, 0.005f);
        assertThat(rope.frequencies(101)).containsExactly(0.25f, 0.00125f);
        assertThat(scaling.attentionFactor()).isEqualTo(1.5);
        assertThat(scaling.sameAs(101)).isEqualTo(scaling.sameAs(5000)).isNotEqualTo(scaling.sameAs(100));
        // A context 32 times as long as 4096: the root of 1 + 5/12.
        assertThat(RopeScaling.LongRope.attentionFactor(32, 4096)).isCloseTo(1.190238, within(1e-6));
    }
}
