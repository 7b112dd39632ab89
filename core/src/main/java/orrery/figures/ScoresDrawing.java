package orrery.figures;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import orrery.draw.Diagram;
import orrery.draw.Svg;
import orrery.draw.TextWidth;
import orrery.draw.chart.Axis;
import orrery.draw.chart.Unit;

/** Published scores against the published compute of training. */
final class ScoresDrawing {
    private static final int WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double LEFT = 56;
    private static final double TOP = 84;
    private static final double HEIGHT = 330;
    private static final double PLOT = WIDTH - LEFT - 110;
    private static final double RADIUS = 5;
    private static final Axis COMPUTE = new Axis("training FLOPs", Unit.PLAIN, true, 8e22, 2e24);
    private static final Axis SCORE = new Axis("average of ten tasks", Unit.PLAIN, false, 48, 74);

    private final Svg svg = new Svg();

    private ScoresDrawing() {}

    static Diagram draw() {
        return new ScoresDrawing().diagram();
    }

    private Diagram diagram() {
        svg.text(MARGIN, 28, "large", "Scores against training compute, as published");
        svg.text(MARGIN, 47, "muted", "Published: " + PublishedScores.SOURCE + ".");
        svg.text(MARGIN, 68, "small muted", "average score of ten tasks");
        for (double score = 50; score <= 70; score += 5) {
            double y = y(score);
            svg.line(LEFT, y, LEFT + PLOT, y, "frame thin");
            svg.text(LEFT - 8, y + 4, "small muted end", Integer.toString((int) score));
        }
        for (double flops : List.of(1e23, 2e23, 5e23, 1e24, 2e24)) {
            double x = x(flops);
            svg.line(x, TOP, x, TOP + HEIGHT, "frame thin");
            svg.text(x, TOP + HEIGHT + 17, "small muted middle", PublishedScores.exponent(flops));
        }
        svg.text(LEFT + PLOT / 2, TOP + HEIGHT + 36, "small muted middle", "training FLOPs");
        PublishedScores.ALL.stream().filter(one -> one.flops().isPresent()).forEach(this::point);
        var lines = TextWidth.wrap(note(), 11, WIDTH - 2 * MARGIN);
        double end = svg.lines(MARGIN, TOP + HEIGHT + 62, 16, "small muted", lines);
        String told = PublishedScores.ALL.stream()
                .sorted(Comparator.comparingDouble(PublishedScores::average))
                .map(one -> one.model() + " " + one.average() + " ("
                        + (one.flops().isPresent()
                                ? PublishedScores.exponent(one.flops().getAsDouble()) + " FLOPs"
                                : "compute not published")
                        + ")")
                .collect(Collectors.joining(", "));
        return svg.diagram(
                "Scores against training compute, as published",
                "One dot per model over a logarithmic axis of training FLOPs. " + told + ".",
                WIDTH,
                (int) Math.ceil(end));
    }

    private static String note() {
        return "All numbers are published, none is computed here. The card gives no compute for "
                + PublishedScores.ALL.stream()
                        .filter(one -> one.flops().isEmpty())
                        .map(one -> one.model() + " (" + one.average() + ")")
                        .collect(Collectors.joining(" and "))
                + ". Filled: OLMo 2; the others as measured by its makers.";
    }

    private void point(PublishedScores one) {
        double x = x(one.flops().orElseThrow());
        double y = y(one.average());
        boolean own = one.model().startsWith("OLMo 2");
        svg.circle(x, y, RADIUS, own ? "attention-ink" : "attention");
        // Two models lie side by side: the left one has its name to the left.
        boolean left = one.model().equals("Gemma 2 9B");
        svg.text(x + (left ? -9 : 9), y + 4, (left ? "end " : "") + (own ? "strong" : ""), one.model());
    }

    private static double x(double flops) {
        return LEFT + COMPUTE.place(flops) * PLOT;
    }

    private static double y(double score) {
        return TOP + (1 - SCORE.place(score)) * HEIGHT;
    }
}
