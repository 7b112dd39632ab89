package orrery.curve;

import java.util.List;

/**
 * One quantity of one scenario against the context.
 *
 * @param label the scenario's
 * @param points by ascending context
 * @param room where the memory of the machine ends, if there is one
 */
public record Curve(String label, List<Point> points, Room room) {
    public Curve {
        points = List.copyOf(points);
    }

    /** A context in tokens, and what there is in bytes, operations or seconds. */
    public record Point(long context, double value) {}
}
