package orrery.app.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class LikelihoodTest {
    @Test
    void asManyEquallyLikelyTokensMakeThatPerplexity() {
        var likelihood = new Likelihood();
        likelihood.add(new float[] {3, 3, 3, 3}, 2);
        likelihood.add(new float[] {-1e4f, 5, 5, 5, 5}, 4);
        assertThat(likelihood.perplexity()).isCloseTo(4, within(1e-12));
        assertThat(likelihood.standardError()).isCloseTo(0, within(1e-6));
        assertThat(likelihood.tokens()).isEqualTo(2);
    }

    @Test
    void isWorkedOutByHandForTwoTokens() {
        var likelihood = new Likelihood();
        // Shares of 1/4 and 3/4, of which the first and then the second come: the geometric mean is sqrt(3)/4.
        float[] logits = {0, (float) Math.log(3)};
        likelihood.add(logits, 0);
        likelihood.add(logits, 1);
        assertThat(likelihood.perplexity()).isCloseTo(4 / Math.sqrt(3), within(1e-6));
        assertThat(likelihood.natsPerToken()).isCloseTo((Math.log(4) + Math.log(4 / 3.0)) / 2, within(1e-7));
        // Half of the difference, ln 3 / 2, is the deviation.
        assertThat(likelihood.standardError()).isCloseTo(4 / Math.sqrt(3) * Math.log(3) / 2, within(1e-6));
    }

    @Test
    void largeLogitsDoNotOverflow() {
        var likelihood = new Likelihood();
        likelihood.add(new float[] {1e30f, 0}, 0);
        assertThat(likelihood.perplexity()).isEqualTo(1);
    }
}
