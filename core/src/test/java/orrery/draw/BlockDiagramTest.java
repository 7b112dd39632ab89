package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
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

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void foldedCountsMultiplyToTheNumberOfLayers(ArchitectureSpec spec) {
        assertThat(Blueprint.of(spec).layers()).isEqualTo(spec.layers().size());
    }

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void normBoxesStandWhereTheBranchesHaveNorms(ArchitectureSpec spec) {
        var whole = Blueprint.of(spec).whole().parts();
        var layer = spec.layers().stream()
                .filter(one -> DrawnBlock.parts(one, spec.hiddenSize(), spec.embedding())
                        .equals(whole))
                .findFirst()
                .orElseThrow();

        var drawn = whole.stream()
                .filter(part -> part instanceof Part.Boxed boxed && boxed.box().role() == Role.NORM)
                .map(Part::slot)
                .toList();

        assertThat(drawn).containsExactlyElementsOf(filled(layer));
        long norms = Drawn.of(BlockDiagram.of(spec)).all("rect").stream()
                .filter(rectangle -> Drawn.classes(rectangle).contains("norm"))
                .count();
        long others = Blueprint.of(spec).blocks().stream()
                .filter(block -> !block.equals(Blueprint.of(spec).whole()))
                .flatMap(block -> block.parts().stream())
                .filter(part -> part instanceof Part.Boxed boxed && boxed.box().role() == Role.NORM)
                .count();
        long last = spec.finalNorm().equals(NormSpec.NONE) ? 0 : 1;
        long draft = spec.draft().isPresent() ? 2 : 0;
        assertThat(norms).isEqualTo(drawn.size() + others + last + draft);
    }

    private static List<Slot> filled(LayerSpec layer) {
        return Stream.of(
                        Stream.of(Slot.MIXER_BEFORE).filter(_ -> has(layer.mixer(), Branch::before)),
                        Stream.of(Slot.MIXER_AFTER).filter(_ -> has(layer.mixer(), Branch::after)),
                        Stream.of(Slot.MIXER_OUTER).filter(_ -> has(layer.mixer(), Branch::outer)),
                        Stream.of(Slot.FEED_FORWARD_BEFORE).filter(_ -> has(layer.feedForward(), Branch::before)),
                        Stream.of(Slot.FEED_FORWARD_AFTER).filter(_ -> has(layer.feedForward(), Branch::after)),
                        Stream.of(Slot.FEED_FORWARD_OUTER).filter(_ -> has(layer.feedForward(), Branch::outer)))
                .flatMap(Function.identity())
                .toList();
    }

    private static boolean has(Branch branch, Function<Branch, NormSpec> slot) {
        return !slot.apply(branch).equals(NormSpec.NONE);
    }

    @Test
    void foldsGemmaByItsPeriod() {
        var texts = Drawn.of(BlockDiagram.of(Specs.of("gemma-3-27b"))).texts();

        assertThat(texts).containsSubsequence("10 ×", "5 ×", "sliding 1,024", "1 ×", "full", "2 ×", "as A");
    }

    @Test
    void drawsDenseFirstLayersOfDeepSeekApart() {
        var texts = Drawn.of(BlockDiagram.of(Specs.of("deepseek-v3"))).texts();

        assertThat(texts).containsSubsequence("3 ×", "dense", "58 ×", "MoE 256").contains("draft (MTP)");
    }

    @Test
    void drawsLayersOfAnotherBuildInFull() {
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
        assertThat(Blueprint.of(spec).layers()).isEqualTo(4);
        assertThat(Drawn.of(diagram).all("rect").stream()
                        .filter(rectangle -> Drawn.classes(rectangle).contains("norm")))
                .as("two of the one kind, three of the other, and the final norm")
                .hasSize(2 + 3 + 1);
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
