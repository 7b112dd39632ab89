package orrery.draw.chart;

/**
 * A point of a chart with words beside it.
 *
 * @param series index of the line whose colour it takes
 * @param kind what it looks like
 */
public record Mark(String label, double x, double y, int series, Kind kind) {
    /** How a point is drawn. */
    public enum Kind {
        /** A cross: here something ends. */
        END,
        /** A filled dot: this was measured. */
        MEASURED
    }
}
