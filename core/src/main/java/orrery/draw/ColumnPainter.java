package orrery.draw;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Draws one model's column: panels and brackets first, then its parts from below with the flow between them. */
final class ColumnPainter {
    private static final double SUM_RADIUS = 9;
    private static final double MOST_STRETCH = 50;

    private final Svg svg;
    private final double left;
    private final Blueprint column;
    private final RowLayout rows;
    private final Marks marks;
    private final FlowPainter flow;
    private final BoxPainter boxes;
    private final LabelPainter labels;
    private final Map<Slot, Double> heights = new EnumMap<>(Slot.class);

    ColumnPainter(Svg svg, double left, Blueprint column, RowLayout rows, Marks marks) {
        this.svg = svg;
        this.left = left;
        this.column = column;
        this.rows = rows;
        this.marks = marks;
        flow = new FlowPainter(svg, left);
        boxes = new BoxPainter(svg);
        labels = new LabelPainter(svg);
    }

    /** A panel and its upper and lower edge. */
    private record Panel(DrawnBlock block, double top, double bottom) {}

    void paint() {
        labels.header(column, left, 8);
        var panels = panels();
        brackets(panels);
        for (var panel : panels) {
            svg.rectangle(
                    left + Grid.PANEL,
                    panel.top(),
                    Grid.PANEL_END - Grid.PANEL,
                    panel.bottom() - panel.top(),
                    10,
                    "panel");
        }
        column.entry().forEach(this::placeInRow);
        for (var panel : panels) {
            if (panel.block().equals(column.whole()) && panel.top() == rows.top(Slot.LABEL)) {
                panel.block().parts().forEach(this::placeInRow);
            } else {
                stacked(panel);
            }
            boolean differs = marks.block(panel.block());
            labels.label(panel.block(), left, panel.top(), differs);
        }
        column.exit().forEach(this::placeInRow);
        sideLines();
        for (var slot : rows.tops().keySet()) {
            if (marks.missing(slot)) {
                LabelPainter.mark(svg, left + Grid.AXIS, (rows.top(slot) + rows.bottom(slot)) / 2);
            }
        }
        column.draft().ifPresent(this::draft);
    }

    /** All panels from below. Those that stand outside the aligned rows keep close to those within. */
    private List<Panel> panels() {
        var panels = new ArrayList<Panel>();
        if (!column.lower().isEmpty()) {
            stack(panels, column.lower(), rows.top(Slot.LOWER_LAYERS) + RowLayout.height(column.lower()));
        }
        panels.add(new Panel(column.whole(), rows.top(Slot.LABEL), rows.bottom(Slot.FOOT)));
        if (!column.upper().isEmpty()) {
            stack(panels, column.upper(), rows.bottom(Slot.UPPER_LAYERS));
        }
        return panels;
    }

    private static void stack(List<Panel> panels, List<DrawnBlock> blocks, double bottom) {
        double at = bottom;
        for (var block : blocks) {
            double top = at - RowLayout.height(block);
            panels.add(new Panel(block, top, at));
            at = top - Grid.GAP;
        }
    }

    private void brackets(List<Panel> panels) {
        for (var bracket : column.brackets()) {
            double top = panels.get(bracket.last()).top();
            double bottom = panels.get(bracket.first()).bottom();
            double x = left + Grid.BRACKET;
            svg.path(Svg.path("M", x + 6, top, "H", x, "V", bottom, "H", x + 6), "flow");
            svg.text(x - 5, (top + bottom) / 2 + 5, "heading end", bracket.times() + " ×");
        }
    }

    private void stacked(Panel panel) {
        double at = panel.bottom() - 2 - Grid.GAP;
        for (var part : panel.block().parts()) {
            place(part, at, RowLayout.height(part), Marks.NONE);
            at -= RowLayout.height(part) + Grid.GAP;
        }
        if (!panel.block().full()) {
            flow.streams(column.streams());
        }
    }

    /**
     * Draws a part in its row: as high as the row where that is little more than it needs, else in the middle of it.
     */
    private void placeInRow(Part part) {
        double room = rows.bottom(part.slot()) - rows.top(part.slot());
        double height = room - RowLayout.height(part) <= MOST_STRETCH ? room : RowLayout.height(part);
        place(part, rows.bottom(part.slot()) - (room - height) / 2, height, marks);
    }

    /** Draws a part that stands on {@code bottom}. */
    private void place(Part part, double bottom, double height, Marks marks) {
        double top = bottom - height;
        heights.put(part.slot(), (top + bottom) / 2);
        switch (part) {
            case Part.Boxed(var slot, var box) -> {
                if (slot == Slot.PER_LAYER_TABLE) {
                    boxes.paint(box, slot, left + Grid.BOX, top, Grid.BOX_END - Grid.BOX, height, marks);
                    return;
                }
                flow.to(bottom, top);
                boxes.paint(box, slot, left + Grid.BOX, top, Grid.BOX_END - Grid.BOX, height, marks);
                flow.streams(streamsAbove(slot));
            }
            case Part.Word(var slot, var text) -> {
                if (slot == Slot.TOKEN_IDS) {
                    flow.begin(top);
                } else {
                    flow.to(bottom, top);
                }
                svg.text(left + Grid.AXIS, bottom - 4, "middle strong", text);
            }
            case Part.Fork _ -> flow.fork((top + bottom) / 2);
            case Part.Sum(var slot) -> {
                sum(top, bottom);
                boolean mixer = slot == Slot.MIXER_SUM;
                flow.skip(height(mixer ? Slot.MIXER_FORK : Slot.FEED_FORWARD_FORK), (top + bottom) / 2);
            }
            case Part.Beside(var slot, var box) -> {
                double middle = (top + bottom) / 2;
                sum(middle - SUM_RADIUS, middle + SUM_RADIUS);
                boxes.paint(box, slot, left + Grid.BOX, top, LabelPainter.BESIDE, height, marks);
                flow.roundOnTheLeft(height(Slot.MIXER_NORMED), middle, Grid.BOX + LabelPainter.BESIDE);
            }
            case Part.Foot _ -> {}
        }
    }

    private void sum(double top, double bottom) {
        flow.to(bottom, top);
        double middle = (top + bottom) / 2;
        double x = left + Grid.AXIS;
        svg.circle(x, middle, SUM_RADIUS, "sum");
        svg.path(Svg.path("M", x - 4.5, middle, "H", x + 4.5, "M", x, middle - 4.5, "V", middle + 4.5), "flow");
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

    /** Lines that pass parts: the streams that go round a layer, and each layer's own embedding. */
    private void sideLines() {
        if (heights.containsKey(Slot.PREDICT)) {
            flow.roundOnTheRight(height(Slot.PREDICT), height(Slot.CORRECT), Grid.STREAM_LANE, column.streams() - 1);
        }
        if (heights.containsKey(Slot.PER_LAYER_TABLE)) {
            double table = rows.top(Slot.PER_LAYER_TABLE);
            flow.down(rows.bottom(Slot.TOKEN_IDS), table);
            flow.roundOnTheRight(height(Slot.PER_LAYER_TABLE), height(Slot.LAYER_INPUT), Grid.OUTER_LANE, 1);
        }
    }

    /** Above the final norm, or where it would be. */
    private double draftFork() {
        return rows.bottom(Slot.HEAD) + Grid.GAP - 3.5;
    }

    private void draft(DrawnBlock block) {
        double bottom = rows.bottom(Slot.DRAFT);
        double top = bottom - RowLayout.height(block);
        svg.rectangle(left + Grid.PANEL, top, Grid.PANEL_END - Grid.PANEL, bottom - top, 10, "panel dashed");
        double fork = draftFork();
        flow.dot(fork);
        double first = bottom - 2 - Grid.GAP - RowLayout.height(block.parts().getFirst()) / 2;
        flow.stop();
        stacked(new Panel(block, top, bottom));
        flow.fromTheAxis(fork, first, Grid.SKIP_LANE);
        labels.label(block, left, top, marks.block(block));
    }
}
