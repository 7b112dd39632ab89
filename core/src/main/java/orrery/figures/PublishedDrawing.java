package orrery.figures;

import java.util.List;
import java.util.stream.Collectors;
import orrery.draw.Diagram;
import orrery.draw.Svg;

/** Published tables as a drawing of their own, each with its source: apart from all that is computed. */
final class PublishedDrawing {
    private static final int WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double INSIDE = 14;
    private static final double LABELS = 170;
    private static final double LINE = 22;
    private static final double BETWEEN = 12;
    private static final double WIDE = WIDTH - 2 * MARGIN;
    private static final double HALF = (WIDE - BETWEEN) / 2;

    private final Svg svg = new Svg();

    private PublishedDrawing() {}

    /** Two tables per row; if their number is odd, the first is alone. */
    static Diagram of(String heading, List<Published> tables) {
        var drawing = new PublishedDrawing();
        var svg = drawing.svg;
        svg.text(MARGIN, 28, "large", heading);
        svg.text(MARGIN, 47, "muted", "Published figures, not computed here. The best score of each row is in bold.");
        double y = 60;
        int at = 0;
        while (at < tables.size()) {
            boolean alone = (tables.size() - at) % 2 == 1;
            var beside = tables.subList(at, at + (alone ? 1 : 2));
            for (int i = 0; i < beside.size(); i++) {
                drawing.table(beside.get(i), MARGIN + i * (HALF + BETWEEN), y, alone ? WIDE : HALF);
            }
            y += beside.stream().mapToDouble(PublishedDrawing::height).max().orElse(0) + BETWEEN;
            at += beside.size();
        }
        String told = tables.stream()
                .map(table -> table.title() + " (" + table.source() + "): "
                        + table.rows().stream()
                                .map(row -> row.label() + " " + String.join(", ", row.cells()))
                                .collect(Collectors.joining("; "))
                        + ".")
                .collect(Collectors.joining(" "));
        return svg.diagram(heading + ", published", told, WIDTH, (int) Math.ceil(y + 4));
    }

    private static double height(Published table) {
        return 66 + (table.rows().size() + 1) * LINE;
    }

    private void table(Published table, double x, double y, double width) {
        svg.rectangle(x, y, width, height(table), 10, "panel");
        svg.text(x + INSIDE, y + 24, "heading", table.title());
        svg.text(x + INSIDE, y + 41, "small muted", "published: " + table.source());
        double end = x + width - INSIDE;
        double pitch = (width - 2 * INSIDE - LABELS) / table.columns().size();
        double at = y + 68;
        for (int i = 0; i < table.columns().size(); i++) {
            String column = table.columns().get(i);
            svg.text(right(end, pitch, table, i), at, "strong end", column);
        }
        for (var row : table.rows()) {
            svg.line(x + INSIDE, at + 7, end, at + 7, "frame");
            at += LINE;
            svg.text(x + INSIDE, at, "", row.label());
            for (int i = 0; i < row.cells().size(); i++) {
                String style = row.isBest(i) ? "strong end" : "end";
                svg.text(right(end, pitch, table, i), at, style, row.cells().get(i));
            }
        }
    }

    private static double right(double end, double pitch, Published table, int column) {
        return end - (table.columns().size() - 1 - column) * pitch;
    }
}
