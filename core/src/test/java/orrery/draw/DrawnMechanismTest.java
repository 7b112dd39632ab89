package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Slice;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.Position;

final class DrawnMechanismTest {
    private static List<ArchitectureSpec> specs(String... names) {
        return Stream.of(names).map(Specs::of).toList();
    }

    private static String texts(Diagram diagram) {
        return String.join("\n", Drawn.of(diagram).texts());
    }

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void everyModelCanBeDrawn(ArchitectureSpec spec) {
        for (var mechanism : List.of(
                DrawnMechanism.ATTENTION, DrawnMechanism.NORMS, DrawnMechanism.MASKS, DrawnMechanism.FEED_FORWARD)) {
            DrawingRules.hold(mechanism.draw(List.of(spec), List.of()));
        }
        boolean turns = spec.layers().stream().anyMatch(layer -> switch (layer.attention()) {
            case GroupedQuery grouped -> grouped.position() instanceof Position.Rope;
            case Latent _ -> true;
        });
        if (turns) {
            DrawingRules.hold(RopeDrawing.of(List.of(spec)));
        }
        if (spec.embedding().perLayer() instanceof EmbeddingSpec.PerLayer.Table) {
            DrawingRules.hold(PerLayerEmbedding.of(spec));
        }
    }

    @ParameterizedTest
    @EnumSource(DrawnMechanism.class)
    void isFoundByItsTitle(DrawnMechanism mechanism) {
        assertThat(DrawnMechanism.of(mechanism.title())).contains(mechanism);
    }

    @Test
    void masksFillAsManyCellsAsQueriesSee() {
        var path = Drawn.of(MaskDrawing.of(specs("llama-4-maverick"))).all("path").stream()
                .map(one -> one.getAttribute("d"))
                .toList();

        // Of 16 cells: four chunks of four, and all that came before.
        assertThat(path).extracting(DrawnMechanismTest::squares).containsExactly(4 * (1 + 2 + 3 + 4), 16 * 17 / 2);
        var sliding = Drawn.of(MaskDrawing.of(specs("mistral-7b-v0.1"))).all("path").stream()
                .map(one -> one.getAttribute("d"));
        assertThat(sliding).extracting(DrawnMechanismTest::squares).containsExactly(1 + 2 + 3 + 13 * 4);
    }

    private static int squares(String path) {
        return (int) path.chars().filter(letter -> letter == 'M').count();
    }

    /** DeepSeek V3's config has 163,840 positions, its model card 128K. */
    @Test
    void fullMasksReachAsFarAsThoseBesideThemOrThePublishedContext() {
        assertThat(texts(MaskDrawing.of(specs("deepseek-v3"))))
                .contains("8.58 GiB of KV cache in bf16 at 131,072 tokens");
        assertThat(texts(MaskDrawing.of(specs("deepseek-v3", "gemma-3-27b"))))
                .contains("275 MiB of KV cache in bf16 at 4,096 tokens", "736 MiB of KV cache in bf16 at 4,096 tokens");
    }

    @Test
    void masksHaveATileForEachLayer() {
        var spec = Specs.of("gemma-3-27b");

        var tiles = Drawn.of(MaskDrawing.of(List.of(spec))).all("rect").stream()
                .filter(rectangle -> Drawn.classes(rectangle).contains("attention-ink")
                        || Drawn.classes(rectangle).contains("attention"));

        assertThat(tiles).hasSize(62);
    }

    @Test
    void expertsAreTilesOfWhichATokenTakesSome() {
        var spec = Specs.of("deepseek-v3");
        var experts = (Experts) spec.layers().getLast().feedForward().op();
        var diagram = FeedForwardDrawing.of(List.of(spec));
        var paths = Drawn.of(diagram).all("path");

        DrawingRules.hold(diagram);
        assertThat(paths.stream().filter(path -> Drawn.classes(path).contains("tile")))
                .singleElement()
                .satisfies(path -> assertThat(squares(path.getAttribute("d"))).isEqualTo(256 - 8));
        assertThat(paths.stream().filter(path -> Drawn.classes(path).contains("experts-ink")))
                .singleElement()
                .satisfies(path -> assertThat(squares(path.getAttribute("d"))).isEqualTo(experts.active()));
        assertThat(texts(diagram)).contains("256 scores, the best 8", "2,048 wide", "7,168 → 18,432");
    }

    @Test
    void normsAreNamedByWhereTheyStand() {
        var diagram = NormSlots.of(specs("llama-3-8b", "olmo-2-7b", "gemma-3-27b", "openai-gpt"));

        DrawingRules.hold(diagram);
        assertThat(Drawn.of(diagram).texts())
                .containsSubsequence(
                        "Pre-norm",
                        "x + f(norm(x))",
                        "Post-norm inside",
                        "x + norm(f(x))",
                        "Pre- and post-norm",
                        "x + norm(f(norm(x)))",
                        "Original post-norm",
                        "norm(x + f(x))");
        assertThat(Drawn.of(diagram).all("rect").stream()
                        .filter(rectangle -> Drawn.classes(rectangle).contains("norm")))
                .hasSize(2 + 2 + 4 + 2);
    }

    @Test
    void perLayerEmbeddingsSayWhatLivesWhere() {
        var diagram = PerLayerEmbedding.of(Specs.of("gemma-3n-e4b"));

        DrawingRules.hold(diagram);
        assertThat(texts(diagram)).contains("35 tables of 262,144 × 256", "2.35B", "35 × 256 = 8,960 values");
    }

    @Test
    void nestedSlicesFillWhatIsKept() {
        var whole = Specs.of("gemma-3n-e4b");
        var cut = new Slice.E2B().of(whole);
        var diagram = NestedSlices.of(whole, cut.spec(), cut.layers());
        var bars = Drawn.of(diagram).all("rect");

        DrawingRules.hold(diagram);
        assertThat(bars.stream().filter(bar -> Drawn.classes(bar).contains("dashed")))
                .hasSize(35);
        var heights = bars.stream()
                .filter(bar -> Drawn.classes(bar).contains("feed-forward"))
                .filter(bar -> Drawn.number(bar, "width") < 50)
                .map(bar -> Drawn.number(bar, "height"))
                .toList();
        assertThat(heights).hasSize(30).containsOnly(125.0);
        assertThat(texts(diagram)).contains("5 layers left out", "4,456,156,768 parameters");
    }

    @Test
    void saysWhyAModelCannotBeDrawn() {
        assertThatThrownBy(() -> PerLayerEmbedding.of(Specs.of("gpt2")))
                .isInstanceOf(DrawException.class)
                .hasMessageContaining("gpt2 has no per-layer embeddings");
        assertThatThrownBy(() -> RopeDrawing.of(specs("gpt2"))).isInstanceOf(DrawException.class);
        assertThatThrownBy(() -> DrawnMechanism.NESTED.draw(specs("gpt2"), List.of()))
                .isInstanceOf(DrawException.class);
        assertThatThrownBy(() -> DrawnMechanism.NESTED.draw(specs("gpt2", "gpt2-xl"), List.of()))
                .hasMessage("a drawing of nested shows one model, not 2");
        assertThatThrownBy(() -> DrawnMechanism.MASKS.draw(List.of(), List.of()))
                .hasMessage("a drawing of masks needs a model");
        assertThatThrownBy(() -> NormSlots.of(specs("gpt2", "gpt2-xl", "olmo-2-1b", "olmo-2-7b", "olmo-2-13b")))
                .hasMessage("5 models in a drawing of norms, expected at most 4");
    }

    @Test
    void borrowedKeysAndValuesAreNotCachedTwice() {
        var spec = Specs.of("gemma-3n-e4b");

        assertThat(spec.caches().getLast()).isInstanceOf(CacheSpec.Borrowed.class);
        assertThat(texts(MaskDrawing.of(List.of(spec)))).contains("the last 15 read the KV cache of earlier ones");
    }
}
