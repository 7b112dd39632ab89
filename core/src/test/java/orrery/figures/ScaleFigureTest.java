package orrery.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ScaleFigureTest {
    /**
     * By hand: all parameters of Llama 3 8B but its input table and 65 norms are multiplied once a token, and each of
     * 32 heads of 128 meets on average (T + 1) / 2 positions twice, in 32 layers. A multiply-add is two operations, and
     * training three forward passes.
     */
    @Test
    void trainingCostsThreeForwardPasses() {
        double products = 8_030_261_248L - 128_256L * 4096 - 65L * 4096;
        double attention = 32.0 * 2 * 32 * 128 * (4096 + 1) / 2;

        var cost = TrainingCost.of(Models.named("llama-3-8b"), 4096);

        assertThat(cost.flops()).isCloseTo(3 * 2 * (products + attention), within(1.0));
        assertThat(cost.rule()).isEqualTo(6 * 8_030_261_248.0);
    }

    @Test
    void aModelIsNotTrainedOnMoreThanItAttendsOver() {
        assertThat(TrainingCost.of(Models.named("gpt2"), 4096).context()).isEqualTo(1024);
        assertThat(TrainingCost.of(Models.named("gpt2"), 512).context()).isEqualTo(512);
    }

    @Test
    void ofAMixtureOnlyChosenExpertsCost() {
        var cost = TrainingCost.of(Models.named("deepseek-v3"), 4096);

        // 37.55B active (the reference's section 15); 250 GFLOP a token is the report's order: 14.8T tokens in 2.664M
        // H800 hours.
        assertThat(cost.active()).isBetween(37_540_000_000L, 37_560_000_000L);
        assertThat(cost.rule()).isBetween(225.2e9, 225.4e9);
        assertThat(cost.flops()).isBetween(cost.rule(), 1.2 * cost.rule());
    }

    @Test
    void theFigureHasTheTotalsOfTheReference() {
        assertThat(Texts.of(Figures.numbered(7), "per-token"))
                .containsSubsequence("gpt2", "124M")
                .containsSubsequence("llama-3.1-8b", "8.03B", "48.2 GFLOP")
                .containsSubsequence("qwen3-30b-a3b", "30.5B / 3.35B")
                .containsSubsequence("llama-4-maverick", "401B / 17.2B")
                .containsSubsequence("llama-3.1-405b", "406B")
                .containsSubsequence("deepseek-v3", "671B / 37.6B");
    }

    /** The card of OLMo 2 7B prints 1.8e23 for 4T tokens: the arithmetic agrees with it. */
    @Test
    void arithmeticAndTheCardsAgreeWhereBothAreKnown() {
        var rows = ComputeDrawing.rows();

        assertThat(rows)
                .filteredOn(row -> row.printed().isPresent())
                .hasSize(4)
                .allSatisfy(row -> assertThat(row.flops())
                        .isBetween(
                                0.85 * row.printed().getAsDouble(),
                                1.1 * row.printed().getAsDouble()));
        assertThat(rows)
                .filteredOn(row -> row.name().equals("olmo-2-7b"))
                .allSatisfy(row -> assertThat(row.flops()).isCloseTo(1.75e23, within(0.01e23)));
        assertThat(rows).extracting(ComputeDrawing.Row::name).doesNotContain("gpt2", "mistral-7b-v0.1");
    }

    @Test
    void publishedScoresStandApartFromTheArithmetic() {
        assertThat(Texts.of(Figures.numbered(7), "published"))
                .contains("OLMo 2 7B", "Llama 3.1 8B")
                .doesNotContain("deepseek-v3");
        assertThat(Figures.numbered(7).caption()).contains("nothing of this is computed here", "1.8e23");
    }
}
