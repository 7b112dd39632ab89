package orrery.draw.chart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import orrery.draw.Role;
import orrery.draw.Svg;
import orrery.draw.TextWidth;

/**
 * Draws single points and writes their words beside them, where they lie on no other words and on as little of the
 * lines as can be.
 */
final class ChartMarks {
    private static final double TEXT = 11;
    private static final double HIGH = 15;
    private static final double STEP = 3;
    private static final double FAR = 20;

    private final LineChart chart;
    private final PlotArea plot;
    private final DoubleUnaryOperator x;
    private final DoubleUnaryOperator y;
    private final List<PlotArea> taken = new ArrayList<>();
    private final List<double[]> inked = new ArrayList<>();

    ChartMarks(LineChart chart, PlotArea plot, DoubleUnaryOperator x, DoubleUnaryOperator y) {
        this.chart = chart;
        this.plot = plot;
        this.x = x;
        this.y = y;
        for (var series : chart.series()) {
            var points = series.points();
            for (int i = 1; i < points.size(); i++) {
                ink(points.get(i - 1), points.get(i));
            }
        }
    }

    /** Places every few pixels along a piece of a line. */
    private void ink(Series.Point from, Series.Point to) {
        double x1 = x.applyAsDouble(from.x());
        double y1 = y.applyAsDouble(from.y());
        double x2 = x.applyAsDouble(to.x());
        double y2 = y.applyAsDouble(to.y());
        int steps = (int) Math.ceil(Math.hypot(x2 - x1, y2 - y1) / STEP);
        for (int i = 0; i <= steps; i++) {
            double part = steps == 0 ? 0 : (double) i / steps;
            inked.add(new double[] {x1 + part * (x2 - x1), y1 + part * (y2 - y1)});
        }
    }

    void draw(Svg svg) {
        for (var mark : chart.marks()) {
            double atX = x.applyAsDouble(mark.x());
            double atY = y.applyAsDouble(mark.y());
            taken.add(new PlotArea(atX - 7, atY - 7, atX + 7, atY + 7));
        }
        for (var mark : chart.marks()) {
            point(svg, mark, x.applyAsDouble(mark.x()), y.applyAsDouble(mark.y()));
        }
    }

    private void point(Svg svg, Mark mark, double atX, double atY) {
        var role = new Stroke(mark.series()).role();
        switch (mark.kind()) {
            case END -> {
                double[] x = {atX - 5, atX + 5};
                double[] y = {atY - 5, atY + 5};
                String cross = Svg.pathData("M", x[0], y[0], "L", x[1], y[1], "M", x[0], y[1], "L", x[1], y[0]);
                svg.shape("path", role.style() + "-line", "d stroke-width", cross, 2.4);
            }
            case MEASURED -> {
                svg.circle(atX, atY, 6.5, role.style());
                svg.circle(atX, atY, 3, role.style() + "-ink");
            }
        }
        if (mark.label().isEmpty()) {
            return;
        }
        var box = best(atX, atY, TextWidth.of(mark.label(), TEXT) + 6);
        taken.add(box);
        leader(svg, role, atX, atY, box);
        svg.shape("rect", "paper", "opacity x y width height", 0.85, box.left(), box.top(), box.wide(), box.high());
        svg.text(box.left() + 3, box.bottom() - 3.5, "small " + role.style() + "-ink", mark.label());
    }

    /** From words that had to go far away to their point. */
    private static void leader(Svg svg, Role role, double atX, double atY, PlotArea box) {
        double nearX = Math.clamp(atX, box.left(), box.right());
        double nearY = Math.clamp(atY, box.top(), box.bottom());
        double far = Math.hypot(nearX - atX, nearY - atY);
        if (far > FAR) {
            double part = 8 / far;
            String line = Svg.pathData("M", atX + part * (nearX - atX), atY + part * (nearY - atY), "L", nearX, nearY);
            svg.shape("path", role.style() + "-line", "d opacity", line, 0.6);
        }
    }

    private PlotArea best(double atX, double atY, double wide) {
        var boxes = new LinkedHashMap<PlotArea, Long>();
        for (int far = 8; far <= 120; far += 14) {
            for (double beginning : new double[] {atX - far - wide, atX + far, atX - wide / 2}) {
                for (double middle : new double[] {atY - far, atY + far, atY}) {
                    double left = Math.clamp(beginning, plot.left(), Math.max(plot.left(), plot.right() - wide));
                    double centre = Math.clamp(middle, plot.top() + HIGH / 2, plot.bottom() - HIGH / 2);
                    var box = new PlotArea(left, centre - HIGH / 2, left + wide, centre + HIGH / 2);
                    boxes.putIfAbsent(box, cost(box, far));
                }
            }
        }
        return Collections.min(boxes.entrySet(), Map.Entry.comparingByValue()).getKey();
    }

    private long cost(PlotArea box, int far) {
        long lines = inked.stream().filter(at -> box.contains(at[0], at[1])).count();
        long texts = taken.stream().filter(box::overlaps).count();
        return far + 3 * lines + 10_000 * texts;
    }
}
