package orrery.draw;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The colours and letters of every drawing, as CSS. A drawing follows the reader's choice of light or dark, and is
 * light in print. A page that has a switch of its own sets {@link #properties} on any element around the drawings,
 * which then follow the page.
 */
public final class Theme {
    /** The fonts of the reader's system, those first whose widths {@link TextWidth} knows best. */
    public static final String FONTS =
            "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', system-ui, sans-serif";

    /** The class of every drawing's {@code <svg>}. */
    static final String DRAWING = "orrery-drawing";

    private static final Pattern COLOURED = Pattern.compile("(fill|stroke):var\\(--d-([a-z-]+)\\)");

    private Theme() {}

    /** Light or dark. */
    public enum Scheme {
        LIGHT,
        DARK
    }

    /** The custom properties of a scheme by name, {@code --orrery-attention} and so on, for the style of a page. */
    public static SequencedMap<String, String> properties(Scheme scheme) {
        var properties = new LinkedHashMap<String, String>();
        colours(scheme).forEach((name, colour) -> properties.put("--orrery-" + name, colour));
        return properties;
    }

    /**
     * A rule of a page's style sheet that sets them.
     *
     * @param first what it says before them
     */
    public static String rule(String selector, String first, Scheme scheme) {
        return properties(scheme).entrySet().stream()
                .map(entry -> "  " + entry.getKey() + ": " + entry.getValue() + ";\n")
                .collect(Collectors.joining("", selector + " {\n" + first, "}\n"));
    }

    private static SequencedMap<String, String> colours(Scheme scheme) {
        boolean light = scheme == Scheme.LIGHT;
        var colours = new LinkedHashMap<String, String>();
        colours.put("paper", light ? "#ffffff" : "#14171d");
        colours.put("panel", light ? "#fafbfc" : "#1a1e26");
        colours.put("frame", light ? "#c9ced8" : "#414856");
        colours.put("ink", light ? "#1c2430" : "#e8ebf0");
        colours.put("muted", light ? "#566072" : "#a4adbb");
        for (var role : Role.values()) {
            colours.put(role.style(), role.fill(scheme));
            colours.put(role.style() + "-line", role.line(scheme));
        }
        return colours;
    }

    /** The style of a drawing. The same in all, so that several in one page agree. */
    static String css() {
        var css = new StringBuilder();
        css.append(scope(Scheme.LIGHT));
        css.append("@media (prefers-color-scheme:dark){" + scope(Scheme.DARK) + "}");
        css.append("@media print{" + scope(Scheme.LIGHT) + "}");
        rule(css, "", "background:var(--d-paper);font-family:" + FONTS);
        rule(css, " text", "fill:var(--d-ink);font-size:12px");
        rule(css, " .small", "font-size:11px");
        rule(css, " .heading", "font-size:13px;font-weight:600");
        rule(css, " .large", "font-size:15px;font-weight:600");
        rule(css, " .title", "font-size:20px;font-weight:600");
        rule(css, " .strong", "font-weight:600");
        rule(css, " .muted", "fill:var(--d-muted)");
        rule(css, " .middle", "text-anchor:middle");
        rule(css, " .end", "text-anchor:end");
        rule(css, " .paper", "fill:var(--d-paper)");
        rule(css, " .panel", "fill:var(--d-panel);stroke:var(--d-frame)");
        rule(css, " .frame", "fill:none;stroke:var(--d-frame)");
        rule(css, " .flow", "fill:none;stroke:var(--d-ink);stroke-width:1.4");
        rule(css, " .tip", "fill:var(--d-ink)");
        rule(css, " .sum", "fill:var(--d-paper);stroke:var(--d-ink);stroke-width:1.4");
        rule(css, " .tint", "fill:var(--d-difference)");
        rule(css, " .size-tint", "fill:var(--d-size)");
        rule(css, " .differs", "fill:none;stroke:var(--d-difference-line);stroke-width:2.5");
        rule(css, " .thick", "stroke-width:2");
        rule(css, " .tile", "fill:var(--d-paper);stroke:var(--d-experts-line);stroke-width:.5");
        rule(css, " .thin", "stroke-width:.6");
        rule(css, " .hair", "stroke-width:.3");
        rule(css, " .faint", "fill-opacity:.5;stroke-opacity:.6");
        for (var role : Role.values()) {
            String name = role.style();
            rule(css, " ." + name, "fill:var(--d-" + name + ");stroke:var(--d-" + name + "-line)");
            rule(css, " ." + name + "-line", "fill:none;stroke:var(--d-" + name + "-line)");
            rule(css, " ." + name + "-ink", "fill:var(--d-" + name + "-line)");
        }
        rule(css, " .dashed", "stroke-dasharray:4 3");
        return css.toString();
    }

    private static String scope(Scheme scheme) {
        return colours(scheme).entrySet().stream()
                .map(one -> "--d-" + one.getKey() + ":var(--orrery-" + one.getKey() + "," + one.getValue() + ");")
                .collect(Collectors.joining("", "." + DRAWING + "{", "}"));
    }

    private static void rule(StringBuilder css, String within, String declarations) {
        css.append("." + DRAWING + within + "{" + withFallbacks(declarations) + "}");
    }

    /**
     * Each colour is said twice, as itself and as a property: programs that know no properties (rsvg, Inkscape, office
     * suites) skip the second and draw the light scheme, where they would draw everything black.
     */
    private static String withFallbacks(String declarations) {
        var light = colours(Scheme.LIGHT);
        return COLOURED.matcher(declarations)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) + ":" + light.get(found.group(2)) + ";" + found.group()));
    }
}
