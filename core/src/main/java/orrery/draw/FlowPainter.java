package orrery.draw;

/** Draws the lines and arrows of a column. Everything flows upwards unless it says otherwise. */
final class FlowPainter {
    private static final double STREAM_PITCH = 7;

    private final Svg svg;
    private final double left;
    private final Grid grid;
    private final double axis;
    private double from = Double.NaN;
    private int streams = 1;

    FlowPainter(Svg svg, double left, Grid grid) {
        this.svg = svg;
        this.left = left;
        this.grid = grid;
        axis = left + grid.axis();
    }

    /** What follows begins there. */
    void begin(double y) {
        from = y;
    }

    /** So many streams leave the last part. */
    void streams(int count) {
        streams = count;
    }

    /** Arrows into a part that reaches from {@code bottom} up to {@code top}. */
    void to(double bottom, double top) {
        if (!Double.isNaN(from)) {
            for (int i = 0; i < streams; i++) {
                double x = axis + (i - (streams - 1) / 2.0) * STREAM_PITCH;
                if (streams == 1) {
                    Arrow.up(svg, x, from, bottom);
                } else {
                    Arrow.up(svg, x, from, bottom, 5, 2.7);
                }
            }
        }
        from = top;
        streams = 1;
    }

    /** A dot from which a line leaves. */
    void dot(double y) {
        Arrow.dot(svg, axis, y);
    }

    /** The residual line, from a fork to a sum. */
    void skip(double fork, double sum) {
        double lane = left + grid.skipLane();
        double end = axis + Arrow.SUM_RADIUS;
        svg.route("flow", axis, fork, lane, fork, lane, sum, end + Arrow.TIP - 1, sum);
        Arrow.tipLeft(svg, end, sum);
    }

    /**
     * From the axis at {@code fork} round the boxes on the left, into the box that begins there, and out of it to the
     * sum.
     */
    void roundOnTheLeft(double fork, double middle, double boxEnd) {
        double lane = left + grid.leftLane();
        double box = left + grid.box();
        svg.route("flow", axis, fork, lane, fork, lane, middle, box - Arrow.TIP + 1, middle);
        Arrow.tipRight(svg, box, middle);
        Arrow.right(svg, left + boxEnd, axis - Arrow.SUM_RADIUS, middle);
    }

    /** From the axis at {@code high} down a lane and from below into the box at {@code low} on another axis. */
    void aside(double high, double low, double lane, double otherAxis) {
        double x = left + lane;
        double to = left + otherAxis;
        double turn = low + Arrow.TIP + 10;
        svg.route("flow", axis, high, x, high, x, turn, to, turn, to, low + Arrow.TIP - 1);
        Arrow.tipUp(svg, to, low);
    }

    /** From a box's right side along a lane into another's. */
    void roundOnTheRight(double low, double high, double lane, int count) {
        double end = left + grid.boxEnd();
        for (int i = 0; i < count; i++) {
            double shift = (i - (count - 1) / 2.0) * 3;
            double x = left + lane + shift;
            double lower = low + shift;
            double upper = high - shift;
            svg.route("flow", end, lower, x, lower, x, upper, end + Arrow.TIP - 1, upper);
        }
        Arrow.tipLeft(svg, end, high);
    }

    /** An arrow downwards on the axis. */
    void down(double top, double bottom) {
        Arrow.down(svg, axis, top, bottom);
    }
}
