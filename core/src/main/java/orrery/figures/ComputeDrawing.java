package orrery.figures;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.draw.Diagram;
import orrery.draw.Svg;
import orrery.draw.TextWidth;
import orrery.draw.chart.Axis;
import orrery.draw.chart.Unit;
import orrery.report.Numbers;

/** Training compute by the rule of thumb, for releases whose training tokens are published. */
final class ComputeDrawing {
    private static final int WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double TOP = 100;
    private static final double ROW = 20;
    private static final double NAMES = 160;
    private static final double FACTORS = 330;
    private static final double LEFT = 352;
    private static final double PLOT = 330;
    private static final double RADIUS = 4.5;
    private static final Axis COMPUTE = new Axis("training FLOPs", Unit.PLAIN, true, 5e21, 8e25);

    private final Svg svg = new Svg();
    private final List<Row> rows = rows();

    /**
     * A release.
     *
     * @param tokens as published
     * @param flops 6 × active parameters × tokens
     * @param printed what OLMo 2's card says
     */
    record Row(String name, long active, String tokens, double flops, OptionalDouble printed) {
        static Row of(Release release) {
            var training = release.announced().training().orElseThrow();
            long active = release.spec().activeParameters();
            double flops = 6.0 * active * training.tokens();
            var printed = PublishedScores.flopsOf(release.name());
            return new Row(release.name(), active, training.text(), flops, printed);
        }

        String told() {
            String computed = name + " " + PublishedScores.exponent(flops);
            return printed.isPresent()
                    ? computed + ", printed " + PublishedScores.exponent(printed.getAsDouble())
                    : computed;
        }
    }

    static List<Row> rows() {
        return Catalog.releases().stream()
                .filter(release -> release.announced().training().isPresent())
                .map(Row::of)
                .sorted(Comparator.comparingDouble(Row::flops))
                .toList();
    }

    static Diagram draw() {
        return new ComputeDrawing().diagram();
    }

    private Diagram diagram() {
        double bottom = TOP + rows.size() * ROW;
        svg.text(MARGIN, 28, "large", "Training compute by arithmetic");
        diamond(svg, MARGIN + 6, 46, RADIUS + 1, "experts-line thick");
        svg.text(MARGIN + 18, 50, "", "6 × active parameters × published tokens, computed here");
        svg.circle(MARGIN + 400, 46, RADIUS, "attention-ink");
        svg.text(MARGIN + 412, 50, "", "as OLMo 2’s model cards print it");
        svg.text(NAMES, TOP - 12, "small muted end", "release");
        svg.text(FACTORS, TOP - 12, "small muted end", "active × tokens");
        svg.text(WIDTH - MARGIN, TOP - 12, "small muted end", "arithmetic");
        for (double flops : List.of(1e22, 1e23, 1e24, 1e25)) {
            double x = x(flops);
            svg.line(x, TOP - 6, x, bottom, "frame thin");
            String power = PublishedScores.exponent(flops).replace(".0", "");
            svg.text(x, TOP - 12, "small muted middle", power);
        }
        for (int i = 0; i < rows.size(); i++) {
            row(rows.get(i), TOP + i * ROW);
        }
        svg.line(MARGIN, bottom, WIDTH - MARGIN, bottom, "frame thin");
        String note =
                "Token counts are from each release’s model card or report; where it says over, up to or about, so"
                        + " does the product. The rule (arXiv:2001.08361) leaves attention out and counts embedding"
                        + " tables as multiplied. Releases without a filled mark are not in the cards’ table, so they"
                        + " have no comparable score.";
        var lines = TextWidth.wrap(note, 11, WIDTH - 2 * MARGIN);
        double end = svg.lines(MARGIN, bottom + 22, 16, "small muted", lines);
        String told = rows.stream().map(Row::told).collect(Collectors.joining("; "));
        return svg.diagram(
                "Training compute by arithmetic",
                "One row per release: 6 times active parameters times published tokens. " + told + ".",
                WIDTH,
                (int) Math.ceil(end));
    }

    private void row(Row row, double top) {
        double y = top + ROW / 2;
        svg.line(MARGIN, top, WIDTH - MARGIN, top, "frame thin");
        svg.text(NAMES, y + 4, "end", row.name());
        svg.text(FACTORS, y + 4, "small muted end", Numbers.rounded(row.active()) + " × " + row.tokens());
        row.printed().ifPresent(flops -> svg.circle(x(flops), y, RADIUS - 1, "attention-ink"));
        diamond(svg, x(row.flops()), y, RADIUS + 1, "experts-line thick");
        svg.text(WIDTH - MARGIN, y + 4, "end", PublishedScores.exponent(row.flops()));
    }

    static void diamond(Svg svg, double x, double y, double r, String style) {
        svg.path(style, "M", x, y - r, "L", x + r, y, "L", x, y + r, "L", x - r, y, "Z");
    }

    private static double x(double flops) {
        return LEFT + COMPUTE.place(flops) * PLOT;
    }
}
