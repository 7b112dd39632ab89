package orrery.draw.chart;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orrery.draw.Role;
import orrery.draw.Svg;

/**
 * How the lines of a chart are distinguished: by colour, by dashes and by what marks their points, so that they can be
 * told apart in grey, too.
 */
final class Stroke {
    private static final List<Role> ROLES = List.of(
            Role.ATTENTION,
            Role.EXPERTS,
            Role.FEED_FORWARD,
            Role.DIFFERENCE,
            Role.CACHE,
            Role.EMBEDDING,
            Role.NORM,
            Role.PLAIN);
    private static final List<String> DASHES = List.of("none", "7 3", "2 3", "10 3 2 3", "12 4", "4 2", "8 3 2 3 2 3");
    private static final double HALF = 3.6;

    private final int index;

    Stroke(int index) {
        this.index = index;
    }

    /** The role that gives its colours. */
    Role role() {
        return ROLES.get(index % ROLES.size());
    }

    /** A line through the points of a path. */
    void draw(Svg svg, String path, double opacity) {
        String dashes = DASHES.get(index % DASHES.size());
        String attributes = "d stroke-width stroke-linejoin stroke-dasharray opacity";
        svg.shape("path", role().style() + "-line", attributes, path, 2, "round", dashes, opacity);
    }

    /** The sign of this line's points. */
    void sign(Svg svg, double x, double y) {
        String style = role().style() + "-ink";
        switch (index % 5) {
            case 0 -> svg.circle(x, y, HALF, style);
            case 1 -> svg.rectangle(x - 3.2, y - 3.2, 6.4, 6.4, 0, style);
            case 2 -> svg.path(style, polygon(x, y, 0, -4.4, 4.2, 3, -4.2, 3));
            case 3 -> svg.path(style, polygon(x, y, 0, -4.8, 4.8, 0, 0, 4.8, -4.8, 0));
            default -> svg.path(style, polygon(x, y, 0, 4.4, 4.2, -3, -4.2, -3));
        }
    }

    private static String polygon(double x, double y, double... offsets) {
        return IntStream.range(0, offsets.length / 2)
                .mapToObj(i -> Svg.pathData(x + offsets[2 * i], y + offsets[2 * i + 1]))
                .collect(Collectors.joining(" L", "M", " Z"));
    }
}
