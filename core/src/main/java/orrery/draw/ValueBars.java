package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import orrery.report.Numbers;

/**
 * Vectors as bars, all equally wide and as high as they have values, and heads as tiles of such bars: on one scale
 * every area is proportional to a number of values.
 *
 * @param perValue CSS pixels of height
 */
record ValueBars(Svg svg, double perValue) {
    static final double WIDTH = 24;
    static final int COLUMNS = 8;

    private static final double EDGE = 2.5;

    double height(double values) {
        return values * perValue;
    }

    /** A vector with its name and its number of values above it. */
    void bar(double x, double middle, long values, Role role, String name) {
        double top = middle - height(values) / 2;
        svg.rectangle(x, top, WIDTH, height(values), 0, role.style());
        if (role == Role.CACHE) {
            svg.rectangle(x - EDGE, top - EDGE, WIDTH + 2 * EDGE, height(values) + 2 * EDGE, 2, "cache-line thick");
        }
        svg.text(x + WIDTH / 2, top - 20, "strong middle", name);
        svg.text(x + WIDTH / 2, top - 6, "muted middle", Numbers.exact(values));
    }

    static int rows(int heads) {
        return Math.ceilDiv(heads, COLUMNS);
    }

    static double width(int heads) {
        return Math.min(heads, COLUMNS) * WIDTH;
    }

    /** Heads, one tile each, which lie close to each other. */
    void heads(double x, double top, int heads, int size, String style) {
        double high = height(size);
        Object[] tiles = IntStream.range(0, heads)
                .mapToObj(i -> Svg.tile(x + i % COLUMNS * WIDTH, top + i / COLUMNS * high, WIDTH, high))
                .toArray();
        svg.path(style + (high < 4 ? " hair" : " thin"), tiles);
    }

    /** The thick edge of heads that are cached, around all their tiles. */
    void edge(double x, double top, int heads, int size) {
        int across = Math.min(heads, COLUMNS);
        int rest = heads % across;
        double full = top + heads / across * height(size) + EDGE;
        var path = new ArrayList<Object>(List.of("M", x - EDGE, top - EDGE));
        path.addAll(List.of("H", x + across * WIDTH + EDGE, "V", full));
        if (rest > 0) {
            path.addAll(List.of("H", x + rest * WIDTH + EDGE, "V", full + height(size)));
        }
        path.addAll(List.of("H", x - EDGE, "Z"));
        svg.path("cache-line thick", path.toArray());
    }
}
