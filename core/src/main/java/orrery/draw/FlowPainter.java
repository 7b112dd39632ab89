package orrery.draw;

/** Draws the lines and arrows of a column. Everything flows upwards unless it says otherwise. */
final class FlowPainter {
    private static final double TIP = 7;
    private static final double ROUND = 8;
    private static final double STREAM_PITCH = 7;
    private static final double SUM_RADIUS = 9;

    private final Svg svg;
    private final double left;
    private final Grid grid;
    private double from = Double.NaN;
    private int streams = 1;

    FlowPainter(Svg svg, double left, Grid grid) {
        this.svg = svg;
        this.left = left;
        this.grid = grid;
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
            double tip = streams == 1 ? TIP : 5;
            for (int i = 0; i < streams; i++) {
                double x = left + grid.axis() + (i - (streams - 1) / 2.0) * STREAM_PITCH;
                svg.line(x, from, x, bottom + tip - 1, "flow");
                double half = streams == 1 ? 4 : 2.7;
                svg.path(Svg.path("M", x, bottom, "L", x - half, bottom + tip, "H", x + half, "Z"), "tip");
            }
        }
        from = top;
        streams = 1;
    }

    /** A dot from which a residual line leaves. */
    void fork(double y) {
        dot(y);
    }

    void dot(double y) {
        svg.circle(left + grid.axis(), y, 2.6, "tip");
    }

    /** The residual line, from a fork to a sum. */
    void skip(double fork, double sum) {
        double axis = left + grid.axis();
        double lane = left + grid.skipLane();
        double end = axis + SUM_RADIUS;
        svg.path(
                Svg.path(
                        "M",
                        axis,
                        fork,
                        "H",
                        lane - ROUND,
                        "Q",
                        lane,
                        fork,
                        lane,
                        fork - ROUND,
                        "V",
                        sum + ROUND,
                        "Q",
                        lane,
                        sum,
                        lane - ROUND,
                        sum,
                        "H",
                        end + TIP - 1),
                "flow");
        tipLeft(end, sum);
    }

    /**
     * From the axis at {@code fork} round the boxes on the left, into the box that begins there, and out of it to the
     * sum.
     */
    void roundOnTheLeft(double fork, double middle, double boxEnd) {
        double lane = left + grid.leftLane();
        svg.path(
                Svg.path(
                        "M",
                        left + grid.axis(),
                        fork,
                        "H",
                        lane + ROUND,
                        "Q",
                        lane,
                        fork,
                        lane,
                        fork - ROUND,
                        "V",
                        middle + ROUND,
                        "Q",
                        lane,
                        middle,
                        lane + ROUND,
                        middle,
                        "H",
                        left + grid.box() - TIP + 1),
                "flow");
        tipRight(left + grid.box(), middle);
        double end = left + grid.axis() - SUM_RADIUS;
        svg.line(left + boxEnd, middle, end - TIP + 1, middle, "flow");
        tipRight(end, middle);
    }

    /** From the axis at {@code high} down a lane and from below into the box at {@code low} on another axis. */
    void aside(double high, double low, double lane, double otherAxis) {
        double x = left + lane;
        double to = left + otherAxis;
        double turn = low + TIP + ROUND + 2;
        svg.path(
                Svg.path(
                        "M",
                        left + grid.axis(),
                        high,
                        "H",
                        x - ROUND,
                        "Q",
                        x,
                        high,
                        x,
                        high + ROUND,
                        "V",
                        turn - ROUND,
                        "Q",
                        x,
                        turn,
                        x + ROUND,
                        turn,
                        "H",
                        to - ROUND,
                        "Q",
                        to,
                        turn,
                        to,
                        turn - ROUND,
                        "V",
                        low + TIP - 1),
                "flow");
        svg.path(Svg.path("M", to, low, "L", to - 4, low + TIP, "H", to + 4, "Z"), "tip");
    }

    /** From a box's right side along a lane into another's. */
    void roundOnTheRight(double low, double high, double lane, int count) {
        for (int i = 0; i < count; i++) {
            double shift = (i - (count - 1) / 2.0) * 3;
            double x = left + lane + shift;
            double end = left + grid.boxEnd();
            svg.path(
                    Svg.path(
                            "M",
                            left + grid.boxEnd(),
                            low + shift,
                            "H",
                            x - ROUND,
                            "Q",
                            x,
                            low + shift,
                            x,
                            low + shift - ROUND,
                            "V",
                            high - shift + ROUND,
                            "Q",
                            x,
                            high - shift,
                            x - ROUND,
                            high - shift,
                            "H",
                            end + TIP - 1),
                    "flow");
        }
        tipLeft(left + grid.boxEnd(), high);
    }

    /** An arrow downwards on the axis. */
    void down(double top, double bottom) {
        double x = left + grid.axis();
        svg.line(x, top, x, bottom - TIP + 1, "flow");
        svg.path(Svg.path("M", x, bottom, "L", x - 4, bottom - TIP, "H", x + 4, "Z"), "tip");
    }

    private void tipLeft(double x, double y) {
        svg.path(Svg.path("M", x, y, "L", x + TIP, y - 4, "V", y + 4, "Z"), "tip");
    }

    private void tipRight(double x, double y) {
        svg.path(Svg.path("M", x, y, "L", x - TIP, y - 4, "V", y + 4, "Z"), "tip");
    }
}
