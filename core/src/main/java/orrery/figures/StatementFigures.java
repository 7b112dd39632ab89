package orrery.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import orrery.ablation.Ablation;
import orrery.draw.Diagram;
import orrery.draw.Svg;
import orrery.draw.TextWidth;

/**
 * What reports say about training runs whose curves are not published as tables, and what the lab's own runs of tiny
 * models show: figures 9 and 13. A report's curve drawn by eye would be a forgery, so none is drawn.
 */
final class StatementFigures {
    private static final int WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double INSIDE = 18;
    private static final double LINE = 18;
    private static final String NO_CURVE =
            "The report’s own curves are not drawn: it shows its runs only as plots, without tables of values.";

    private StatementFigures() {}

    /**
     * Something that a report says.
     *
     * @param what in a sentence or two of our own
     * @param source the report
     */
    record Statement(String what, String source) {}

    static Figure stability() {
        return figure(
                FigureHeading.of(9),
                List.of(
                        new Statement(
                                "Norms come after attention and after the feed-forward, within the residual branch,"
                                        + " where the previous model had them before.",
                                "arXiv:2501.00656, on the architecture; the order is that of arXiv:2111.09883"),
                        new Statement(
                                "Queries and keys are normalised before the scores are computed (QK-norm), so that the"
                                        + " scores cannot grow without bound.",
                                "arXiv:2501.00656; QK-norm is that of arXiv:2302.05442"),
                        new Statement(
                                "With both changes the gradient norm spikes less often, and training is more stable"
                                        + " than with pre-norm.",
                                "arXiv:2501.00656, on the stability of pretraining")),
                "norms",
                NormRuns::of);
    }

    static Figure windows() {
        return figure(
                FigureHeading.of(13),
                List.of(
                        new Statement(
                                "Each full-attention layer follows five layers with a sliding window of 1,024 tokens,"
                                        + " where Gemma 2 has one with a window of 4,096.",
                                "arXiv:2503.19786, on the architecture"),
                        new Statement(
                                "In ablation runs, perplexity hardly changes with the share of full-attention layers,"
                                        + " even at seven sliding-window layers to one.",
                                "arXiv:2503.19786, ablations of local and global attention"),
                        new Statement(
                                "A much smaller window hardly changes it, either; both shrink the KV cache.",
                                "arXiv:2503.19786, ablations of the window’s size and of KV memory")),
                "windows",
                WindowRuns::of);
    }

    private static Figure figure(
            FigureHeading heading,
            List<Statement> statements,
            String experiment,
            Function<Ablation, List<Figure.Panel>> runs) {
        var statementPanel = new Figure.Panel("statements", draw(heading.title(), statements));
        var panels = new ArrayList<>(List.of(statementPanel));
        var measured = Ablation.included(experiment);
        measured.ifPresent(ablation -> panels.addAll(runs.apply(ablation)));
        return new Figure(
                heading,
                "Published, in our words: the statements. " + NO_CURVE
                        + measured.map(StatementFigures::told).orElse(""),
                panels);
    }

    /** What runs show, each sentence with a space before it. */
    static String told(Ablation ablation) {
        return " " + ablation.ran() + " " + String.join(" ", ablation.findings());
    }

    private static Diagram draw(String title, List<Statement> statements) {
        var svg = new Svg();
        svg.text(MARGIN, 28, "large", title);
        svg.text(MARGIN, 47, "muted", "As stated by the report, in our words.");
        double y = 62;
        double width = WIDTH - 2 * MARGIN;
        for (int i = 0; i < statements.size(); i++) {
            var statement = statements.get(i);
            var lines = TextWidth.wrap(statement.what(), 13, width - 2 * INSIDE - 24);
            double height = lines.size() * LINE + 40;
            svg.rectangle(MARGIN, y, width, height, 10, "panel");
            svg.text(MARGIN + INSIDE, y + 26, "large", Integer.toString(i + 1));
            double at = svg.lines(MARGIN + INSIDE + 24, y + 26, LINE, "", lines);
            svg.text(MARGIN + INSIDE + 24, at, "small muted", statement.source());
            y += height + 10;
        }
        y += 14;
        svg.text(MARGIN, y, "strong", NO_CURVE);
        String told = statements.stream()
                .map(statement -> statement.what() + " (" + statement.source() + ")")
                .collect(Collectors.joining(" "));
        return svg.diagram(title, told + " " + NO_CURVE, WIDTH, (int) Math.ceil(y + 16));
    }
}
