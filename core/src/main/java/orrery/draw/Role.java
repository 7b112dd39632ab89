package orrery.draw;

import java.util.Locale;

/** What a colour stands for. The same in every drawing, chart and page. */
public enum Role {
    ATTENTION("#e3edfb", "#2f6fc4", "#1b2f4d", "#7db0f5"),
    FEED_FORWARD("#e2f3e4", "#2f8a47", "#173522", "#74c98a"),
    EXPERTS("#fdebd7", "#c0650f", "#42290f", "#f0a560"),
    NORM("#ecebf3", "#706a94", "#2b2a3a", "#aaa4cc"),
    EMBEDDING("#f8f0d3", "#8f6f10", "#3a3012", "#dabb5c"),
    CACHE("#d8f1f0", "#11807c", "#0f3836", "#58c7c2"),
    DIFFERENCE("#fbe1f0", "#b4237c", "#481a36", "#f283bf"),
    /** A difference in numbers alone, weaker than {@link #DIFFERENCE}. */
    SIZE("#fdf3f9", "#b0709a", "#35222f", "#c08aad"),
    PLAIN("#f1f2f5", "#6b7280", "#262a33", "#9aa2b1");

    private final String light;
    private final String lightLine;
    private final String dark;
    private final String darkLine;

    Role(String light, String lightLine, String dark, String darkLine) {
        this.light = light;
        this.lightLine = lightLine;
        this.dark = dark;
        this.darkLine = darkLine;
    }

    /**
     * Its name in CSS: the class of a filled and outlined shape; with {@code -line} of a line, with {@code -ink} of
     * text or a solid mark.
     */
    public String style() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a shape is filled with. */
    String fill(Theme.Scheme scheme) {
        return scheme == Theme.Scheme.LIGHT ? light : dark;
    }

    /** What it is outlined with. */
    String line(Theme.Scheme scheme) {
        return scheme == Theme.Scheme.LIGHT ? lightLine : darkLine;
    }
}
