package orrery.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.draw.DrawingRules;

/** Drawings of looks: legible, and with the numbers of the data. */
final class LookDrawingTest {
    private static final OptionalInt ALL = OptionalInt.empty();
    private static final Pattern GROUP = Pattern.compile("<g class=\"\"><title>([^<]*)</title>(.*?)</g>");
    private static final Pattern FRAME =
            Pattern.compile("<rect class=\"frame\" x=\"([0-9.]+)\" y=\"([0-9.]+)\" width=\"([0-9.]+)\"");
    private static final Pattern INK = Pattern.compile("<path class=\"(?:attention|experts)-ink\" d=\"([^\"]*)\"");
    private static final Pattern SQUARE =
            Pattern.compile("M ([0-9.]+) ([0-9.]+) h ([0-9.]+) v ([0-9.]+) h (-?[0-9.]+) z");

    /** A square: the cell that it is in, and its area as a share of the cell. */
    private record Square(int column, int row, double share) {}

    private static List<Square> squares(String group, int columns) {
        var frame = FRAME.matcher(group);
        assertThat(frame.find()).isTrue();
        double x = Double.parseDouble(frame.group(1));
        double y = Double.parseDouble(frame.group(2));
        double cell = Double.parseDouble(frame.group(3)) / columns;
        var ink = INK.matcher(group);
        assertThat(ink.find()).isTrue();
        var squares = new ArrayList<Square>();
        SQUARE.matcher(ink.group(1)).results().forEach(square -> {
            double side = Double.parseDouble(square.group(3));
            double middleX = Double.parseDouble(square.group(1)) + side / 2 - x;
            double middleY = Double.parseDouble(square.group(2)) + side / 2 - y;
            squares.add(new Square((int) (middleX / cell), (int) (middleY / cell), side * side / (cell * cell)));
        });
        return squares;
    }

    private static List<String> groups(String svg, String hint) {
        return GROUP.matcher(svg)
                .results()
                .filter(group -> group.group(1).contains(hint))
                .map(group -> group.group(2))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deepseek-v3", "gemma-3n", "llama-4", "gpt2"})
    void isLegibleAndKeepsToTheTheme(String name) {
        DrawingRules.hold(LookDrawing.of(Looks.golden(name, Looks.ids(18))));
    }

    @Test
    void oneHeadAndALongTextAreLegible() {
        var look = Looks.golden("gemma-3", Looks.ids(60));

        DrawingRules.hold(LookDrawing.of(look.only(List.of(0), OptionalInt.of(1))));
        DrawingRules.hold(LookDrawing.of(look.only(List.of(0), ALL)));
        DrawingRules.hold(LookDrawing.of(Looks.golden("gemma-3", 5)));
    }

    @Test
    void theAreaOfASquareIsTheWeightInTheData() {
        int tokens = 18;
        var look = Looks.golden("gemma-3n", Looks.ids(tokens));
        String svg = LookDrawing.of(look).svg();

        for (var layer : look.layers()) {
            for (var head : layer.attention().heads()) {
                var maps = groups(
                        svg,
                        "Layer " + layer.index() + ", " + LookWords.attention(layer) + ". head " + head.index() + ":");
                var drawn = new double[tokens][tokens];
                assertThat(maps).hasSize(1);
                squares(maps.getFirst(), tokens).forEach(one -> drawn[one.row][one.column] = one.share);
                for (int r = 0; r < tokens; r++) {
                    for (int p = 0; p < tokens; p++) {
                        assertThat(drawn[r][p])
                                .as("layer %d, head %d, row %d, position %d", layer.index(), head.index(), r, p)
                                .isCloseTo(layer.attention().of(head, r, p), within(2e-3));
                    }
                }
            }
        }
    }

    @Test
    void everyChosenExpertIsASquareInItsRowAndColumn() {
        int tokens = 18;
        var look = Looks.golden("deepseek-v3", Looks.ids(tokens));
        String svg = LookDrawing.tokenGrids(look).svg();

        for (var layer : look.layers()) {
            layer.routing().ifPresent(routing -> {
                var drawn = new ArrayList<String>();
                squares(
                                groups(svg, "layer " + layer.index() + ": 4 of 16 experts")
                                        .getFirst(),
                                tokens)
                        .forEach(one -> drawn.add(one.column + ":" + one.row));
                var chosen = new ArrayList<String>();
                for (int token = 0; token < tokens; token++) {
                    for (var one : routing.chosen().get(token)) {
                        chosen.add(token + ":" + one.expert());
                    }
                }
                assertThat(drawn).containsExactlyElementsOf(chosen);
            });
        }
        assertThat(LookDrawing.hasTokenGrids(look)).isTrue();
        assertThat(LookDrawing.hasTokenGrids(Looks.golden("gpt2", 1, 2))).isFalse();
    }

    @Test
    void predictionsStandInItAsInTheData() {
        var look = Looks.golden("qwen-3", Looks.ids(6));
        String svg = LookDrawing.of(look).svg();

        for (var depth : look.lens()) {
            assertThat(svg)
                    .contains(">" + LookWords.depth(depth) + "<", ">" + LookWords.percent(depth.ofFinal()) + "<");
            depth.best()
                    .forEach(guess -> assertThat(svg)
                            .contains(
                                    ">&quot;" + guess.text() + "&quot;<",
                                    ">" + LookWords.percent(guess.probability()) + "<"));
        }
    }

    @Test
    void manyHeadsOnALongTextAreDrawnAsOneAveragePerLayer() {
        var look = Looks.golden("gemma-3n", Looks.ids(100));
        String svg = LookDrawing.maps(look).svg();

        assertThat(svg).contains("the average over each layer").doesNotContain(">head 0<");
        int tokens = 100;
        var first = look.layers().getFirst().attention();
        var mean = first.mean();
        var map = groups(svg, ". layer 0:");
        assertThat(map).hasSize(1);
        squares(map.getFirst(), tokens).stream()
                .filter(square -> square.share > 0.1)
                .forEach(square ->
                        assertThat(square.share).isCloseTo(first.of(mean, square.row, square.column), within(0.02)));
        // One layer has room for its heads.
        assertThat(LookDrawing.maps(look.only(List.of(0), ALL)).svg()).contains(">head 0<");
    }
}
