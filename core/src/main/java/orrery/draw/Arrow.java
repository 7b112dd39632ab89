package orrery.draw;

/** Straight arrows. */
final class Arrow {
    private static final double TIP = 7;
    private static final double HALF = 4;

    private Arrow() {}

    static void up(Svg svg, double x, double from, double to) {
        svg.line(x, from, x, to + TIP - 1, "flow");
        svg.path(Svg.path("M", x, to, "L", x - HALF, to + TIP, "H", x + HALF, "Z"), "tip");
    }

    static void down(Svg svg, double x, double from, double to) {
        svg.line(x, from, x, to - TIP + 1, "flow");
        svg.path(Svg.path("M", x, to, "L", x - HALF, to - TIP, "H", x + HALF, "Z"), "tip");
    }

    static void right(Svg svg, double from, double to, double y) {
        svg.line(from, y, to - TIP + 1, y, "flow");
        tipRight(svg, to, y);
    }

    static void tipRight(Svg svg, double x, double y) {
        svg.path(Svg.path("M", x, y, "L", x - TIP, y - HALF, "V", y + HALF, "Z"), "tip");
    }

    static void tipLeft(Svg svg, double x, double y) {
        svg.path(Svg.path("M", x, y, "L", x + TIP, y - HALF, "V", y + HALF, "Z"), "tip");
    }

    /** Where branches are added up, or multiplied. */
    static void sum(Svg svg, double x, double y, boolean times) {
        svg.circle(x, y, 9, "sum");
        double arm = times ? 3.2 : 4.5;
        svg.path(
                times
                        ? Svg.path(
                                "M", x - arm, y - arm, "L", x + arm, y + arm, "M", x - arm, y + arm, "L", x + arm,
                                y - arm)
                        : Svg.path("M", x - arm, y, "H", x + arm, "M", x, y - arm, "V", y + arm),
                "flow");
    }
}
