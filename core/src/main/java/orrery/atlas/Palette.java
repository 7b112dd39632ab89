package orrery.atlas;

import orrery.draw.Theme;

/**
 * The colours of the drawings for the whole site: as the reader's system has it, as the switch in the corner says, and
 * light in print.
 */
final class Palette {
    private Palette() {}

    static String css() {
        return rule(":root", Theme.Scheme.LIGHT, "light dark")
                + "@media (prefers-color-scheme: dark) {\n" + rule(":root", Theme.Scheme.DARK, "light dark") + "}\n"
                + rule(":root[data-theme=light]", Theme.Scheme.LIGHT, "light")
                + rule(":root[data-theme=dark]", Theme.Scheme.DARK, "dark")
                + "@media print {\n" + rule(":root, :root[data-theme]", Theme.Scheme.LIGHT, "light") + "}\n";
    }

    private static String rule(String selector, Theme.Scheme scheme, String colourScheme) {
        return Theme.rule(selector, "  color-scheme: " + colourScheme + ";\n", scheme);
    }
}
