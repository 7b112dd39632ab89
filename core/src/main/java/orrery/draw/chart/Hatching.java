package orrery.draw.chart;

import java.util.List;
import orrery.draw.Svg;

/** Lines across a box, in another direction for each of six numbers; none for the first. */
final class Hatching {
    private static final double STEP = 6;

    private Hatching() {}

    /** A path, or none. */
    static List<String> paths(PlotArea box, int index) {
        var path = new StringBuilder();
        double wide = box.wide();
        double high = box.high();
        switch (index % 6) {
            case 0 -> {}
            case 1 -> {
                for (double at = -high + STEP; at < wide; at += STEP) {
                    diagonal(path, box, at, 1);
                }
            }
            case 2 -> flat(path, box);
            case 3 -> upright(path, box);
            case 4 -> {
                flat(path, box);
                upright(path, box);
            }
            default -> {
                for (double at = STEP; at < wide + high; at += STEP) {
                    diagonal(path, box, at, -1);
                }
            }
        }
        return path.isEmpty() ? List.of() : List.of(path.toString());
    }

    private static void flat(StringBuilder path, PlotArea box) {
        for (double at = box.top() + STEP; at < box.bottom(); at += STEP) {
            path.append(Svg.pathData("M", box.left(), at, "H", box.right()));
        }
    }

    private static void upright(StringBuilder path, PlotArea box) {
        for (double at = box.left() + STEP; at < box.right(); at += STEP) {
            path.append(Svg.pathData("M", at, box.top(), "V", box.bottom()));
        }
    }

    /** Down to the right, or to the left, from a place of the upper edge (or its continuation) to the lower. */
    private static void diagonal(StringBuilder path, PlotArea box, double at, int direction) {
        double wide = box.wide();
        double high = box.high();
        double from = Math.clamp(direction > 0 ? -at : at - wide, 0, high);
        double to = Math.clamp(direction > 0 ? wide - at : at, 0, high);
        if (from < to) {
            double left = box.left() + at;
            path.append(Svg.pathData("M", left + direction * from, box.top() + from))
                    .append(' ')
                    .append(Svg.pathData("L", left + direction * to, box.top() + to));
        }
    }
}
