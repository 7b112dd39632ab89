package orrery.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Latent;

final class SharingFiguresTest {
    /**
     * 60 layers with keys and values of so many heads of 128; the latent is 512 + 64 (arXiv:2405.04434, section 3.1.2).
     */
    @Test
    void keepsAsMuchAsTheReportSays() {
        assertThat(SharingFigures.variants())
                .extracting(ArchitectureSpec::cacheElementsPerToken)
                .containsExactly(60L * 2 * 128 * 128, 60L * 2 * 8 * 128, 60L * 2 * 128, 60L * 576);
        assertThat(Texts.of(Figures.numbered(4), "computed")).contains("3.75 MiB", "240 KiB", "30 KiB", "67.5 KiB");
    }

    /** "Equal to GQA with only 2.25 groups": arXiv:2405.04434, section 2.1.4. */
    @Test
    void theLatentIsAsLargeAsTwoAndAQuarterGroups() {
        var latent = (Latent) Models.named("deepseek-v2").layers().getFirst().attention();

        assertThat(KeyValueHeads.groupsOfTheSameSize(latent)).isEqualTo(2.25);
        assertThat(Figures.numbered(4).caption()).contains("1/57", "2.25 groups", "4 of 4 scores", "7 of 8 scores");
    }

    /** The published sizes of caches are those of the models that were published. */
    @ParameterizedTest
    @CsvSource({"deepseek-v2-lite, 15.6K", "deepseek-v2, 34.6K"})
    void theArchitecturesKeepWhatTheTablesSay(String model, String published) {
        String rounded = String.format(
                java.util.Locale.ROOT, "%.1fK", Models.named(model).cacheElementsPerToken() / 1000.0);

        assertThat(rounded).isEqualTo(published);
        assertThat(Texts.of(Figures.numbered(4), "published")).contains(published);
    }

    @Test
    void publishedNumbersStandApartWithTheirSource() {
        var texts = Texts.of(Figures.numbered(4), "published");

        assertThat(texts)
                .contains("Published figures, not computed here. The best score of each row is in bold.")
                .contains("published: arXiv:2405.04434, appendix D, table 8")
                .containsSubsequence("MQA", "GQA (8 groups)", "MHA", "BBH", "33.2", "35.6", "37.0")
                .containsSubsequence("MMLU", "37.9", "41.2", "45.2", "C-Eval", "30.0", "37.7", "42.9")
                .containsSubsequence("CMMLU", "34.6", "38.4", "43.5")
                .containsSubsequence("110.6K", "15.6K", "BBH", "37.9", "39.0", "MMLU", "48.7", "50.0")
                .containsSubsequence("C-Eval", "51.6", "50.9", "CMMLU", "52.3", "53.4")
                .containsSubsequence("860.2K", "34.6K", "BBH", "46.6", "50.7", "MMLU", "57.5", "59.0")
                .containsSubsequence("C-Eval", "57.9", "59.2", "CMMLU", "60.7", "62.5");
        assertThat(Texts.of(Figures.numbered(4), "computed")).noneMatch(text -> text.contains("BBH"));
    }

    @Test
    void headsOfTheSameSizeAreCompared() {
        assertThat(Texts.of(Figures.numbered(2), ""))
                .contains(
                        "cached: 2 × 32 × 128 = 8,192 values per token per layer, the baseline: every query head has"
                                + " its own",
                        "cached: 2 × 8 × 128 = 2,048 values per token per layer, 1/4 of the baseline’s 2 × 32 × 128 = 8,192",
                        "MLA deepseek-v3",
                        "1.13 KiB");
        assertThat(Figures.numbered(2).caption()).contains("32 query heads", "4 share one pair", "2,048", "8,192");
    }

    /** The way of DeepSeek V3's token, and of one through as many heads that keep keys and values. */
    @Test
    void latentAttentionIsAFlowBesideTheSameHeads() {
        assertThat(Figures.numbered(3).caption()).contains("576 values", "128 heads", "32,768", "1/71");
        assertThat(Texts.of(Figures.numbered(3), ""))
                .containsSubsequence("keys: 128 heads of 128", "key projection, 117M")
                .containsSubsequence("rotary queries: 128 heads of 64", "query latent", "1,536", "rotary key", "64")
                .containsSubsequence("KV latent", "512", "one rotary key for all heads", "scores")
                .contains(
                        "cached: 512 + 64 = 576 values per token per layer, 1/57 of the baseline’s 2 × 128 × 128 = 32,768.");
        assertThat(List.of(Figures.numbered(3).caption(), Figures.numbered(4).caption()))
                .allSatisfy(caption -> assertThat(caption).contains("The baseline of every ratio in figures 3 and 4"));
    }

    @Test
    void onlyLatentAttentionIsExchanged() {
        var llama = Models.named("llama-3-8b");

        assertThatThrownBy(() -> KeyValueHeads.of(llama, 8, "other"))
                .isInstanceOf(FigureException.class)
                .hasMessage("llama-3-8b has no latent attention to replace");
    }
}
