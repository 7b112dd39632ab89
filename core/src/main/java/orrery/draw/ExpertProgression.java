package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;

/**
 * From few large experts to many small ones, one of which every token takes (DeepSeekMoE, arXiv:2401.06066, figure 2):
 * three panels with the same area of experts, and the same area of those that a token takes; below, what releases have.
 */
public final class ExpertProgression {
    /** As the paper's experiments have it (section 4.1.3). */
    private static final int EXPERTS = 16;

    private static final int ACTIVE = 2;
    private static final int PARTS = 4;

    private static final double SQUARE = 208;
    private static final double SHARE = 0.9;
    private static final double BETWEEN = 12;
    private static final double PANEL = (Sheet.WIDTH - 2 * Sheet.MARGIN - 2 * BETWEEN) / 3;
    private static final double HEIGHT = 348;
    private static final double PITCH = 9;
    private static final int TILE_COLUMNS = 32;

    private final Sheet sheet;
    private final Svg svg;

    private ExpertProgression(Sheet sheet) {
        this.sheet = sheet;
        svg = sheet.svg;
    }

    /** Draws the progression, and below it the experts of one layer of each model. */
    public static Diagram of(List<ArchitectureSpec> releases) {
        var sheet = new Sheet(
                "From few large experts to many small ones",
                "One square per expert, its area proportional to its parameters. All three panels have the same total"
                        + " area, and the same active area per token: filled for the experts that the router chose,"
                        + " green for the shared expert.");
        var drawing = new ExpertProgression(sheet);
        int many = EXPERTS * PARTS;
        int taken = ACTIVE * PARTS;
        drawing.panel(0, "Conventional", EXPERTS, ACTIVE, false, "as wide as a dense feed-forward");
        drawing.panel(1, "Fine-grained", many, taken, false, "1/" + PARTS + " as wide");
        drawing.panel(2, "One of them shared", many, taken, true, "1/" + PARTS + " as wide");
        sheet.skip(HEIGHT + Sheet.MARGIN);
        drawing.releases(releases);
        return sheet.diagram(
                "Progression of mixtures of experts",
                "Top-" + ACTIVE + " of " + EXPERTS + " experts; top-" + taken + " of " + many + " experts " + PARTS
                        + " times as small; top-" + (taken - 1) + " of " + (many - 1)
                        + " such and one shared.");
    }

    private void panel(int number, String heading, int count, int active, boolean shared, String width) {
        double left = Sheet.MARGIN + number * (PANEL + BETWEEN);
        double x = left + (PANEL - SQUARE) / 2;
        double y = sheet.y();
        svg.rectangle(left, y, PANEL, HEIGHT, 10, "panel");
        svg.text(left + Sheet.INSIDE, y + 22, "heading", heading);
        int routed = shared ? count - 1 : count;
        int chosen = shared ? active - 1 : active;
        String choice = "top-" + chosen + " of " + routed + (shared ? " and 1 shared" : "");
        svg.text(left + Sheet.INSIDE, y + 40, "muted", choice);
        int columns = (int) Math.round(Math.sqrt(count));
        double pitch = SQUARE / columns;
        var filled = ExpertTiles.chosen(routed, chosen);
        for (int i = 0; i < count; i++) {
            boolean isShared = shared && i == 0;
            String style = isShared ? "feed-forward-ink" : filled.contains(shared ? i - 1 : i) ? "experts-ink" : "tile";
            svg.rectangle(
                    x + i % columns * pitch, y + 54 + i / columns * pitch, SHARE * pitch, SHARE * pitch, 2, style);
        }
        String share = Numbers.plain(100.0 * active / count) + " %";
        var lines = List.of(
                "each " + width,
                "active per token: " + active + " of " + count + ": " + share,
                Numbers.exact(choices(routed, chosen)) + " choices of the router");
        svg.lines(left + Sheet.INSIDE, y + 54 + SQUARE + 20, Grid.LINE + 3, "", lines);
    }

    /** The number of ways to choose that many. */
    static long choices(int count, int chosen) {
        long ways = 1;
        for (int i = 1; i <= chosen; i++) {
            ways = ways * (count - chosen + i) / i;
        }
        return ways;
    }

    private void releases(List<ArchitectureSpec> specs) {
        var rows = new ArrayList<Runnable>();
        double height = 0;
        double from = sheet.y() + 36;
        for (var spec : specs) {
            var op = spec.layers().stream()
                    .flatMap(layer -> layer.mlp().experts().stream())
                    .findFirst()
                    .orElseThrow(() -> new DrawException(spec.name() + " has no experts"));
            double y = from + height;
            rows.add(() -> release(spec, op, y));
            height += Math.max(ExpertTiles.height(op.count(), PITCH, TILE_COLUMNS), 3 * Grid.LINE) + 14;
        }
        sheet.panel(
                36 + height, "One layer of released models", "one tile per routed expert; areas are not to scale here");
        rows.forEach(Runnable::run);
    }

    private void release(ArchitectureSpec spec, Experts op, double y) {
        svg.text(sheet.inside(), y + 10, "strong", spec.name());
        double tiles = sheet.inside() + 156;
        ExpertTiles.paint(svg, op.count(), ExpertTiles.chosen(op), tiles, y + 1, PITCH, TILE_COLUMNS);
        double text = tiles + TILE_COLUMNS * PITCH + 14;
        String each = wide(op.expert().intermediateSize()) + " each";
        String shared = op.shared()
                .map(one -> op.sharedExperts() > 1
                        ? "and " + op.sharedExperts() + " shared, " + each
                        : "and one shared, " + wide(one.intermediateSize()))
                .orElse("none shared");
        svg.text(text, y + 10, "", op.active() + " of " + op.count() + " routed, " + each);
        svg.text(text, y + 10 + Grid.LINE, "", shared);
        svg.text(text, y + 10 + 2 * Grid.LINE, "muted", Phrase.count(op.weights(spec.hiddenSize())));
    }

    private static String wide(int size) {
        return Numbers.exact(size) + " wide";
    }
}
