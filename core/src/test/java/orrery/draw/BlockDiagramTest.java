package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.report.Numbers;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.CacheSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadSpec;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;

final class BlockDiagramTest {
    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void keepsTheRulesOfAllDrawings(ArchitectureSpec spec) {
        DrawingRules.hold(BlockDiagram.of(spec));
    }

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void drawsEveryKindOfLayerWithItsNumbers(ArchitectureSpec spec) {
        var texts = String.join("\n", Drawn.of(BlockDiagram.of(spec)).texts());

        for (var layer : spec.layers()) {
            assertThat(texts)
                    .contains(numbers(layer.attention()))
                    .contains(numbers(layer.feedForward().op()));
        }
        assertThat(texts)
                .contains(Numbers.exact(spec.vocabSize()) + " logits")
                .contains(Numbers.rounded(spec.parameters()))
                .contains(Numbers.exact(spec.maxPositions()));
    }

    private static List<String> numbers(Op op) {
        return switch (op) {
            case GroupedQuery grouped -> {
                var numbers = new ArrayList<String>();
                numbers.add(Numbers.count(grouped.heads().query(), "head") + " of "
                        + grouped.heads().size());
                if (grouped.heads().keyValue() != grouped.heads().query()) {
                    numbers.add(Numbers.count(grouped.heads().keyValue(), "KV head"));
                }
                numbers.add(
                        switch (grouped.reach()) {
                            case Reach.Full _ -> "full attention";
                            case Reach.Window(var tokens) -> "sliding window of " + Numbers.exact(tokens);
                            case Reach.Chunk(var tokens) -> "chunks of " + Numbers.exact(tokens);
                        });
                numbers.add(cache(grouped.cache()));
                if (grouped.position() instanceof Position.Rope rope) {
                    numbers.add("RoPE, base " + Numbers.plain(rope.theta()));
                }
                yield numbers;
            }
            case Latent latent ->
                List.of(
                        Numbers.count(latent.queryHeads(), "head"),
                        latent.nopeSize() + " + " + latent.rope().dimensions() + " with RoPE",
                        "KV latent " + Numbers.exact(latent.latentRank()),
                        cache(latent.cache()));
            case FeedForward dense -> List.of("→ " + Numbers.exact(dense.intermediateSize()) + " →");
            case Experts experts ->
                List.of(
                        experts.active() + " of " + Numbers.count(experts.count(), "expert"),
                        "→ " + Numbers.exact(experts.expert().intermediateSize()) + " →");
        };
    }

    private static String cache(CacheSpec cache) {
        return switch (cache) {
            case CacheSpec.PerToken kept -> Numbers.exact(kept.elementsPerToken()) + " values per token";
            case CacheSpec.PerSequence(var elements) -> Numbers.exact(elements) + " values per sequence";
            case CacheSpec.Borrowed(var layer) -> "of layer " + layer;
            case CacheSpec.None _ -> "nothing";
        };
    }

    /** Attention's sum and LAuReL's are added and divided by √2; LAuReL adds its own input. */
    @Test
    void saysWhatLaurelAddsAndByWhatTheSumIsScaled() {
        assertThat(Drawn.of(BlockDiagram.of(Specs.of("gemma-3n-e4b"))).texts())
                .containsSubsequence("LAuReL", "264K", "rank 64", "RMSNorm", "plus its input", "sum × 1/√2");
    }

    /** Its report has two shared experts, which files and forward pass take for one of twice the width. */
    @Test
    void namesTheWidthsThatASharedExpertIsMadeOf() {
        assertThat(String.join(
                        "\n", Drawn.of(BlockDiagram.of(Specs.of("deepseek-v2"))).texts()))
                .contains("5,120 → 3,072 → 5,120", "(2 × 1,536)");
        assertThat(String.join(
                        "\n", Drawn.of(BlockDiagram.of(Specs.of("deepseek-v3"))).texts()))
                .doesNotContain("× 2,048)");
    }

    @Test
    void drawsGemmasTwoAttentionsSideBySideInOneSlot() {
        var texts = Drawn.of(BlockDiagram.of(Specs.of("gemma-3-27b"))).texts();

        assertThat(texts)
                .contains("62 ×", "or", "every 6th layer: 5, 11, …, 59", "5 of every 6 layers: 0–4, 6–10, …, 60–61")
                .contains("sliding 1,024", "full");
    }

    @Test
    void drawsDenseFirstLayersOfDeepSeekAsAnAlternative() {
        var texts = Drawn.of(BlockDiagram.of(Specs.of("deepseek-v3"))).texts();

        assertThat(texts)
                .contains("61 ×", "or", "the first 3 of 61 layers: 0–2", "the last 58 of 61 layers: 3–60")
                .contains("MTP layer");
    }

    @Test
    void drawsNormsThatSomeLayersLackAsAlternatives() {
        var norm = new NormSpec.Rms(1e-6);
        var attention = new GroupedQuery(new Heads(6, 3, 5), Position.NONE);
        var feedForward = new FeedForward(7, Activation.SILU);
        var pre = new LayerSpec.Residual(Branch.preNorm(norm, attention), Branch.preNorm(norm, feedForward));
        var post = new LayerSpec.Residual(Branch.postNorm(norm, attention), Branch.sandwich(norm, feedForward));
        var spec = new ArchitectureSpec(
                "mixed <&> \"quoted\" with a name that is much longer than the column in which it has to stand",
                11,
                30,
                13,
                EmbeddingSpec.PLAIN,
                List.of(post, pre, pre, post),
                norm,
                new HeadSpec(true, 0));

        var diagram = BlockDiagram.of(spec);

        DrawingRules.hold(diagram);
        assertThat(Drawn.of(diagram).all("rect").stream()
                        .filter(rectangle -> Drawn.classes(rectangle).contains("norm")))
                .as("each slot in which a layer has a norm, and the final norm")
                .hasSize(4 + 1);
    }

    @Test
    void idsStayUniqueInOnePage() {
        var page = "<page>" + BlockDiagram.of(Specs.of("gpt2")).svg()
                + BlockDiagram.of(Specs.of("gpt2-medium")).svg() + "</page>";

        assertThat(Drawn.of(page).all("*").stream()
                        .map(element -> element.getAttribute("id"))
                        .filter(id -> !id.isEmpty()))
                .hasSize(4)
                .doesNotHaveDuplicates();
    }
}
