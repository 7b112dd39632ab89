package orrery.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.catalog.Catalog;
import orrery.report.LayerKinds;
import orrery.spec.Experts;

/** Figures 1, 5, 6, 8, 10, 14 and 15. */
final class LayersAndPartsTest {
    @Test
    void theGalleryHasAModelOfEachFamily() {
        var shown = GalleryFigure.releases().stream().map(Catalog::family).distinct();
        var all = Catalog.releases().stream().map(Catalog::family).distinct().toList();

        assertThat(shown).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void aCardHasTheNumbersOfTheReference() {
        var figure = Figures.numbered(1);

        assertThat(Texts.of(figure, "1"))
                .containsSubsequence("gpt2-xl", "× 48", "1.56B", "identical layers", "1,600 · 50,257", "300 KiB")
                .containsSubsequence("llama-3-8b", "8.03B", "4,096 · 128,256", "128 KiB", "none")
                .containsSubsequence("olmo-2-7b", "7.30B", "512 KiB")
                .containsSubsequence("deepseek-v3", "MLA: 128 heads", "latent 512 + 64")
                .containsSubsequence("8 of 256 experts + shared", "width 2,048 each", "3 dense + 58 MoE", "256")
                .containsSubsequence("× 61", "671B", "37.6B", "68.6 KiB", "128K", "163,840");
        assertThat(Texts.of(figure, "2"))
                .containsSubsequence("gemma-3-27b", "× 62", "27.0B", "496 KiB", "128K")
                .containsSubsequence("llama-4-maverick", "GQA: 40 heads, 8 KV", "chunks of 8,192 tokens")
                .containsSubsequence("1 of 128 experts + shared", "401B", "17.2B", "192 KiB")
                .containsSubsequence(
                        "gemma-3n-e4b", "LAuReL, rank 64, beside", "sliding window of 512 tokens", "40.0 KiB");
    }

    @ParameterizedTest
    @CsvSource({"llama-4-maverick, 1", "deepseek-v3, 3", "gemma-3-27b, 0", "gemma-2-27b, 0", "gemma-3n-e4b, 10"})
    void aCardDrawsTheKindOfLayerThatAModelHasMostOf(String name, int first) {
        var spec = Models.named(name);

        assertThat(GalleryCard.typical(spec, LayerKinds.of(spec)))
                .isEqualTo(spec.layers().get(first));
    }

    /** The frame repeats all layers; where they differ, the box in it says how many are like it. */
    @Test
    void aBoxSaysInHowManyLayersItStands() {
        var figure = Figures.numbered(1);

        assertThat(Texts.of(figure, "1"))
                .containsSubsequence("gemma-2-27b", "sliding window of 4,096 tokens", "in 23 of 46 layers")
                .containsSubsequence("deepseek-v3", "width 2,048 each", "in 58 of 61 layers");
        assertThat(Texts.of(figure, "2"))
                .containsSubsequence("gemma-3-27b", "QK-norm", "in 52 of 62 layers")
                .containsSubsequence("llama-4-maverick", "chunks of 8,192 tokens", "in 36 of 48 layers")
                .containsSubsequence("llama-4-maverick", "width 8,192 each", "in 24 of 48 layers");
    }

    @Test
    void everyReleaseHasACard() {
        assertThat(Catalog.releases()).allSatisfy(release -> {
            var card = GalleryCard.of(release);
            assertThat(card.height()).isPositive();
            assertThat(card.told()).startsWith(release.name() + ": parameters ");
        });
    }

    /**
     * 3 x hidden x width of each expert: 3 x 7168 x 2048 is 44.0M, nine of them and a router of 256 x 7168 with its
     * bias are active.
     */
    @Test
    void captionsSayWhatAMixtureHoldsAndUses() {
        var figure = Figures.numbered(6);
        long active = 9L * 3 * 7168 * 2048 + 256 * 7168 + 256;
        var experts = (Experts)
                Models.named("deepseek-v3").layers().getLast().feedForward().op();

        assertThat(experts.weights(7168).stream()
                        .mapToLong(weight -> weight.activeParameters())
                        .sum())
                .isEqualTo(active);
        assertThat(figure.caption())
                .contains("arXiv:2401.06066")
                .contains("3 layers with a dense one, 18,432 wide, 396M parameters each")
                .contains("58 layers with 8 of 256 routed experts and a shared one, 2,048 wide each, 11.3B")
                .contains("uses 398M")
                .contains("24 layers with a dense one, 16,384 wide", "24 layers with 1 of 128 routed experts");
        assertThat(Figures.numbered(5).caption())
                .contains("3 layers with a dense one, 18,432 wide, 396M", "58 layers with 8 of 256 routed experts");
        assertThat(figure.caption())
                .contains("48 layers with 8 of 128 routed experts, 768 wide each, 604M", "uses 38.0M");
    }

    @Test
    void normsStandInFourPlaces() {
        assertThat(Texts.of(Figures.numbered(8), ""))
                .containsSubsequence("norm(x + f(x))", "x + f(norm(x))", "x + norm(f(x))", "x + norm(f(norm(x)))");
    }

    @Test
    void captionsSayHowTwoModelsDiffer() {
        assertThat(Figures.numbered(10).caption())
                .startsWith("olmo-2-7b beside llama-3-8b: ")
                .contains("norms after, within the residual branch (post-norm)", "QK-norm");
        assertThat(Figures.numbered(14).caption())
                .startsWith("gemma-3-27b beside olmo-2-7b: ")
                .contains("sliding window of 1,024 tokens in 5 of every 6 layers and full attention in the others");
        assertThat(Texts.of(Figures.numbered(10), "")).contains("llama-3-8b", "128 KiB", "olmo-2-7b", "512 KiB");
        assertThat(Texts.of(Figures.numbered(14), "")).contains("olmo-2-7b", "7.30B", "gemma-3-27b", "27.0B");
    }

    /**
     * Published: 1.91B and 3.98B effective. A table is 262,144 rows of 256 for each layer; the token embedding 262,400
     * of 2,048.
     */
    @ParameterizedTest
    @CsvSource({"gemma-3n-e2b, 4456156768, 30, 1.91", "gemma-3n-e4b, 6866696688, 35, 3.98"})
    void perLayerTablesMayLieInAFile(String name, long total, int layers, double published) {
        var split = PerLayerFigure.Split.of(Models.named(name));

        assertThat(split.total()).isEqualTo(total);
        assertThat(split.perLayerTable()).isEqualTo(262_144L * 256 * layers);
        assertThat(split.tokenTable()).isEqualTo(262_400L * 2048);
        assertThat(Math.round(split.rest() / 1e7) / 100.0).isEqualTo(published);
        assertThat(Texts.of(Figures.numbered(15), "")).contains(published + "B");
    }

    @Test
    void otherModelsHaveNoPerLayerTables() {
        assertThatThrownBy(() -> PerLayerFigure.Split.of(Models.named("gpt2")))
                .isInstanceOf(FigureException.class)
                .hasMessage("gpt2 has no per-layer embeddings");
    }
}
