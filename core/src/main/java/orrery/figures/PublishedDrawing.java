package orrery.figures;

import java.util.List;
import java.util.stream.Collectors;
import orrery.draw.Diagram;
import orrery.draw.Svg;

/** Published tables as a drawing of their own, below each other, each with its source: apart from all that is computed. */
final class PublishedDrawing {
    private static final int WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double INSIDE = 14;
    private static final double LINE = 22;
    private static final double FIRST_COLUMN = 330;
    private static final double COLUMN = 140;

    private final Svg svg = new Svg();
    private double y = 56;

    private PublishedDrawing() {}

    static Diagram of(String heading, List<Published> tables) {
        var drawing = new PublishedDrawing();
        drawing.svg.text(MARGIN, 28, "large", heading);
        drawing.svg.text(
                MARGIN, 47, "muted", "Published figures, not computed here. The best score of a row is strong.");
        tables.forEach(drawing::table);
        String told = tables.stream()
                .map(table -> table.title() + " (" + table.source() + "): "
                        + table.rows().stream()
                                .map(row -> row.label() + " " + String.join(", ", row.cells()))
                                .collect(Collectors.joining("; "))
                        + ".")
                .collect(Collectors.joining(" "));
        return drawing.svg.diagram(heading + ", published", told, WIDTH, (int) Math.ceil(drawing.y));
    }

    private void table(Published table) {
        double height = 46 + (table.rows().size() + 1) * LINE + 4;
        svg.rectangle(MARGIN, y, WIDTH - 2 * MARGIN, height, 10, "panel");
        svg.text(MARGIN + INSIDE, y + 24, "heading", table.title());
        svg.text(WIDTH - MARGIN - INSIDE, y + 24, "small muted end", "published: " + table.source());
        double at = y + 50;
        for (int i = 0; i < table.columns().size(); i++) {
            svg.text(right(i), at, "strong end", table.columns().get(i));
        }
        svg.line(MARGIN + INSIDE, at + 7, right(table.columns().size() - 1), at + 7, "frame");
        for (var row : table.rows()) {
            at += LINE;
            svg.text(MARGIN + INSIDE, at, "", row.label());
            for (int i = 0; i < row.cells().size(); i++) {
                svg.text(
                        right(i),
                        at,
                        row.isBest(i) ? "strong end" : "end",
                        row.cells().get(i));
            }
        }
        y += height + MARGIN;
    }

    private static double right(int column) {
        return FIRST_COLUMN + column * COLUMN;
    }
}
