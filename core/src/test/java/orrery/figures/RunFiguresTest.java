package orrery.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import orrery.draw.Diagram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is drawn of the lab's runs is what their files say, read here by another parser. */
final class RunFiguresTest {
    private static final Pattern CIRCLE = Pattern.compile("<circle class=\"[^\"]*\" cx=\"([\\d.]+)\" cy=\"([\\d.]+)\"");

    private static JsonNode file(String experiment) {
        return new JsonMapper()
                .readTree(RunFiguresTest.class.getResourceAsStream("/orrery/ablation/" + experiment + ".json"));
    }

    private static Diagram panel(int figure, String name) {
        return Figures.numbered(figure).panels().stream()
                .filter(panel -> panel.name().equals(name))
                .findFirst()
                .orElseThrow()
                .diagram();
    }

    /** Means of a measure by the value of a factor, of cells whose other factors are as given. */
    private static TreeMap<Double, Double> means(
            JsonNode file, String measure, String by, String factor, String value, String second, String is) {
        var all = new TreeMap<Double, List<Double>>();
        for (var cell : file.get("cells")) {
            var factors = cell.get("factors");
            if (factors.get(factor).stringValue().equals(value)
                    && factors.get(second).stringValue().equals(is)
                    && cell.get("measures").has(measure)) {
                all.computeIfAbsent(Double.parseDouble(factors.get(by).stringValue()), _ -> new ArrayList<>())
                        .add(cell.get("measures").get(measure).doubleValue());
            }
        }
        var means = new TreeMap<Double, Double>();
        all.forEach((key, values) -> means.put(
                key, values.stream().mapToDouble(number -> number).average().orElseThrow()));
        return means;
    }

    /** The dots of a drawing's first line, in the legend's place last. */
    private static List<double[]> dots(Diagram diagram, int count) {
        return CIRCLE.matcher(diagram.svg())
                .results()
                .limit(count)
                .map(found -> new double[] {Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2))})
                .toList();
    }

    @Test
    void finalLossesAreDrawnWhereTheFilePutsThem() {
        var means = means(file("norms"), "loss", "learning rate", "norms", "pre-norm", "warm-up", "yes");
        var diagram = panel(9, "loss");
        var dots = dots(diagram, means.size());
        var losses = List.copyOf(means.values());

        assertThat(losses).hasSizeGreaterThan(2);
        // Height is linear in loss: the first and the farthest point give the scale for the others.
        int far = 0;
        for (int i = 0; i < losses.size(); i++) {
            far = Math.abs(losses.get(i) - losses.getFirst()) > Math.abs(losses.get(far) - losses.getFirst()) ? i : far;
        }
        double scale = (dots.get(far)[1] - dots.getFirst()[1]) / (losses.get(far) - losses.getFirst());
        assertThat(scale).isNegative();
        for (int i = 0; i < losses.size(); i++) {
            double expected = dots.getFirst()[1] + scale * (losses.get(i) - losses.getFirst());
            assertThat(dots.get(i)[1]).isCloseTo(expected, within(0.1));
        }
        means.forEach((rate, loss) ->
                assertThat(diagram.description()).contains(String.format(Locale.ROOT, "%.2f", loss), " at " + rate));
    }

    @Test
    void everySeedOfAKindOfAttentionIsADot() {
        var diagram = panel(4, "tiny-models");
        int cells = file("attention").get("cells").size();
        var dots = dots(diagram, 100);
        assertThat(dots).hasSize(cells);

        var losses = new ArrayList<Double>();
        for (String kind : List.of("MHA", "GQA", "MQA", "MLA")) {
            for (var cell : file("attention").get("cells")) {
                if (cell.get("factors").get("attention").stringValue().equals(kind)) {
                    losses.add(cell.get("measures").get("loss").doubleValue());
                }
            }
        }
        for (int i = 0; i < cells; i++) {
            for (int j = 0; j < cells; j++) {
                if (losses.get(i) < losses.get(j) - 1e-3) {
                    assertThat(dots.get(i)[0]).isLessThan(dots.get(j)[0]);
                }
            }
        }
    }

    @Test
    void windowsStandBesideTheMemoryThatTheySave() {
        var cells = file("windows").get("cells");
        double full = 0;
        double few = 0;
        for (var cell : cells) {
            var factors = cell.get("factors");
            double bytes = cell.get("measures").get("kv_bytes").doubleValue();
            full = factors.get("layers").stringValue().equals("all global") ? bytes : full;
            few = factors.get("layers").stringValue().equals("5:1")
                            && factors.get("window").stringValue().equals("4")
                    ? bytes
                    : few;
        }
        // One layer of six keeps all 64 tokens, five keep 4.
        assertThat(few / full).isEqualTo((64 + 5 * 4) / (6 * 64.0));
        assertThat(Texts.of(Figures.numbered(13), "recall-4"))
                .contains("5:1, " + Math.round(100 * few / full) + " % of KV", "all global");
    }

    @Test
    void captionsSayWhatWasRunAndThatItIsTiny() {
        for (var figure : List.of("9 norms", "13 windows", "4 attention", "6 experts")) {
            var words = figure.split(" ");
            var file = file(words[1]);
            assertThat(Figures.numbered(Integer.parseInt(words[0])).caption())
                    .contains("tiny models", " parameters", " tokens", "seed")
                    .contains(file.get("cells").size() + " of "
                            + file.get("planned_cells").intValue() + " training runs");
        }
    }
}
