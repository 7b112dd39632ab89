package orrery.draw.chart;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A line of a chart.
 *
 * @param label what it is, written at its end
 * @param points by ascending x
 * @param fadedFrom from which x on it is drawn faint: what cannot be reached
 * @param spreads how far the numbers lie apart whose means the points are; may be empty
 */
public record Series(String label, List<Point> points, OptionalDouble fadedFrom, List<Spread> spreads) {
    public Series {
        points = List.copyOf(points);
        spreads = List.copyOf(spreads);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("the line " + label + " has no points");
        }
    }

    /** Without spreads. */
    public Series(String label, List<Point> points, OptionalDouble fadedFrom) {
        this(label, points, fadedFrom, List.of());
    }

    /** A place in the axes' units. */
    public record Point(double x, double y) {}

    /** From the lowest to the highest number at a place. */
    public record Spread(double x, double lowest, double highest) {}
}
