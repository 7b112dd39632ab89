package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Scores;

/** Reads drawings of attention and finds every area proportional to the number that stands beside it. */
final class DrawnToScaleTest {
    /** Coordinates have two decimals. */
    private static final double ROUNDED = 0.02;

    private static final Pattern CACHED = Pattern.compile("cached: .* = ([\\d,]+) values per token.*");
    private static final Map<String, Double> UNITS = Map.of("bytes", 1.0, "KiB", 1024.0, "MiB", 1048576.0);

    static Stream<List<ArchitectureSpec>> awkward() {
        return Stream.of(
                List.of(Specs.of("olmo-2-7b"), Specs.of("llama-3-8b")),
                List.of(Specs.of("openai-gpt"), Specs.of("llama-3.1-405b"), Specs.of("gemma-3-1b")),
                List.of(Specs.of("gpt2-xl"), Specs.of("deepseek-v3")),
                // One group that is longer than a line; heads of widths that divide nothing.
                List.of(grouped(71, 1, 64), grouped(6, 3, 40), grouped(1, 1, 7)),
                List.of(grouped(96, 2, 88), latent(13, 96, 24, 12, 40)),
                // A latent that is wider than all heads together, and one that is narrower than a single one.
                List.of(latent(2, 400, 16, 8, 16), grouped(2, 1, 16)),
                List.of(latent(5, 13, 30, 2, 50), latent(128, 512, 128, 64, 128)));
    }

    private static ArchitectureSpec grouped(int query, int keyValue, int size) {
        return with(new GroupedQuery(new Heads(query, keyValue, size), new Position.None()));
    }

    private static ArchitectureSpec latent(int heads, int rank, int plain, int rotary, int value) {
        return with(new Latent(
                heads,
                OptionalInt.empty(),
                rank,
                plain,
                value,
                new Position.Rope(10_000, rotary),
                NormSpec.NONE,
                new Scores(1),
                false));
    }

    private static ArchitectureSpec with(Op.Attention op) {
        var spec = Specs.of("llama-3-8b");
        return new ArchitectureSpec(
                spec.name(),
                spec.vocabSize(),
                spec.hiddenSize(),
                spec.maxPositions(),
                spec.embedding(),
                List.of(spec.layers().getFirst().withAttention(op)),
                spec.finalNorm(),
                spec.head());
    }

    private static Op.Attention attention(ArchitectureSpec spec) {
        return spec.layers().getFirst().attention();
    }

    private static List<Element> rectangles(Drawn drawn, Drawn.Area within, Predicate<java.util.Set<String>> classes) {
        return drawn.all("rect").stream()
                .filter(one -> classes.test(Drawn.classes(one)))
                .filter(one -> one.hasAttribute("x") && within.holds(Drawn.rectangle(one)))
                .toList();
    }

    private static double width(List<Element> rectangles) {
        return rectangles.stream()
                .mapToDouble(one -> Drawn.number(one, "width"))
                .sum();
    }

    private static double number(String text) {
        return Double.parseDouble(text.replace(",", ""));
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void whatIsCachedIsAsLargeAsTheNumberBesideIt(List<ArchitectureSpec> specs) {
        var diagram = AttentionSharing.of(specs);
        var drawn = Drawn.of(diagram);
        var panels = drawn.all("rect").stream()
                .filter(one -> Drawn.classes(one).contains("panel"))
                .map(Drawn::rectangle)
                .toList();

        DrawingRules.hold(diagram);
        assertThat(panels).hasSize(specs.size() + 1);
        double perValue = Drawn.number(
                        rectangles(drawn, panels.getFirst(), one -> one.contains("attention"))
                                .getFirst(),
                        "width")
                / attention(specs.getFirst()).querySize();
        for (int i = 0; i < specs.size(); i++) {
            var panel = panels.get(i);
            var op = attention(specs.get(i));
            var cached = rectangles(drawn, panel, one -> one.contains("cache"));
            var queries = rectangles(drawn, panel, one -> one.contains("attention") && !one.contains("faint"));
            String text = drawn.all("text").stream()
                    .filter(one -> panel.holds(Drawn.area(one)))
                    .map(Element::getTextContent)
                    .reduce("", (before, next) -> before + " " + next);
            var number = CACHED.matcher(text);
            assertThat(number.find()).as(text).isTrue();
            double values = number(number.group(1));
            assertThat(values).isEqualTo(op.cache().elementsPerToken());
            assertThat(width(cached)).isCloseTo(perValue * values, within(0.002 * perValue * values));
            assertThat(queries).hasSize(op.queryHeads()).allSatisfy(noOverlap(queries));
            assertThat(width(queries))
                    .isCloseTo(perValue * op.queryHeads() * op.querySize(), within(0.002 * width(queries)));
            assertThat(cached).extracting(one -> one.getAttribute("height")).containsOnly("13");
        }
    }

    private static java.util.function.Consumer<Element> noOverlap(List<Element> all) {
        return one -> assertThat(all)
                .filteredOn(other -> !other.equals(one))
                .noneMatch(other -> Drawn.rectangle(other).overlaps(Drawn.rectangle(one)));
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void barsAreAsLongAsTheirBytes(List<ArchitectureSpec> specs) {
        var drawn = Drawn.of(AttentionSharing.of(specs, List.of(Specs.of("deepseek-v2"))));
        var panel = drawn.all("rect").stream()
                .filter(one -> Drawn.classes(one).contains("panel"))
                .map(Drawn::rectangle)
                .toList()
                .getLast();
        var bars = rectangles(drawn, panel, one -> one.contains("cache"));
        var lines = bars.stream()
                .map(one -> Drawn.number(one, "y"))
                .distinct()
                .sorted()
                .toList();

        assertThat(lines).hasSize(specs.size() + 1);
        double perByte = Double.NaN;
        for (double y : lines) {
            var bar = bars.stream().filter(one -> Drawn.number(one, "y") == y).toList();
            String[] bytes = drawn.all("text").stream()
                    .filter(text -> Math.abs(Drawn.number(text, "y") - y - 10) < 1)
                    .map(Element::getTextContent)
                    .reduce("", (_, last) -> last)
                    .split(" ");
            double number = number(bytes[0]) * UNITS.getOrDefault(bytes[1], Double.NaN);
            perByte = Double.isNaN(perByte) ? width(bar) / number : perByte;
            // Three digits stand beside it.
            assertThat(width(bar)).isCloseTo(perByte * number, within(0.012 * width(bar) + ROUNDED));
        }
        var last = bars.subList(bars.size() - 2, bars.size());
        assertThat(Drawn.number(last.getFirst(), "width") / Drawn.number(last.getLast(), "width"))
                .isCloseTo(512.0 / 64, within(0.1));
    }

    /** The vectors of an opened attention: bars of one width, and tiles of the same width for heads. */
    @ParameterizedTest
    @MethodSource("awkward")
    void vectorsAreAsHighAsTheyHaveValues(List<ArchitectureSpec> specs) {
        for (var spec : specs) {
            var op = attention(spec);
            var diagram = OpenedPart.ATTENTION.draw(with(op));
            var drawn = Drawn.of(diagram);
            var input = drawn.all("rect").stream()
                    .filter(one -> Drawn.classes(one).contains("embedding"))
                    .toList();
            double perValue = Drawn.number(input.getFirst(), "height")
                    / Specs.of("llama-3-8b").hiddenSize();
            var cached = drawn.all("rect").stream()
                    .filter(one -> Drawn.classes(one).contains("cache"))
                    .toList();
            var tiles = drawn.all("path").stream()
                    .filter(one -> Drawn.classes(one).contains("attention")
                            || Drawn.classes(one).contains("cache"))
                    .map(one -> one.getAttribute("d"))
                    .toList();

            DrawingRules.hold(diagram);
            assertThat(input)
                    .hasSize(2)
                    .extracting(one -> one.getAttribute("width"))
                    .containsOnly("24");
            switch (op) {
                case Latent latent -> {
                    assertThat(heights(cached))
                            .usingElementComparator(DrawnToScaleTest::rounded)
                            .containsExactly(perValue * latent.rope().dimensions(), perValue * latent.latentRank());
                    assertThat(heights(drawn.all("rect").stream()
                                    .filter(one -> Drawn.classes(one).contains("attention"))
                                    .toList()))
                            .usingElementComparator(DrawnToScaleTest::rounded)
                            .containsExactlyElementsOf(latent.queryRank().stream()
                                    .mapToObj(rank -> perValue * rank)
                                    .toList());
                    int heads = op.queryHeads();
                    assertThat(tiles).hasSize(4);
                    tiles(tiles.get(0), heads, perValue * latent.nopeSize());
                    tiles(tiles.get(1), heads, perValue * latent.rope().dimensions());
                    tiles(tiles.get(2), heads, perValue * latent.nopeSize());
                    tiles(tiles.get(3), heads, perValue * latent.valueSize());
                }
                case GroupedQuery grouped -> {
                    var heads = grouped.heads();
                    assertThat(tiles).hasSize(3);
                    tiles(tiles.get(0), heads.query(), perValue * heads.size());
                    tiles(tiles.get(1), heads.keyValue(), perValue * heads.size());
                    tiles(tiles.get(2), heads.keyValue(), perValue * heads.size());
                }
            }
        }
    }

    private static List<Double> heights(List<Element> rectangles) {
        return rectangles.stream().map(one -> Drawn.number(one, "height")).toList();
    }

    private static int rounded(double one, double other) {
        return Math.abs(one - other) <= ROUNDED ? 0 : Double.compare(one, other);
    }

    private static void tiles(String path, int count, double height) {
        var tiles = Pattern.compile("h (\\S+) v (\\S+) h (\\S+) z")
                .matcher(path)
                .results()
                .toList();
        assertThat(tiles).hasSize(count).allSatisfy(tile -> {
            assertThat(tile.group(1)).isEqualTo("24");
            assertThat(Double.parseDouble(tile.group(2))).isCloseTo(height, within(ROUNDED));
        });
    }

    @Test
    void aQuarterOfTheHeadsIsAQuarterOfTheWidth() {
        var drawn = Drawn.of(AttentionSharing.of(List.of(Specs.of("olmo-2-7b"), Specs.of("llama-3-8b"))));
        var cached = drawn.all("rect").stream()
                .filter(one -> Drawn.classes(one).contains("cache")
                        && Drawn.classes(one).contains("thick"))
                .toList();

        assertThat(cached).hasSize(2 * 32 + 2 * 8);
        assertThat(cached)
                .extracting(one -> one.getAttribute("width"))
                .containsOnly(cached.getFirst().getAttribute("width"));
    }

    /** Three panels of as much area, of which a token takes as much: arXiv:2401.06066, figure 2. */
    @Test
    void finerExpertsHaveTheSameAreaAndTheSameActiveArea() {
        var diagram = ExpertProgression.of(List.of(Specs.of("deepseek-v3")));
        var drawn = Drawn.of(diagram);
        var panels = drawn.all("rect").stream()
                .filter(one -> Drawn.classes(one).contains("panel"))
                .map(Drawn::rectangle)
                .limit(3)
                .toList();
        var counts = List.of(16, 64, 64);
        var active = List.of(2, 8, 8);

        DrawingRules.hold(diagram);
        double whole = area(rectangles(drawn, panels.getFirst(), one -> !one.contains("panel")));
        for (int i = 0; i < 3; i++) {
            var all = rectangles(drawn, panels.get(i), one -> !one.contains("panel"));
            var taken = rectangles(
                    drawn, panels.get(i), one -> one.contains("experts-ink") || one.contains("feed-forward-ink"));
            assertThat(all).hasSize(counts.get(i)).allSatisfy(noOverlap(all));
            assertThat(taken).hasSize(active.get(i));
            assertThat(area(all)).isCloseTo(whole, within(0.002 * whole));
            assertThat(area(taken)).isCloseTo(whole / 8, within(0.002 * whole));
        }
        assertThat(rectangles(drawn, panels.getLast(), one -> one.contains("feed-forward-ink")))
                .hasSize(1);
        assertThat(drawn.texts())
                .contains("120 choices of the router", "4,426,165,368 choices of the router")
                .contains("553,270,671 choices of the router");
    }

    private static double area(List<Element> rectangles) {
        return rectangles.stream()
                .mapToDouble(one -> Drawn.number(one, "width") * Drawn.number(one, "height"))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deepseek-v3", "llama-4-maverick", "qwen3-30b-a3b", "deepseek-v2"})
    void expertsAreLargeEnoughToCount(String name) {
        var spec = Specs.of(name);
        for (var diagram :
                List.of(BlockDiagram.of(spec), OpenedPart.EXPERTS.draw(spec), SideBySide.of(List.of(spec, spec)))) {
            assertThat(Drawn.of(diagram).all("path").stream()
                            .filter(one -> Drawn.classes(one).contains("tile"))
                            .toList())
                    .isNotEmpty()
                    .allSatisfy(tiles -> assertThat(
                                    Double.parseDouble(tiles.getAttribute("d").split(" ")[4]))
                            .isGreaterThan(5));
        }
    }
}
