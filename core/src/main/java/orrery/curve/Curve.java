package orrery.curve;

import java.util.List;

/**
 * One quantity of one scenario by context.
 *
 * @param label the scenario's
 * @param points by ascending context
 * @param room where the machine's memory is full, if there is a machine
 */
public record Curve(String label, List<Point> points, Room room) {
    public Curve {
        points = List.copyOf(points);
    }

    /** A context in tokens, and the quantity in bytes, operations or seconds. */
    public record Point(long context, double value) {}
}
