package orrery.draw;

import java.util.List;
import java.util.stream.Stream;
import orrery.report.Numbers;

/** Draws what stands above a column and above its panels. */
final class LabelPainter {
    /** The width of a box that stands beside the flow. */
    static final double BESIDE = Grid.AXIS - 26 - Grid.BOX;

    private static final double NAME_SIZE = 12;
    private static final double TIMES_SIZE = 15;
    private static final double TITLE_SIZE = 20;

    private final Svg svg;

    LabelPainter(Svg svg) {
        this.svg = svg;
    }

    private static String times(DrawnBlock block) {
        return Numbers.exact(block.layers()) + " ×";
    }

    private static double nameFrom(DrawnBlock block) {
        return Grid.PANEL + 12 + TextWidth.strong(times(block), TIMES_SIZE) + 8;
    }

    /** A panel's name in lines that end before the flow. */
    private static List<String> lines(DrawnBlock block) {
        double room = Grid.AXIS - 14 - nameFrom(block);
        return Stream.concat(block.name().stream(), Stream.of(block.like()))
                .filter(text -> !text.isEmpty())
                .flatMap(text -> TextWidth.wrap(text, NAME_SIZE, room).stream())
                .toList();
    }

    private static List<String> weightLines(DrawnBlock block) {
        var counts = block.each().split(", ");
        String all = counts[0] + (block.layers() == 1 ? "" : " each");
        return counts.length == 1 ? List.of(all) : List.of(all, counts[1]);
    }

    /** How many lines of text stand in a panel's upper edge. */
    static int height(DrawnBlock block) {
        return Math.max(lines(block).size(), weightLines(block).size());
    }

    /** A panel's upper edge: how many layers, what they are called, what one of them weighs, and its letter. */
    void label(DrawnBlock block, double x, double y, boolean differs) {
        svg.text(x + Grid.PANEL + 12, y + 19, "large", times(block));
        double at = y + 18;
        for (String line : lines(block)) {
            svg.text(x + nameFrom(block), at, "", line);
            at += Grid.LINE;
        }
        double end = Grid.PANEL_END - 12;
        if (!block.badge().isEmpty()) {
            svg.circle(x + end - 9, y + 14, 9, "plain");
            svg.text(x + end - 9, y + 18, "middle strong", block.badge());
            end -= 26;
        }
        double weight = y + 18;
        for (String line : weightLines(block)) {
            svg.text(x + end, weight, "muted small end", line);
            weight += Grid.LINE;
        }
        if (differs) {
            mark(svg, x + Grid.PANEL_END - 2, y + 1);
        }
    }

    /** The sign of a difference. */
    static void mark(Svg svg, double x, double y) {
        svg.circle(x, y, 8, "difference");
        svg.text(x, y + 4, "difference-ink middle strong", "≠");
    }

    /** The model's name and its facts. */
    void header(Blueprint column, double x, double y) {
        double room = Grid.COLUMN - 24;
        boolean fits = TextWidth.strong(column.name(), TITLE_SIZE) <= room;
        String name = column.name();
        while (TextWidth.strong(name, fits ? TITLE_SIZE : TIMES_SIZE) > room) {
            name = name.substring(0, name.length() - 2) + "…";
        }
        svg.text(x + 12, y + 22, fits ? "title" : "large", name);
        var facts = column.facts();
        double pitch = room / facts.size();
        for (int i = 0; i < facts.size(); i++) {
            double at = x + 12 + i * pitch;
            svg.text(at, y + 48, "muted small", facts.get(i).caption());
            svg.text(at, y + 67, "large", facts.get(i).value());
            svg.text(at, y + 84, "muted small", facts.get(i).note());
        }
    }
}
