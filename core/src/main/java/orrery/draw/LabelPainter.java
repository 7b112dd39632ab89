package orrery.draw;

import java.util.List;
import orrery.report.Numbers;

/** Draws what stands above a column and in the upper edge of its panels. */
final class LabelPainter {
    private static final double NAME_SIZE = 12;
    private static final double TIMES_SIZE = 15;
    private static final double TITLE_SIZE = 20;
    private static final double INSIDE = 12;

    private final Svg svg;

    LabelPainter(Svg svg) {
        this.svg = svg;
    }

    private static String times(DrawnBlock block) {
        return Numbers.exact(block.layers()) + " ×";
    }

    private static double nameFrom(DrawnBlock block) {
        return INSIDE + TextWidth.strong(times(block), TIMES_SIZE) + 8;
    }

    /** A panel's name in lines that end before the flow. */
    private static List<String> lines(DrawnBlock block, Grid grid) {
        return TextWidth.wrap(block.name(), NAME_SIZE, grid.axis() - 14 - grid.panel() - nameFrom(block));
    }

    private static List<String> weightLines(DrawnBlock block) {
        var counts = block.each().split(", ");
        String all = counts[0] + (block.layers() == 1 ? "" : " each");
        return counts.length == 1 ? List.of(all) : List.of(all, counts[1]);
    }

    /** How many lines of text stand in a panel's upper edge. */
    static int height(DrawnBlock block, Grid grid) {
        return Math.max(lines(block, grid).size(), weightLines(block).size());
    }

    /** The upper edge of a panel that begins at {@code x}: how many layers, what differs, and what one weighs. */
    void label(DrawnBlock block, Grid grid, double x, double y) {
        svg.text(x + INSIDE, y + 19, "large", times(block));
        svg.lines(x + nameFrom(block), y + 18, Grid.LINE, "", lines(block, grid));
        double end = x + grid.panelEnd() - grid.panel() - INSIDE;
        svg.lines(end, y + 18, Grid.LINE, "muted small end", weightLines(block));
    }

    /** The sign of a difference. */
    static void mark(Svg svg, double x, double y) {
        svg.circle(x, y, 8, "difference");
        svg.text(x, y + 4, "difference-ink middle strong", "≠");
    }

    /** The model's name and its facts. */
    void header(Blueprint column, double x, double y, double room) {
        boolean fits = TextWidth.strong(column.name(), TITLE_SIZE) <= room;
        String name = column.name();
        while (TextWidth.strong(name, fits ? TITLE_SIZE : TIMES_SIZE) > room) {
            name = name.substring(0, name.length() - 2) + "…";
        }
        svg.text(x + 12, y + 22, fits ? "title" : "large", name);
        var facts = column.facts();
        double pitch = Math.min(140, room / facts.size());
        for (int i = 0; i < facts.size(); i++) {
            double at = x + 12 + i * pitch;
            svg.text(at, y + 48, "muted small", facts.get(i).caption());
            svg.text(at, y + 67, "large", facts.get(i).value());
            svg.text(at, y + 84, "muted small", facts.get(i).note());
        }
    }
}
