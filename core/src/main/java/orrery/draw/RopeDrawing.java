package orrery.draw;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Position;
import orrery.spec.RopeScaling;

/**
 * Rotary embeddings (arXiv:2104.09864): how many tokens each pair of elements takes for a whole turn, as it was trained
 * and, beside it, as it is stretched for longer contexts. Logarithmic, with the model's context as a line.
 */
public final class RopeDrawing {
    private static final double CHART = 220;
    private static final double AXIS_ROOM = 72;
    private static final double DECADE_TEXT = 4;

    private RopeDrawing() {}

    /**
     * Draws every kind of RoPE that the models have, one below the other.
     *
     * @throws DrawException if none of them has any
     */
    public static Diagram of(List<ArchitectureSpec> specs) {
        var sheet = new Sheet(
                "How fast each RoPE pair rotates",
                "Each pair of dimensions of a query or key is rotated by its position. A dot: the number of tokens for"
                        + " one full rotation; before RoPE scaling, 2π × rope_theta^(i / n) for pair i of n. The larger"
                        + " rope_theta (the base frequency), the slower the last pairs, and the farther apart positions"
                        + " can be told. Pairs above the context’s line never complete a rotation.");
        var told = new ArrayList<String>();
        for (var spec : specs) {
            var ropes = new LinkedHashSet<Position.Rope>();
            spec.layers().forEach(layer -> layer.attention().position().rope().ifPresent(ropes::add));
            for (var rope : ropes) {
                long layers = spec.layers().stream()
                        .filter(layer -> layer.attention().position().equals(rope))
                        .count();
                panel(sheet, spec, rope, layers);
                told.add(spec.name() + ": RoPE with rope_theta " + Numbers.plain(rope.theta()) + " over "
                        + rope.dimensions() / 2 + " pairs in " + Numbers.count(layers, "layer") + ".");
            }
        }
        if (told.isEmpty()) {
            throw new DrawException("none of the models uses RoPE");
        }
        return sheet.diagram("RoPE", specs, told);
    }

    private static void panel(Sheet sheet, ArchitectureSpec spec, Position.Rope rope, long layers) {
        var svg = sheet.svg;
        double top = sheet.panel(
                CHART + 100,
                spec.name() + ": rope_theta " + Numbers.plain(rope.theta()) + ", " + rope.dimensions() / 2 + " pairs",
                Numbers.count(layers, "layer"));
        double left = Sheet.MARGIN + Sheet.INSIDE + AXIS_ROOM;
        double room = Sheet.WIDTH - Sheet.MARGIN - Sheet.INSIDE - left;
        double base = top + CHART + 10;
        float[] plain = RopeScaling.NONE.frequencies(rope.theta(), rope.dimensions());
        float[] used = rope.frequencies();
        double longest = 2 * Math.PI / Math.min(plain[plain.length - 1], used[used.length - 1]);
        int decades = (int) Math.ceil(Math.log10(Math.max(longest, spec.maxPositions())));
        for (int decade = 0; decade <= decades; decade++) {
            double y = base - CHART * decade / decades;
            svg.line(left, y, left + room, y, "frame");
            svg.text(left - 8, y + DECADE_TEXT, "muted small end", Numbers.exact(Math.round(Math.pow(10, decade))));
        }
        double context = base - CHART * Math.log10(spec.maxPositions()) / decades;
        svg.line(left, context, left + room, context, "attention-line dashed");
        double pitch = room / plain.length;
        for (int i = 0; i < plain.length; i++) {
            double x = left + (i + 0.5) * pitch;
            double before = base - CHART * Math.log10(2 * Math.PI / plain[i]) / decades;
            double after = base - CHART * Math.log10(2 * Math.PI / used[i]) / decades;
            if (before - after > 0.5) {
                svg.circle(x, before, 2.4, "norm-line");
            }
            svg.circle(x, after, 2.8, "attention-ink");
        }
        svg.text(left, base + 17, "muted small", "pair 0");
        svg.text(left + room, base + 17, "muted small end", "pair " + (plain.length - 1));
        String scaling = Words.briefly(rope.scaling());
        String stretched =
                scaling.isEmpty() ? "No RoPE scaling." : "RoPE scaling: " + scaling + "; open circles: before scaling.";
        String tokens = Numbers.count(spec.maxPositions(), "token");
        svg.text(left, base + 38, "", "Dashed: the context of " + tokens + ". " + stretched);
    }
}
