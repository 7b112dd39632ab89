package orrery.draw.chart;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A line of a chart.
 *
 * @param label what it is, written at its end
 * @param points by ascending x
 * @param fadedFrom from which x on it is drawn faint: what cannot be reached
 */
public record Series(String label, List<Point> points, OptionalDouble fadedFrom) {
    public Series {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("the line " + label + " has no points");
        }
    }

    /** A place in the axes' units. */
    public record Point(double x, double y) {}
}
