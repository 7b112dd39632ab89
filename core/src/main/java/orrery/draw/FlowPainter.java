package orrery.draw;

/** Draws the lines and arrows of a column. Everything flows upwards unless it says otherwise. */
final class FlowPainter {
    private static final double TIP = 7;
    private static final double ROUND = 8;
    private static final double STREAM_PITCH = 7;
    private static final double SUM_RADIUS = 9;

    private final Svg svg;
    private final double left;
    private double from = Double.NaN;
    private int streams = 1;

    FlowPainter(Svg svg, double left) {
        this.svg = svg;
        this.left = left;
    }

    /** What follows begins there. */
    void begin(double y) {
        from = y;
    }

    /** What follows has no line from below. */
    void stop() {
        from = Double.NaN;
        streams = 1;
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
                double x = left + Grid.AXIS + (i - (streams - 1) / 2.0) * STREAM_PITCH;
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
        svg.circle(left + Grid.AXIS, y, 2.6, "tip");
    }

    /** The residual line, from a fork to a sum. */
    void skip(double fork, double sum) {
        double axis = left + Grid.AXIS;
        double lane = left + Grid.SKIP_LANE;
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
        double lane = left + Grid.LEFT_LANE;
        svg.path(
                Svg.path(
                        "M",
                        left + Grid.AXIS,
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
                        lane + ROUND - 2,
                        middle),
                "flow");
        tipRight(left + Grid.BOX, middle);
        double end = left + Grid.AXIS - SUM_RADIUS;
        svg.line(left + boxEnd, middle, end - TIP + 1, middle, "flow");
        tipRight(end, middle);
    }

    /** From a box's right side along a lane into another's. */
    void roundOnTheRight(double low, double high, double lane, int count) {
        round(Grid.BOX_END, low, high, lane, count);
    }

    /** From the axis along a lane into a box's right side. */
    void fromTheAxis(double low, double high, double lane) {
        round(Grid.AXIS, low, high, lane, 1);
    }

    private void round(double begin, double low, double high, double lane, int count) {
        for (int i = 0; i < count; i++) {
            double shift = (i - (count - 1) / 2.0) * 3;
            double x = left + lane + shift;
            double end = left + Grid.BOX_END;
            svg.path(
                    Svg.path(
                            "M",
                            left + begin,
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
        tipLeft(left + Grid.BOX_END, high);
    }

    /** An arrow downwards on the axis. */
    void down(double top, double bottom) {
        double x = left + Grid.AXIS;
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
