package orrery.look;

import orrery.draw.TextWidth;

/** Texts in little room. */
final class Fitting {
    private Fitting() {}

    /** As much of a text as fits, with an ellipsis where it is cut. */
    static String text(String whole, double size, double width) {
        if (TextWidth.of(whole, size) <= width) {
            return whole;
        }
        int end = whole.length();
        while (end > 0 && TextWidth.of(whole.substring(0, end) + "…", size) > width) {
            end = whole.offsetByCodePoints(end, -1);
        }
        return whole.substring(0, end) + "…";
    }
}
