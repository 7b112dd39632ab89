package orrery.draw;

import java.util.EnumMap;
import java.util.Map;

/** Draws one model's column: the strip of its layers, the block, then all parts from below with the flow between. */
final class ColumnPainter {
    private static final double MOST_STRETCH = 50;

    private final Svg svg;
    private final double left;
    private final Grid grid;
    private final Blueprint column;
    private final RowLayout rows;
    private final Marks marks;
    private final FlowPainter flow;
    private final BoxPainter boxes;
    private final LabelPainter labels;
    private final Map<Slot, Double> heights = new EnumMap<>(Slot.class);

    ColumnPainter(Svg svg, double left, Grid grid, Blueprint column, RowLayout rows, Marks marks) {
        this.svg = svg;
        this.left = left;
        this.grid = grid;
        this.column = column;
        this.rows = rows;
        this.marks = marks;
        flow = new FlowPainter(svg, left, grid);
        boxes = new BoxPainter(svg);
        labels = new LabelPainter(svg);
    }

    /** @param pitch from one cell of the strip to the next */
    void paint(double pitch) {
        labels.header(column, left, 8, grid.width() - 24);
        new StripPainter(svg, column, left, grid).paint(rows.bottom(Slot.FOOT), pitch);
        double top = rows.top(Slot.LABEL);
        svg.rectangle(
                left + grid.panel(), top, grid.panelEnd() - grid.panel(), rows.bottom(Slot.FOOT) - top, 10, "panel");
        column.parts().forEach(this::placeInRow);
        labels.label(column.block(), grid, left + grid.panel(), top);
        sideLines();
        for (var slot : rows.tops().keySet()) {
            if (marks.missing(slot)) {
                LabelPainter.mark(svg, left + grid.axis(), (rows.top(slot) + rows.bottom(slot)) / 2);
            }
        }
        column.draft().ifPresent(this::draft);
    }

    /**
     * Draws a part in its row: as high as the row where that is little more than it needs, else in the middle of it.
     */
    private void placeInRow(Part part) {
        double room = rows.bottom(part.slot()) - rows.top(part.slot());
        double height = room - RowLayout.height(part, grid) <= MOST_STRETCH ? room : RowLayout.height(part, grid);
        place(part, rows.bottom(part.slot()) - (room - height) / 2, height, marks);
    }

    /** Draws a part that stands on {@code bottom}. */
    private void place(Part part, double bottom, double height, Marks marks) {
        double top = bottom - height;
        heights.put(part.slot(), (top + bottom) / 2);
        switch (part) {
            case Part.Boxed(var slot, var box) -> {
                if (slot == Slot.PER_LAYER_TABLE) {
                    boxes.paint(box, slot, left + grid.box(), top, Grid.BOX_WIDTH, height, marks);
                    return;
                }
                flow.to(bottom, top);
                boxes.paint(box, slot, left + grid.box(), top, Grid.BOX_WIDTH, height, marks);
                flow.streams(streamsAbove(slot));
            }
            case Part.Choice choice -> {
                double high = RowLayout.height(choice, grid);
                double above = (top + bottom - high) / 2;
                flow.to(above + high, above);
                new ChoicePainter(svg, grid).paint(choice, left + grid.frame(), above, marks);
                flow.streams(streamsAbove(choice.slot()));
            }
            case Part.Word(var slot, var text) -> {
                if (slot == Slot.TOKEN_IDS) {
                    flow.begin(top);
                } else {
                    flow.to(bottom, top);
                }
                svg.text(left + grid.axis(), bottom - 4, "middle strong", text);
            }
            case Part.Fork _ -> flow.dot((top + bottom) / 2);
            case Part.Sum(var slot) -> {
                sum(top, bottom);
                boolean mixer = slot == Slot.MIXER_SUM;
                flow.skip(height(mixer ? Slot.MIXER_FORK : Slot.FEED_FORWARD_FORK), (top + bottom) / 2);
            }
            case Part.Beside(var slot, var box) -> {
                double middle = (top + bottom) / 2;
                sum(middle - Arrow.SUM_RADIUS, middle + Arrow.SUM_RADIUS);
                boxes.paint(box, slot, left + grid.box(), top, Grid.BESIDE_WIDTH, height, marks);
                flow.roundOnTheLeft(height(Slot.MIXER_NORMED), middle, grid.box() + Grid.BESIDE_WIDTH);
            }
        }
    }

    private void sum(double top, double bottom) {
        flow.to(bottom, top);
        Arrow.sum(svg, left + grid.axis(), (top + bottom) / 2, false);
    }

    private double height(Slot slot) {
        return heights.getOrDefault(slot, 0.0);
    }

    /** How many streams leave a part upwards. */
    private int streamsAbove(Slot slot) {
        return switch (slot) {
            case SPREAD, CORRECT, LAYER_INPUT -> column.streams();
            default -> 1;
        };
    }

    /** Lines that bypass parts: the streams that go round a layer, and each layer's own embedding. */
    private void sideLines() {
        if (heights.containsKey(Slot.PREDICT)) {
            flow.roundOnTheRight(height(Slot.PREDICT), height(Slot.CORRECT), grid.streamLane(), column.streams() - 1);
        }
        if (heights.containsKey(Slot.PER_LAYER_TABLE)) {
            double table = rows.top(Slot.PER_LAYER_TABLE);
            flow.down(rows.bottom(Slot.TOKEN_IDS), table);
            flow.roundOnTheRight(height(Slot.PER_LAYER_TABLE), height(Slot.LAYER_INPUT), grid.outerLane(), 1);
        }
    }

    /** A draft's panel, which hangs beside the exit and takes the last layer's output along a lane of its own. */
    private void draft(DrawnBlock block) {
        double top = rows.top(Slot.LOGITS);
        double bottom = top + RowLayout.draftHeight(block);
        double width = grid.width() - Grid.MARGIN - grid.draft();
        svg.rectangle(left + grid.draft(), top, width, bottom - top, 10, "panel dashed");
        double fork = rows.top(Slot.LABEL) - 4;
        flow.dot(fork);
        var own = new Grid(1, false);
        double from = left + grid.draft() - own.panel();
        labels.label(block, own, left + grid.draft(), top);
        double first =
                new ColumnPainter(svg, from, own, column, rows, marks.unmarked()).stacked(block, bottom - 2 * Grid.GAP);
        flow.aside(fork, first, grid.outerLane(), grid.draft() - own.panel() + own.axis());
        if (marks.slot(Slot.DRAFT) == Distance.STRUCTURE) {
            LabelPainter.mark(svg, left + grid.draft() + width, top);
        }
    }

    /** Parts that stand on {@code bottom}, one on the other; gives the lower edge of the first. */
    private double stacked(DrawnBlock block, double bottom) {
        double at = bottom;
        for (var part : block.parts()) {
            place(part, at, RowLayout.height(part, grid), marks);
            at -= RowLayout.height(part, grid) + Grid.GAP;
        }
        return bottom;
    }
}
