package orrery.draw.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orrery.draw.Diagram;
import orrery.draw.Svg;
import orrery.draw.TextWidth;

/**
 * Draws a {@link LineChart}: the plot, to its right the lines' labels with a piece of each line, below it the notes.
 */
final class LineChartDrawing {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 440;
    private static final double MARGIN = 16;
    private static final double TEXT = 12;
    private static final double NOTE = 11;
    private static final double NOTE_LINE = 16;
    private static final double LABEL_LINE = 18;
    private static final double LEADER = 22;
    private static final double SAMPLE = 30;
    private static final double LEAST_PLOT = 320;
    private static final double TICK_ROOM = 52;

    private final LineChart chart;
    private final Svg svg = new Svg();
    private final List<String> noteLines;
    private final PlotArea plot;
    private final int width;
    private final int height;

    LineChartDrawing(LineChart chart) {
        this.chart = chart;
        double ticks = TextWidth.widest(yTicks().stream().map(chart.y().unit()::text), TEXT);
        double labels = TextWidth.widest(chart.series().stream().map(Series::label), TEXT);
        double left = MARGIN + ticks + 8;
        double right = LEADER + SAMPLE + 6 + labels + MARGIN;
        double titles = 2 * MARGIN + TextWidth.strong(chart.title(), 15);
        width = (int) Math.ceil(Math.max(Math.max(WIDTH, left + LEAST_PLOT + right), titles));
        noteLines = TextWidth.wrapAll(chart.notes(), NOTE, width - 2 * MARGIN);
        double top = 68;
        double bottom = 50 + (noteLines.isEmpty() ? 4 : 10 + NOTE_LINE * noteLines.size());
        height = (int) Math.ceil(
                Math.max(HEIGHT, top + bottom + LABEL_LINE * chart.series().size()));
        plot = new PlotArea(left, top, width - right, height - bottom);
    }

    private List<Double> yTicks() {
        return chart.y().ticks(8);
    }

    Diagram diagram() {
        svg.text(MARGIN, 28, "large", chart.title());
        svg.text(MARGIN, 52, "small muted", chart.y().label());
        grid();
        for (int i = 0; i < chart.series().size(); i++) {
            line(i);
        }
        labels();
        new ChartMarks(chart, plot, this::x, this::y).draw(svg);
        svg.lines(MARGIN, plot.bottom() + 64, NOTE_LINE, "small muted", noteLines);
        return svg.diagram(chart.title(), chart.description(), width, height);
    }

    private double x(double number) {
        return plot.left() + chart.x().place(number) * (plot.wide());
    }

    /** A value outside the axis lies at its edge. */
    private double y(double number) {
        double place = chart.y().logarithmic() && number <= 0 ? 0 : chart.y().place(number);
        return plot.bottom() - Math.clamp(place, 0.0, 1.0) * (plot.high());
    }

    private void grid() {
        for (double number : yTicks()) {
            double at = y(number);
            line(plot.left(), at, plot.right(), at, 0.55);
            svg.text(
                    plot.left() - 8, at + 4, "small muted end", chart.y().unit().text(number));
        }
        double lastEnd = Double.NEGATIVE_INFINITY;
        for (double number : chart.x().ticks((int) ((plot.wide()) / TICK_ROOM))) {
            double at = x(number);
            line(at, plot.top(), at, plot.bottom(), 0.3);
            String text = chart.x().unit().text(number);
            double half = TextWidth.of(text, NOTE) / 2;
            if (at - half > lastEnd + 4) {
                svg.text(at, plot.bottom() + 18, "small muted middle", text);
                lastEnd = at + half;
            }
        }
        svg.line(plot.left(), plot.bottom(), plot.right(), plot.bottom(), "flow");
        double middle = (plot.left() + plot.right()) / 2;
        svg.text(middle, plot.bottom() + 38, "small muted middle", chart.x().label());
    }

    private void line(double x1, double y1, double x2, double y2, double opacity) {
        svg.shape("line", "frame", "x1 y1 x2 y2 opacity", x1, y1, x2, y2, opacity);
    }

    private void line(int index) {
        var series = chart.series().get(index);
        var stroke = new Stroke(index);
        double faded = series.fadedFrom().orElse(Double.POSITIVE_INFINITY);
        var points = series.points();
        int split = (int) points.stream().filter(point -> point.x() <= faded).count();
        svg.group("line").hint(series.label());
        draw(stroke, points.subList(0, split), 1);
        draw(stroke, points.subList(Math.max(0, split - 1), points.size()), split == points.size() ? 0 : 0.35);
        series.spreads().forEach(spread -> spread(stroke, spread));
        signs(stroke, points.subList(0, split));
        svg.endGroup();
    }

    private void spread(Stroke stroke, Series.Spread spread) {
        double at = x(spread.x());
        double low = y(spread.lowest());
        double high = y(spread.highest());
        String path =
                Svg.pathData("M", at - 3, low, "H", at + 3, "M", at, low, "V", high, "M", at - 3, high, "H", at + 3);
        svg.shape("path", stroke.role().style() + "-line", "d stroke-width opacity", path, 1.4, 0.7);
    }

    private void draw(Stroke stroke, List<Series.Point> points, double opacity) {
        if (points.size() > 1 && opacity > 0) {
            String path = points.stream()
                    .map(point -> Svg.pathData(x(point.x()), y(point.y())))
                    .collect(Collectors.joining(" L", "M", ""));
            stroke.draw(svg, path, opacity);
        }
    }

    /** At its points, or where there are many of them at those that lie at ticks. */
    private void signs(Stroke stroke, List<Series.Point> points) {
        var ticks = chart.x().ticks(10);
        for (int i = 0; i < points.size(); i++) {
            var point = points.get(i);
            if (points.size() <= 12 || i == points.size() - 1 || ticks.contains(point.x())) {
                stroke.sign(svg, x(point.x()), y(point.y()));
            }
        }
    }

    private void labels() {
        var wishes = new ArrayList<Double>();
        for (var series : chart.series()) {
            wishes.add(y(series.points().getLast().y()));
        }
        var places = EndLabels.apart(wishes, LABEL_LINE, plot.top() + 4, plot.bottom() - 4);
        IntStream.range(0, wishes.size()).forEach(i -> label(i, wishes.get(i), places.get(i)));
    }

    private void label(int index, double end, double place) {
        var series = chart.series().get(index);
        var stroke = new Stroke(index);
        double sample = plot.right() + LEADER;
        double last = x(series.points().getLast().x());
        // A line that ends early is found by its dashes and signs: a leader would cross the others.
        if (last > plot.right() - 1) {
            String leader = Svg.pathData("M", last + 5, end, "L", sample - 2, place);
            svg.shape("path", stroke.role().style() + "-line", "d opacity", leader, 0.6);
        }
        stroke.draw(svg, Svg.pathData("M", sample, place, "H", sample + SAMPLE), 1);
        stroke.sign(svg, sample + SAMPLE / 2, place);
        svg.text(sample + SAMPLE + 6, place + 4, "text", series.label());
    }
}
