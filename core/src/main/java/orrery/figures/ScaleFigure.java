package orrery.figures;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import orrery.draw.Diagram;
import orrery.draw.Svg;
import orrery.draw.TextWidth;
import orrery.draw.chart.Axis;
import orrery.draw.chart.Unit;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;

/** Published scores against training compute; then parameters and what training on a token costs: figure 7. */
final class ScaleFigure {
    static final int CONTEXT = 4096;

    private static final List<String> MODELS = Models.names("""
            gpt2 gpt2-xl llama-3.2-1b gemma-3-4b gemma-3n-e4b mistral-7b-v0.1 olmo-2-7b llama-3.1-8b deepseek-v2-lite
            mistral-small-3.1-24b gemma-3-27b qwen3-30b-a3b qwen3-32b llama-3.1-70b llama-4-scout qwen3-235b-a22b
            deepseek-v2 llama-4-maverick llama-3.1-405b deepseek-v3""");

    private static final int WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double TOP = 112;
    private static final double ROW = 24;
    private static final double LEFT = 164;
    private static final double PLOT = 190;
    private static final double VALUES = 92;
    private static final double SECOND = LEFT + PLOT + VALUES + 16;
    private static final double RADIUS = 4.5;

    private final Svg svg = new Svg();
    private final List<Row> rows;
    private final double bottom;

    /** A model's numbers. */
    record Row(String name, long total, long active, TrainingCost training) {
        static Row of(ArchitectureSpec spec) {
            return new Row(spec.name(), spec.parameters(), spec.activeParameters(), TrainingCost.of(spec, CONTEXT));
        }
    }

    private ScaleFigure(List<Row> rows) {
        this.rows = rows;
        bottom = TOP + rows.size() * ROW;
    }

    static Figure figure() {
        var rows = MODELS.stream()
                .map(name -> Row.of(Models.named(name)))
                .sorted(Comparator.comparingLong(Row::total))
                .toList();
        var largest = rows.getLast();
        var dense = rows.stream()
                .filter(row -> row.total() == row.active())
                .max(Comparator.comparingLong(Row::total))
                .orElseThrow();
        var olmo = ComputeDrawing.rows().stream()
                .filter(row -> row.name().equals("olmo-2-7b"))
                .findFirst()
                .orElseThrow();
        return new Figure(
                FigureHeading.of(7),
                "First, average scores on ten tasks against training compute, both as the model cards of OLMo 2 print"
                        + " them: nothing of this is computed here. Then, separately, 6 × active parameters × tokens"
                        + " for every release that publishes its training tokens; for OLMo 2 7B that is "
                        + PublishedScores.exponent(olmo.flops()) + ", where the card prints "
                        + PublishedScores.exponent(olmo.printed().orElseThrow())
                        + ". Last, computed from the architectures, the cost per token. Mixtures of experts decouple"
                        + " parameters from cost: "
                        + largest.name() + " has " + Numbers.rounded(largest.total())
                        + " parameters, more than " + dense.name() + "’s " + Numbers.rounded(dense.total())
                        + ", and costs " + Unit.FLOP.text(largest.training().flops()) + " per token to train where "
                        + dense.name() + " costs "
                        + Unit.FLOP.text(dense.training().flops())
                        + ": three times the forward pass, counted product by product in sequences of "
                        + Numbers.exact(CONTEXT) + " tokens (of as many as the model attends over, if fewer).",
                List.of(
                        new Figure.Panel("published", ScoresDrawing.draw()),
                        new Figure.Panel("arithmetic", ComputeDrawing.draw()),
                        new Figure.Panel("per-token", new ScaleFigure(rows).draw())));
    }

    private Diagram draw() {
        svg.text(MARGIN, 28, "large", "Parameters and training FLOPs per token");
        legend();
        rules();
        var parameters = new Axis("parameters", Unit.COUNT, true, 1e8, 1e12);
        var training = new Axis("training FLOPs per token", Unit.FLOP, true, 5e8, 5e12);
        axis(parameters, LEFT, List.of(1e8, 1e9, 1e10, 1e11, 1e12));
        svg.text(LEFT + PLOT + VALUES, TOP - 13, "small muted end", "all / active");
        svg.text(WIDTH - MARGIN, TOP - 13, "small muted end", "counted");
        axis(training, SECOND, List.of(1e9, 1e10, 1e11, 1e12));
        for (int i = 0; i < rows.size(); i++) {
            row(rows.get(i), TOP + i * ROW + ROW / 2, parameters, training);
        }
        String told = rows.stream()
                .map(row -> row.name() + ": " + parameters(row) + ", "
                        + Unit.FLOP.text(row.training().flops()) + " per token, by the rule "
                        + Unit.FLOP.text(row.training().rule()))
                .collect(Collectors.joining("; "));
        return svg.diagram(
                "Parameters and training FLOPs per token across models",
                "A dot plot with two logarithmic axes, one row per model. " + told + ".",
                WIDTH,
                (int) Math.ceil(notes(bottom + 48)));
    }

    private void legend() {
        double y = 50;
        svg.circle(MARGIN + 6, y - 4, RADIUS, "experts");
        svg.text(MARGIN + 18, y, "", "all parameters");
        svg.circle(MARGIN + 126, y - 4, RADIUS, "experts-ink");
        svg.text(MARGIN + 138, y, "", "active per token");
        ComputeDrawing.diamond(svg, MARGIN + 268, y - 4, RADIUS, "attention");
        svg.text(MARGIN + 280, y, "", "training, 3 × forward, counted");
        tick(MARGIN + 496, y - 4);
        svg.text(MARGIN + 506, y, "", "rule of thumb, 6 × active parameters");
    }

    private void rules() {
        for (int i = 0; i <= rows.size(); i++) {
            svg.line(MARGIN, TOP + i * ROW, WIDTH - MARGIN, TOP + i * ROW, "frame thin");
        }
    }

    private void axis(Axis axis, double left, List<Double> ticks) {
        svg.text(left, TOP - 34, "heading", axis.label());
        for (double number : ticks) {
            double x = left + axis.place(number) * PLOT;
            svg.line(x, TOP - 8, x, bottom + 4, "frame");
            svg.text(x, TOP - 13, "small muted middle", axis.unit().text(number).replace("FLOP", ""));
        }
    }

    private void row(Row row, double y, Axis parameters, Axis training) {
        svg.text(LEFT - 16, y + 4, "end", row.name());
        double all = LEFT + parameters.place(row.total()) * PLOT;
        double active = LEFT + parameters.place(row.active()) * PLOT;
        if (all - active > 2 * RADIUS) {
            svg.line(active + RADIUS, y, all - RADIUS, y, "experts-line");
        }
        svg.circle(all, y, RADIUS, "experts");
        svg.circle(active, y, RADIUS - 1.5, "experts-ink");
        svg.text(LEFT + PLOT + VALUES, y + 4, "end", parameters(row));
        double cost = row.training().flops();
        ComputeDrawing.diamond(svg, SECOND + training.place(cost) * PLOT, y, RADIUS, "attention");
        tick(SECOND + training.place(row.training().rule()) * PLOT, y);
        svg.text(WIDTH - MARGIN, y + 4, "end", Unit.FLOP.text(cost));
    }

    private void tick(double x, double y) {
        svg.line(x, y - 8, x, y + 8, "difference-line thick");
    }

    private static String parameters(Row row) {
        return Numbers.rounded(row.total())
                + (row.active() == row.total() ? "" : " / " + Numbers.rounded(row.active()));
    }

    private double notes(double from) {
        var shorter =
                rows.stream().filter(row -> row.training().context() < CONTEXT).toList();
        String names = shorter.stream().map(Row::name).collect(Collectors.joining(", "));
        int least =
                shorter.stream().mapToInt(row -> row.training().context()).min().orElse(CONTEXT);
        String attended = " (" + names + ": " + Numbers.exact(least) + ", the longest that they attend over)";
        String note = "Computed, in sequences of " + Numbers.exact(CONTEXT) + " tokens"
                + (shorter.isEmpty() ? "" : attended)
                + ". The rule counts every active parameter as multiplied, even embedding tables, and leaves attention"
                + " out: it overestimates small models with large vocabularies, and underestimates long"
                + " contexts.";
        return svg.lines(MARGIN, from - 20, 16, "small muted", TextWidth.wrap(note, 11, WIDTH - 2 * MARGIN));
    }
}
