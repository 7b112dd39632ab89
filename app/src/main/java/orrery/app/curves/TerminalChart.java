package orrery.app.curves;

import java.util.ArrayList;
import java.util.List;
import orrery.app.terminal.Style;
import orrery.draw.chart.Axis;
import orrery.draw.chart.LineChart;
import orrery.draw.chart.Series;

/**
 * A chart in text: lines of Braille dots, each with its own letter along it, and in colour if the terminal has colours.
 */
public final class TerminalChart {
    private static final int ROWS = 16;
    private static final int Y_TICKS = 6;
    private static final int LETTERS = 3;

    private final LineChart chart;
    private final Style style;
    private final int gutter;
    private final int columns;
    private final DotCanvas canvas;

    /** @param width total number of columns */
    public TerminalChart(LineChart chart, Style style, int width) {
        this.chart = chart;
        this.style = style;
        gutter = yTicks().stream()
                .mapToInt(number -> chart.y().unit().text(number).length())
                .max()
                .orElse(1);
        columns = width - gutter - 3;
        canvas = new DotCanvas(columns, ROWS);
    }

    private List<Double> yTicks() {
        return chart.y().ticks(Y_TICKS);
    }

    /** Its lines, from the top. */
    public List<String> lines() {
        for (int i = 0; i < chart.series().size(); i++) {
            draw(i);
        }
        for (int i = 0; i < chart.series().size(); i++) {
            letters(i);
        }
        for (var mark : chart.marks()) {
            String sign = switch (mark.kind()) {
                case END -> "×";
                case MEASURED -> "●";
            };
            canvas.write(cell(x(mark.x()), columns), cell(y(mark.y()), ROWS), mark.series(), sign);
        }
        var lines = new ArrayList<String>();
        var ticks = new String[ROWS];
        yTicks().forEach(number ->
                ticks[cell(y(number), ROWS)] = chart.y().unit().text(number));
        for (int row = 0; row < ROWS; row++) {
            String tick = ticks[row];
            lines.add(style.dim(" ".repeat(gutter - (tick == null ? 0 : tick.length()))
                            + (tick == null ? " │" : tick + " ┤"))
                    + canvas.row(row, style));
        }
        lines.addAll(bottom());
        lines.addAll(legend());
        return lines;
    }

    private double x(double number) {
        return chart.x().place(number);
    }

    private double y(double number) {
        Axis axis = chart.y();
        return 1 - Math.clamp(axis.logarithmic() && number <= 0 ? 0 : axis.place(number), 0.0, 1.0);
    }

    private static int cell(double place, int cells) {
        return Math.clamp((int) (place * cells), 0, cells - 1);
    }

    private void draw(int index) {
        var series = chart.series().get(index);
        double faded = series.fadedFrom().orElse(Double.POSITIVE_INFINITY);
        var points = series.points();
        for (int i = 0; i + 1 < points.size(); i++) {
            var from = points.get(i);
            var to = points.get(i + 1);
            canvas.line(index, x(from.x()), y(from.y()), x(to.x()), y(to.y()), from.x() >= faded);
        }
    }

    /** A letter at the line's end and a few along it; the letters of coinciding lines are put side by side. */
    private void letters(int index) {
        var points = chart.series().get(index).points();
        int lines = chart.series().size();
        double end = x(points.getLast().x());
        for (int i = 0; i < LETTERS; i++) {
            double place = (i + (index + 0.5) / lines) / LETTERS;
            if (place < end) {
                canvas.write(cell(place, columns), cell(y(points, place), ROWS), index, letter(index));
            }
        }
    }

    /** The vertical position of a line at a place along the axis. */
    private double y(List<Series.Point> points, double place) {
        var before = points.getFirst();
        for (var point : points) {
            if (x(point.x()) >= place) {
                double wide = x(point.x()) - x(before.x());
                double part = wide <= 0 ? 0 : (place - x(before.x())) / wide;
                return y(before.y()) + part * (y(point.y()) - y(before.y()));
            }
            before = point;
        }
        return y(before.y());
    }

    private static String letter(int index) {
        return Character.toString('a' + index);
    }

    private List<String> bottom() {
        var axis = new StringBuilder("─".repeat(columns));
        var names = new StringBuilder(" ".repeat(columns + gutter + 3));
        int free = 0;
        for (double number : chart.x().ticks(columns / 6)) {
            int column = cell(x(number), columns);
            String text = chart.x().unit().text(number);
            int at = Math.min(gutter + 2 + column - text.length() / 2, names.length() - text.length());
            if (at >= free) {
                axis.setCharAt(column, '┬');
                names.replace(at, at + text.length(), text);
                free = at + text.length() + 1;
            }
        }
        String what = chart.x().label();
        return List.of(
                style.dim(" ".repeat(gutter) + " └" + axis),
                style.dim(names.toString().stripTrailing()),
                style.dim(" ".repeat(gutter + 2 + Math.max(0, (columns - what.length()) / 2)) + what));
    }

    private List<String> legend() {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        int used = 0;
        for (int i = 0; i < chart.series().size(); i++) {
            String label = chart.series().get(i).label();
            if (used > 0 && used + label.length() + 5 > columns + gutter) {
                lines.add(line.toString());
                line.setLength(0);
                used = 0;
            }
            line.append("  ").append(style.series(i, letter(i))).append(' ').append(label);
            used += label.length() + 4;
        }
        lines.add(line.toString());
        return lines;
    }
}
