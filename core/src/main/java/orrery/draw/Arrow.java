package orrery.draw;

/** Straight arrows, and where they meet. */
final class Arrow {
    static final double TIP = 7;
    static final double SUM_RADIUS = 9;
    private static final double HALF = 4;

    private Arrow() {}

    static void up(Svg svg, double x, double from, double to) {
        up(svg, x, from, to, TIP, HALF);
    }

    /** One with a tip as long, and half as wide, as that. */
    static void up(Svg svg, double x, double from, double to, double tip, double half) {
        svg.line(x, from, x, to + tip - 1, "flow");
        svg.path("tip", "M", x, to, "L", x - half, to + tip, "H", x + half, "Z");
    }

    static void down(Svg svg, double x, double from, double to) {
        svg.line(x, from, x, to - TIP + 1, "flow");
        svg.path("tip", "M", x, to, "L", x - HALF, to - TIP, "H", x + HALF, "Z");
    }

    static void right(Svg svg, double from, double to, double y) {
        svg.line(from, y, to - TIP + 1, y, "flow");
        tipRight(svg, to, y);
    }

    static void tipUp(Svg svg, double x, double y) {
        svg.path("tip", "M", x, y, "L", x - HALF, y + TIP, "H", x + HALF, "Z");
    }

    static void tipRight(Svg svg, double x, double y) {
        svg.path("tip", "M", x, y, "L", x - TIP, y - HALF, "V", y + HALF, "Z");
    }

    static void tipLeft(Svg svg, double x, double y) {
        svg.path("tip", "M", x, y, "L", x + TIP, y - HALF, "V", y + HALF, "Z");
    }

    /** Where branches are added up, or multiplied. */
    static void sum(Svg svg, double x, double y, boolean times) {
        svg.circle(x, y, SUM_RADIUS, "sum");
        if (times) {
            cross(svg, x, y, 3.2);
        } else {
            svg.path("flow", "M", x - 4.5, y, "H", x + 4.5, "M", x, y - 4.5, "V", y + 4.5);
        }
    }

    private static void cross(Svg svg, double x, double y, double a) {
        svg.path("flow", "M", x - a, y - a, "L", x + a, y + a, "M", x - a, y + a, "L", x + a, y - a);
    }

    /** Where a line leaves another. */
    static void dot(Svg svg, double x, double y) {
        svg.circle(x, y, 2.6, "tip");
    }
}
