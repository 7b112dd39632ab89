package orrery.draw.chart;

import java.util.stream.Stream;
import orrery.draw.Diagram;
import orrery.draw.Role;
import orrery.draw.Svg;
import orrery.draw.TextWidth;

/**
 * Draws a {@link BarChart}: to the left the rows' labels, above the bars a legend where there are several parts, below
 * them the axis and the notes.
 */
final class BarChartDrawing {
    private static final int WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double TEXT = 12;
    private static final double NOTE = 11;
    private static final double NOTE_LINE = 16;
    private static final double STACKED_BAR = 24;
    private static final double GROUPED_BAR = 17;
    private static final double GAP = 12;
    private static final double LEAST_PLOT = 320;
    private static final double TICK_ROOM = 72;
    private static final double SAMPLE = 14;
    private static final double LEGEND_LINE = 20;

    private final BarChart chart;
    private final Svg svg = new Svg();
    private final boolean stacked;
    private final Axis axis;
    private final double left;
    private final double right;
    private final double width;

    BarChartDrawing(BarChart chart) {
        this.chart = chart;
        stacked = chart.arrangement() == BarChart.Arrangement.STACKED;
        double most = chart.rows().stream()
                .flatMap(this::ends)
                .mapToDouble(end -> end)
                .max()
                .orElse(0);
        axis = new Axis(chart.label(), chart.unit(), false, 0, most > 0 ? most : 1);
        double labels = TextWidth.widest(chart.rows().stream().map(BarChart.Row::label), TEXT);
        double written =
                TextWidth.widest(chart.rows().stream().flatMap(this::ends).map(this::text), TEXT);
        double values = stacked ? TextWidth.STRONG * written : written;
        left = MARGIN + labels + 10;
        double beside = 8 + values + MARGIN;
        width = Math.ceil(Math.max(
                Math.max(WIDTH, left + LEAST_PLOT + beside), 2 * MARGIN + TextWidth.strong(chart.title(), 15)));
        right = width - beside;
    }

    /** Where bars of a row end: the stack, or each. */
    private Stream<Double> ends(BarChart.Row row) {
        return stacked ? Stream.of(row.sum()) : row.values().stream();
    }

    private String text(double value) {
        return chart.unit().text(value);
    }

    Diagram diagram() {
        svg.text(MARGIN, 28, "large", chart.title());
        double top = 44;
        if (chart.parts().size() > 1) {
            top = legend(top + 8) + 14;
        }
        double bottom = top + chart.rows().size() * (rowHeight() + GAP);
        ticks(top, bottom);
        double at = top + GAP / 2;
        for (var row : chart.rows()) {
            svg.text(left - 10, at + rowHeight() / 2 + 4, "end", row.label());
            if (stacked) {
                stack(row, at);
            } else {
                group(row, at);
            }
            at += rowHeight() + GAP;
        }
        svg.line(left, top, left, bottom, "flow");
        svg.text((left + right) / 2, bottom + 38, "small muted middle", chart.label());
        var notes = TextWidth.wrapAll(chart.notes(), NOTE, width - 2 * MARGIN);
        double end = svg.lines(MARGIN, bottom + 50 + NOTE_LINE, NOTE_LINE, "small muted", notes) - NOTE_LINE;
        return svg.diagram(chart.title(), chart.description(), (int) width, (int) Math.ceil(end + 10));
    }

    private double rowHeight() {
        return stacked ? STACKED_BAR : GROUPED_BAR * chart.parts().size();
    }

    /** Gives where it ends. */
    private double legend(double top) {
        double at = MARGIN;
        double line = top;
        for (int i = 0; i < chart.parts().size(); i++) {
            var part = chart.parts().get(i);
            double wide = SAMPLE + 6 + TextWidth.of(part.label(), TEXT) + 18;
            if (at + wide > width - MARGIN && at > MARGIN) {
                at = MARGIN;
                line += LEGEND_LINE;
            }
            bar(new PlotArea(at, line, at + SAMPLE, line + SAMPLE), part.role(), i);
            svg.text(at + SAMPLE + 6, line + 11.5, "text", part.label());
            at += wide;
        }
        return line + SAMPLE;
    }

    private void ticks(double top, double bottom) {
        for (double number : axis.ticks((int) ((right - left) / TICK_ROOM))) {
            double at = x(number);
            svg.shape("line", "frame", "x1 y1 x2 y2 opacity", at, top, at, bottom, 0.5);
            svg.text(at, bottom + 18, "small muted middle", text(number));
        }
    }

    private double x(double number) {
        return left + axis.place(number) * (right - left);
    }

    private void stack(BarChart.Row row, double top) {
        double sum = 0;
        for (int i = 0; i < row.values().size(); i++) {
            double value = row.values().get(i);
            var box = new PlotArea(x(sum), top, x(sum + value), top + STACKED_BAR);
            var part = chart.parts().get(i);
            if (value > 0) {
                svg.group("bar").hint(row.label() + ", " + part.label() + ": " + text(value));
                bar(box, part.role(), i);
                within(box, part.role(), text(value));
                svg.endGroup();
            }
            sum += value;
        }
        svg.text(x(sum) + 8, top + STACKED_BAR / 2 + 4, "strong", text(sum));
    }

    /** A value in its piece of a bar, where it fits, on a ground that hides the hatching. */
    private void within(PlotArea box, Role role, String value) {
        double wide = TextWidth.of(value, NOTE);
        double middle = (box.left() + box.right()) / 2;
        if (wide + 10 <= box.wide()) {
            Object[] ground = {"none", "stroke:none", middle - wide / 2 - 3, box.top() + 4, wide + 6, box.high() - 8};
            svg.shape("rect", role.style(), "stroke style x y width height", ground);
            svg.text(middle, (box.top() + box.bottom()) / 2 + 4, "small middle", value);
        }
    }

    private void group(BarChart.Row row, double top) {
        for (int i = 0; i < row.values().size(); i++) {
            double value = row.values().get(i);
            double at = top + i * GROUPED_BAR;
            var part = chart.parts().get(i);
            svg.group("bar").hint(row.label() + ", " + part.label() + ": " + text(value));
            bar(new PlotArea(left, at + 1, x(value), at + GROUPED_BAR - 1), part.role(), i);
            svg.endGroup();
            svg.text(x(value) + 8, at + GROUPED_BAR / 2 + 4, "text", text(value));
        }
    }

    /** Filled in its role's colour, and hatched by its number, for print in grey. */
    private void bar(PlotArea box, Role role, int index) {
        svg.rectangle(box.left(), box.top(), box.wide(), box.high(), 0, role.style());
        for (String path : Hatching.paths(box, index)) {
            svg.shape("path", role.style() + "-line", "d opacity", path, 0.6);
        }
    }
}
