package orrery.draw;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import orrery.report.FastMemory;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.LayerSpec;

/**
 * A smaller model within a nested one (MatFormer, arXiv:2310.07707): which layers it keeps, and how much of each
 * feed-forward.
 */
public final class NestedSlices {
    private static final double CHART = 250;
    private static final double AXIS_ROOM = 58;

    private NestedSlices() {}

    /**
     * Draws both models, the smaller one as the filled part of the larger.
     *
     * @param part the smaller model
     * @param kept for each of its layers the index of that layer in {@code whole}
     * @throws DrawException if {@code part} cannot lie within {@code whole} in that way
     */
    public static Diagram of(ArchitectureSpec whole, ArchitectureSpec part, List<Integer> kept) {
        if (kept.size() != part.layers().size()) {
            throw new DrawException(part.name() + " has " + part.layers().size() + " layers, but " + kept.size()
                    + " of " + whole.name() + " are kept");
        }
        var sheet = new Sheet(
                "A smaller model nested in a larger one",
                "One bar per layer, as high as its feed-forward is wide. Filled: what " + part.name()
                        + " keeps. Dashed: what it leaves out, of a layer or a whole layer.");
        var svg = sheet.svg;
        double top = sheet.panel(CHART + 170, whole.name() + " and " + part.name(), "the same tensors, read in part");
        double left = Sheet.MARGIN + Sheet.INSIDE + AXIS_ROOM;
        double room = Sheet.WIDTH - Sheet.MARGIN - Sheet.INSIDE - left;
        int widest = whole.layers().stream().mapToInt(NestedSlices::width).max().orElseThrow();
        double base = top + CHART + 8;
        double pitch = room / whole.layers().size();
        for (int i = 0; i < whole.layers().size(); i++) {
            double x = left + i * pitch;
            int full = width(whole.layers().get(i));
            double height = CHART * full / widest;
            int at = kept.indexOf(i);
            svg.rectangle(x, base - height, pitch * 0.8, height, 2, "feed-forward-line dashed");
            if (at >= 0) {
                int width = width(part.layers().get(at));
                if (width > full) {
                    throw new DrawException(part.name() + " has a feed-forward of " + width + " in layer " + i
                            + ", where " + whole.name() + " has " + full);
                }
                double filled = CHART * width / widest;
                svg.rectangle(x, base - filled, pitch * 0.8, filled, 2, "feed-forward");
            }
        }
        ticks(svg, left, base, part, widest);
        svg.text(left, base + 16, "muted small", "layer 0");
        String last = "layer " + (whole.layers().size() - 1);
        svg.text(left + room, base + 16, "muted small end", last);
        var dropped = IntStream.range(0, whole.layers().size())
                .filter(i -> !kept.contains(i))
                .boxed()
                .toList();
        if (!dropped.isEmpty()) {
            double x = left + (dropped.getFirst() + dropped.getLast() + 1) / 2.0 * pitch;
            svg.text(x, base + 16, "muted small middle", Numbers.count(dropped.size(), "layer") + " left out");
        }
        numbers(svg, left, base + 36, room, whole, part);
        return sheet.diagram(
                "Nested slices: " + part.name() + " within " + whole.name(),
                part.name() + " keeps " + kept.size() + " of " + whole.layers().size() + " layers of " + whole.name()
                        + " and has " + Numbers.exact(part.parameters()) + " of " + Numbers.exact(whole.parameters())
                        + " parameters.");
    }

    private static int width(LayerSpec layer) {
        return switch (layer.mlp()) {
            case FeedForward dense -> dense.intermediateSize();
            case Experts _ -> throw new DrawException("a layer without a dense feed-forward has no nested widths");
        };
    }

    private static void ticks(Svg svg, double left, double base, ArchitectureSpec part, int widest) {
        var widths = new TreeSet<Integer>();
        widths.add(widest);
        part.layers().forEach(layer -> widths.add(width(layer)));
        // Two at most: more would lie over each other.
        for (int width : widths.size() > 2 ? List.of(widths.getFirst(), widest) : List.copyOf(widths)) {
            double y = base - CHART * width / widest;
            svg.line(left - 6, y, left - 2, y, "frame");
            svg.text(left - 10, y + 4, "muted small end", Numbers.exact(width));
        }
        svg.text(left - 10, base, "muted small end", "0");
    }

    private static void numbers(
            Svg svg, double left, double y, double room, ArchitectureSpec whole, ArchitectureSpec part) {
        double width = (room - 16) / 2;
        var painter = new BoxPainter(svg);
        painter.paint(box(whole, "all of it"), Slot.LABEL, left, y, width, 82, Marks.NONE);
        painter.paint(box(part, "the filled part"), Slot.LABEL, left + width + 16, y, width, 82, Marks.NONE);
    }

    private static Box box(ArchitectureSpec spec, String what) {
        var memory = FastMemory.of(spec)
                .map(one -> Numbers.rounded(one.effective()) + " without both embedding tables")
                .orElse("all in fast memory");
        return Box.of(
                Role.FEED_FORWARD,
                spec.name(),
                Numbers.rounded(spec.parameters()),
                new Box.Line("what", what + ": " + Numbers.count(spec.layers().size(), "layer")),
                new Box.Line("parameters", Numbers.exact(spec.parameters()) + " parameters"),
                new Box.Line("effective", memory));
    }
}
