package orrery.draw;

import java.util.List;

/** Draws a slot in which layers differ: a frame that holds the alternatives, each under the layers that take it. */
final class ChoicePainter {
    private static final double TEXT_SIZE = 12;
    private static final double SWATCH = 22;

    private final Svg svg;
    private final Grid grid;
    private final BoxPainter boxes;

    ChoicePainter(Svg svg, Grid grid) {
        this.svg = svg;
        this.grid = grid;
        boxes = new BoxPainter(svg);
    }

    private static double width(Grid grid) {
        return grid.across() == 1 ? Grid.BOX_WIDTH - 2 * Grid.FRAME : Grid.BOX_WIDTH - Grid.FRAME;
    }

    private static List<String> where(Part.Alternative alternative, Grid grid) {
        return TextWidth.wrap(alternative.where(), TEXT_SIZE, width(grid) - SWATCH);
    }

    /** The height of the row of alternatives that begins with number {@code from}: its texts, then its boxes. */
    private static double[] row(Part.Choice choice, int from, Grid grid) {
        double texts = 0;
        double highest = 0;
        for (int i = from; i < Math.min(choice.alternatives().size(), from + grid.across()); i++) {
            var alternative = choice.alternatives().get(i);
            texts = Math.max(texts, where(alternative, grid).size() * Grid.LINE + 4);
            highest = Math.max(highest, BoxPainter.height(alternative.box(), width(grid)));
        }
        return new double[] {texts, highest};
    }

    static double height(Part.Choice choice, Grid grid) {
        double height = 2 * Grid.FRAME;
        for (int from = 0; from < choice.alternatives().size(); from += grid.across()) {
            var row = row(choice, from, grid);
            height += row[0] + row[1] + (from == 0 ? 0 : Grid.OR);
        }
        return height;
    }

    /** Draws the frame with its upper left corner there. */
    void paint(Part.Choice choice, double x, double y, Marks marks) {
        svg.rectangle(x, y, grid.frameWidth(), height(choice, grid), 8, "frame dashed");
        var alternatives = choice.alternatives();
        double pitch = width(grid) + Grid.OR;
        double at = y + Grid.FRAME;
        for (int from = 0; from < alternatives.size(); from += grid.across()) {
            if (from > 0) {
                svg.text(x + grid.frameWidth() / 2, at + Grid.OR / 2 + 4, "muted strong middle", "or");
                at += Grid.OR;
            }
            var row = row(choice, from, grid);
            for (int i = from; i < Math.min(alternatives.size(), from + grid.across()); i++) {
                double left = x + Grid.FRAME + (i - from) * pitch;
                if (i > from) {
                    svg.text(left - Grid.OR / 2, at + row[0] + row[1] / 2 + 4, "muted strong middle", "or");
                }
                alternative(choice, i, left, at, row, marks);
            }
            at += row[0] + row[1];
        }
        if (marks.slot(choice.slot()) == Distance.STRUCTURE) {
            svg.rectangle(x, y, grid.frameWidth(), height(choice, grid), 8, "difference-line");
            LabelPainter.mark(svg, x + grid.frameWidth(), y);
        }
    }

    private void alternative(Part.Choice choice, int number, double left, double top, double[] row, Marks marks) {
        var alternative = choice.alternatives().get(number);
        var texts = where(alternative, grid);
        double at = top + row[0] - 4 - texts.size() * Grid.LINE;
        Tone.of(choice, number).paint(svg, left, at + 2, 14, 10);
        svg.lines(left + SWATCH, at + 11, Grid.LINE, "", texts);
        boxes.paint(alternative.box(), choice.slot(), left, top + row[0], width(grid), row[1], marks);
    }
}
