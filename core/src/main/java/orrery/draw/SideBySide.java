package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import orrery.spec.ArchitectureSpec;

/**
 * Several models beside each other, corresponding parts at the same height. What differs is tinted and marked: between
 * two models in both, among more in each that differs from the first.
 */
public final class SideBySide {
    private static final double LEGEND_LINE = 24;

    /** Alternatives stand one above the other, so that columns stay narrow. */
    private static final Grid STACKED = new Grid(1, false);

    private SideBySide() {}

    /**
     * Draws models from left to right.
     *
     * @throws DrawException if there are fewer than two
     */
    public static Diagram of(List<ArchitectureSpec> specs) {
        return of(specs, true);
    }

    /**
     * The same, with numbers marked or not.
     *
     * @param numbers whether a part is marked, too, that is built alike and has other numbers
     * @throws DrawException if there are fewer than two
     */
    public static Diagram of(List<ArchitectureSpec> specs, boolean numbers) {
        if (specs.size() < 2) {
            throw new DrawException(specs.size() + " models side by side, expected at least 2");
        }
        var columns = specs.stream().map(Blueprint::of).toList();
        var rows = RowLayout.of(columns, STACKED, Grid.HEADER);
        double pitch = StripPainter.pitch(columns, STACKED, rows);
        var svg = new Svg();
        var differing = new ArrayList<String>();
        double left = 0;
        for (int i = 0; i < columns.size(); i++) {
            var column = columns.get(i);
            var grid = new Grid(1, column.draft().isPresent());
            var marks = new Differences(column, heldAgainst(columns, i), numbers);
            new ColumnPainter(svg, left, grid, column, rows, marks).paint(pitch);
            left += grid.width() + Grid.BETWEEN_COLUMNS;
            if (i > 0) {
                differing.add(column.name() + " differs in " + differences(column, marks));
            }
        }
        double end = rows.end() + Grid.MARGIN + 8;
        int width = (int) left - Grid.BETWEEN_COLUMNS;
        legend(svg, end, width, columns, numbers);
        String names = columns.stream().map(Blueprint::name).collect(Collectors.joining(", "));
        return svg.diagram(
                names + ": side by side",
                String.join(". ", differing) + ". "
                        + columns.stream().map(BlockDiagram::description).collect(Collectors.joining(" ")),
                width,
                (int) Math.ceil(end + (numbers ? 3 : 2) * LEGEND_LINE + 8));
    }

    private static List<Blueprint> heldAgainst(List<Blueprint> columns, int column) {
        if (column > 0) {
            return List.of(columns.getFirst());
        }
        return columns.size() == 2 ? List.of(columns.getLast()) : List.of();
    }

    private static String differences(Blueprint column, Marks marks) {
        var parts = column.block().parts().stream()
                .filter(part -> marks.slot(part.slot()) != Distance.NONE)
                .flatMap(part -> part.boxes().stream().filter(box -> marks.box(part.slot(), box) != Distance.NONE))
                .map(Box::title)
                .distinct()
                .toList();
        return parts.isEmpty() ? "no part of a layer" : String.join(", ", parts);
    }

    private static void legend(Svg svg, double top, int width, List<Blueprint> columns, boolean numbers) {
        String other =
                columns.size() == 2 ? "the other model" : columns.getFirst().name();
        double x = 60;
        double y = top + 14;
        svg.line(12, top - 8, width - 12, top - 8, "frame");
        svg.rectangle(x, y - 8, 30, 16, 4, "tint");
        svg.rectangle(x, y - 8, 30, 16, 4, "differs");
        LabelPainter.mark(svg, x + 28, y - 7);
        svg.text(x + 52, y + 4, "", "built differently, or a part that " + other + " does not have");
        y += LEGEND_LINE;
        if (numbers) {
            svg.rectangle(x, y - 8, 36, 16, 3, "size-tint");
            svg.rectangle(x, y - 8, 36, 16, 4, "size-line dashed");
            svg.text(x + 31, y + 4, "difference-ink end strong", "≠");
            svg.text(x + 52, y + 4, "", "same structure, other numbers");
            y += LEGEND_LINE;
        }
        svg.line(x + 18, y - 12, x + 18, y + 12, "flow");
        LabelPainter.mark(svg, x + 18, y);
        svg.text(x + 52, y + 4, "", "absent here; " + other + " has this part");
    }
}
