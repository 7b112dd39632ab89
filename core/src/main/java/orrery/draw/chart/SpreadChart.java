package orrery.draw.chart;

import java.util.List;
import java.util.Locale;
import orrery.draw.Diagram;
import orrery.draw.Role;
import orrery.draw.Svg;
import orrery.draw.TextWidth;

/**
 * Rows of single numbers along one axis, which need not begin at 0: a dot for each, a bar across at their mean, and
 * words at the end of the row.
 *
 * @param title what it shows, in a few words
 * @param description a description for readers who cannot see it
 * @param label what the axis counts
 * @param rows from the top
 * @param notes sentences below the chart
 */
public record SpreadChart(String title, String description, String label, List<Row> rows, List<String> notes) {
    private static final int WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double TEXT = 12;
    private static final double NOTE = 11;
    private static final double NOTE_LINE = 16;
    private static final double PITCH = 34;
    private static final double TOP = 48;
    private static final double TICK_ROOM = 60;
    private static final double BESIDE = 0.08;

    public SpreadChart {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(title + ": no rows");
        }
    }

    /**
     * The numbers of one thing.
     *
     * @param values at least one
     * @param words at its end
     */
    public record Row(String label, List<Double> values, String words) {
        public Row {
            values = List.copyOf(values);
            if (values.isEmpty()) {
                throw new IllegalArgumentException("the row " + label + " has no values");
            }
        }

        double mean() {
            return values.stream().mapToDouble(value -> value).average().orElseThrow();
        }
    }

    private Axis axis() {
        var all = rows.stream()
                .flatMap(row -> row.values().stream())
                .mapToDouble(value -> value)
                .summaryStatistics();
        double room = all.getMax() > all.getMin() ? BESIDE * (all.getMax() - all.getMin()) : 1;
        return new Axis(label, Unit.PLAIN, false, all.getMin() - room, all.getMax() + room);
    }

    /** Draws it. */
    public Diagram diagram() {
        var svg = new Svg();
        var axis = axis();
        double left = MARGIN + TextWidth.widest(rows.stream().map(Row::label), TEXT) + 12;
        double words = TextWidth.widest(rows.stream().map(Row::words), TEXT);
        double right = WIDTH - MARGIN - words - 14;
        double bottom = TOP + rows.size() * PITCH;
        svg.text(MARGIN, 28, "large", title);
        var ticks = axis.ticks((int) ((right - left) / TICK_ROOM));
        for (double number : ticks) {
            double at = left + axis.place(number) * (right - left);
            svg.shape("line", "frame", "x1 y1 x2 y2 opacity", at, TOP, at, bottom, 0.5);
            svg.text(at, bottom + 18, "small muted middle", text(number, ticks));
        }
        double middle = TOP + PITCH / 2;
        for (var row : rows) {
            svg.text(left - 10, middle + 4, "end", row.label());
            svg.group("line").hint(row.label());
            for (double value : row.values()) {
                svg.circle(left + axis.place(value) * (right - left), middle, 4, Role.ATTENTION.style());
            }
            double mean = left + axis.place(row.mean()) * (right - left);
            String bar = Svg.pathData("M", mean, middle - 10, "V", middle + 10);
            svg.shape("path", Role.ATTENTION.style() + "-line", "d stroke-width", bar, 2.4);
            svg.endGroup();
            svg.text(right + 14, middle + 4, "text", row.words());
            middle += PITCH;
        }
        svg.line(left, bottom, right, bottom, "flow");
        svg.text((left + right) / 2, bottom + 38, "small muted middle", label);
        var lines = TextWidth.wrapAll(notes, NOTE, WIDTH - 2 * MARGIN);
        double end = svg.lines(MARGIN, bottom + 50 + NOTE_LINE, NOTE_LINE, "small muted", lines);
        return svg.diagram(title, description, WIDTH, (int) Math.ceil(end - NOTE_LINE + 10));
    }

    /** With as many decimals as it takes to tell neighbours apart. */
    private static String text(double number, List<Double> ticks) {
        double step = ticks.size() > 1 ? ticks.get(1) - ticks.get(0) : number;
        int decimals = step > 0 ? Math.clamp((int) Math.ceil(-Math.log10(step) - 1e-9), 0, 9) : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", number);
    }
}
