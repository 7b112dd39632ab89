package orrery.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said follows from the numbers, whichever way they point. */
final class FindingsTest {
    private static Map<String, String> norms(String norms, String rate) {
        return Map.of("norms", norms, "learning rate", rate, "warm-up", "yes");
    }

    private static Map<String, Double> run(double loss, double logit, double spikes) {
        return Map.of("loss", loss, "largest_attention_logit", logit, "loss_spikes", spikes, "gradient_spikes", spikes);
    }

    private static String norms(double pre, double olmo, double logit, double spikes) {
        return new MadeUpRuns()
                .two(norms(NormFindings.PRE, "0.003"), run(2.1, 5, 0))
                .two(norms(NormFindings.PRE, "0.1"), run(pre, logit, spikes))
                .two(norms(NormFindings.PRE_QK, "0.1"), run(2.2, 10, 0))
                .two(norms(NormFindings.OLMO, "0.003"), run(2.3, 5, 0))
                .two(norms(NormFindings.OLMO, "0.1"), run(olmo, 10, 0))
                .findings("norms");
    }

    @Test
    void normsThatShowWhatTheReportSays() {
        assertThat(norms(3.0, 2.4, 480, 3))
                .contains("at a learning rate of 0.1, pre-norm ends at 3.01 (3.00 to 3.02) nats")
                .contains("OLMo 2’s arrangement at 2.41 (2.40 to 2.42)")
                .contains("At the best rate of each, 0.003 and 0.003, they end at 2.11 (2.10 to 2.12) and 2.31")
                .contains("there, pre-norm is better")
                .contains("bears higher learning rates appears at this scale")
                .contains("is 480 with pre-norm and 10.02 with QK-norm added: QK-norm bounds the logits here, too.")
                .contains("Jumps of the loss are rarer in OLMo 2’s arrangement than with pre-norm")
                .contains("those of the gradient norm are rarer in OLMo 2’s arrangement than with pre-norm.");
    }

    @Test
    void normsThatShowTheContrary() {
        assertThat(norms(2.4, 3.0, 11, 0))
                .contains("pre-norm bears them better, contrary to the report")
                .contains("the growth that QK-norm prevents does not appear here")
                .contains("Jumps of the loss do not appear at this scale")
                .doesNotContain("appears at this scale");
    }

    @Test
    void normsWithinTheSpreadOfSeedsShowNothing() {
        assertThat(norms(2.4, 2.405, 11, 1))
                .contains("the report’s advantage does not appear here")
                .contains("Jumps of the loss are not clearly rarer in OLMo 2’s arrangement");
    }

    @Test
    void oneSeedLeavesADifferenceOpen() {
        assertThat(new MadeUpRuns()
                        .one(1, 0, norms(NormFindings.PRE, "0.003"), run(2.1, 5, 0))
                        .one(1, 0, norms(NormFindings.PRE, "0.1"), run(3.1, 5, 0))
                        .one(1, 0, norms(NormFindings.OLMO, "0.1"), run(2.1, 5, 0))
                        .findings("norms"))
                .contains("whether a difference is more than chance is open")
                .doesNotContain("appears at this scale");
    }

    @Test
    void runsThatDivergeOrLearnNothingAreNamed() {
        var runs = new MadeUpRuns()
                .two(norms(NormFindings.ORIGINAL, "0.003"), run(2.2, 5, 0))
                .two(norms(NormFindings.ORIGINAL, "0.01"), run(3.2, 5, 0))
                .diverged(norms(NormFindings.ORIGINAL, "0.1"), 17)
                .of("norms", Map.of(NormFindings.LETTERS, "3.27"));

        assertThat(String.join(" ", runs.findings()))
                .contains("learns no more than letter frequencies (3.27 nats) at learning rates of 0.01 with warm-up.")
                .contains("learning rate 0.1, norms original post-norm, warm-up yes, seed 1 at step 17.");
    }

    private static Map<String, String> windows(String task, String layers) {
        return layers.equals(WindowFindings.FULL)
                ? Map.of("task", task, "layers", layers)
                : Map.of("task", task, "layers", layers, "window", "8");
    }

    private static String recall(double full, double local) {
        return new MadeUpRuns()
                .two(
                        windows("recall", WindowFindings.FULL),
                        Map.of("chance", 0.12, "kv_bytes", 800.0),
                        new Cell.Range(1, 1, 1),
                        new Cell.Range(32, 63, full))
                .two(
                        windows("recall", WindowFindings.LOCAL),
                        Map.of("chance", 0.12, "accuracy_beyond_reach", local),
                        new Cell.Range(32, 63, local))
                .two(windows("recall", "5:1"), Map.of("chance", 0.12, "kv_bytes", 200.0), new Cell.Range(32, 63, 0.8))
                .findings("windows");
    }

    @Test
    void windowsWhoseControlsHoldAreCompared() {
        assertThat(recall(0.97, 0.13))
                .contains("full attention answers 97 % (97 to 97)")
                .contains("windows alone 14 % (13 to 15) of those beyond their reach (guessing: 13 %)")
                .contains("At the farthest distances: windows of 8: 5:1 80 % (80 to 80).")
                .contains("compared with full attention in all layers: windows of 8: 5:1 25 %.");
    }

    @Test
    void windowsWhoseControlsFailShowNothing() {
        assertThat(recall(0.6, 0.13))
                .contains("the task is not learned, so these runs show nothing")
                .doesNotContain("At the farthest distances");
        assertThat(recall(0.97, 0.5))
                .contains("what should fail does not, so these runs show nothing")
                .doesNotContain("At the farthest distances");
    }

    private static String text(double gain, double other) {
        return new MadeUpRuns()
                .two(
                        windows("text", WindowFindings.FULL),
                        Map.of("gain_beyond_8", gain),
                        new Cell.Range(4, 7, 2.5),
                        new Cell.Range(8, 15, 2.3))
                .one(1, 0, windows("text", "2:1"), Map.of(), new Cell.Range(8, 15, other))
                .one(2, 0, windows("text", "2:1"), Map.of(), new Cell.Range(8, 15, other + 0.02))
                .findings("windows");
    }

    @Test
    void onlyWhereFullAttentionGainsCanWindowsCostNothing() {
        assertThat(text(0.2, 2.3))
                .contains("lowers the loss of full attention by 0.21 (0.20 to 0.22) nats", "2:1 costs nothing beyond");
        assertThat(text(0.2, 2.5)).contains("2:1 costs 0.21 nats").doesNotContain("nothing");
        assertThat(text(0.2, 2.1)).contains("2:1 is better by 0.19 nats");
        assertThat(text(0.001, 2.3))
                .contains("it does not use them, so these runs do not show what windows of 8 cost")
                .doesNotContain("costs nothing");
        assertThat(text(-0.05, 2.1))
                .contains("raises the loss of full attention by 0.04 (0.03 to 0.05) nats", "it does not use them")
                .doesNotContain("is better");
    }

    @ParameterizedTest
    @CsvSource({
        "2.0, 2.1, appears at this scale.",
        "2.1, 2.0, does not appear: here “MHA” is better.",
        "2.0, 2.005, does not appear: the difference is within the seeds’ spread."
    })
    void attentionIsComparedWithTheTable(double latent, double all, String verdict) {
        assertThat(new MadeUpRuns()
                        .two(Map.of("attention", "MHA"), Map.of("loss", all, "cache_bytes_per_token", 768.0))
                        .two(Map.of("attention", "MLA"), Map.of("loss", latent, "cache_bytes_per_token", 192.0))
                        .findings("attention"))
                .contains("That MLA is better than MHA (arXiv:2405.04434, appendix D, table 9) " + verdict)
                .contains("nats, 768 bytes; MLA");
    }

    @ParameterizedTest
    @CsvSource({"2.0, 2.1, appears", "2.1, 2.0, 'does not appear: here “top-2 of 8”'", "2.0, 2.005, does not appear"})
    void expertsAreComparedWithTheReport(double fine, double few, String verdict) {
        assertThat(new MadeUpRuns()
                        .two(
                                Map.of("feed-forward", ExpertFindings.TOP),
                                Map.of("loss", few, "busiest_expert_load", 2.5, "unused_experts", 1.0))
                        .two(Map.of("feed-forward", ExpertFindings.FINE), Map.of("loss", fine))
                        .findings("experts"))
                .contains("That fine-grained experts are better than few wide ones " + verdict)
                .contains("top-2 of 8: the busiest expert of a layer gets 2.51 times an even share")
                .doesNotContain("shared expert improves");
    }

    @Test
    void whatWasRunIsSaidAndNoMore() {
        var runs = new MadeUpRuns()
                .two(Map.of("attention", "MHA"), Map.of("loss", 2.0))
                .of("attention", Map.of("batch", "3"));

        assertThat(runs.ran())
                .isEqualTo(
                        "Measured with tiny models: 1,000 parameters, each trained on 5,000 tokens (batch 3), seeds 1, 2:"
                                + " 2 of 2 training runs of orrery lab attention, in 3 seconds on an abacus.");
    }
}
