package orrery.draw;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A drawing as HTML to be pasted into a page: a figure with a caption, which scrolls where the page is narrower. Its
 * style reaches nothing else, and a page's own class names do not reach it.
 */
final class Snippet {
    private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile(" class=\"([^\"]*)\"");
    private static final Pattern SELECTED = Pattern.compile("\\." + Theme.DRAWING + "( \\.)?");

    /** What a drawing inherits from a page, or what pages like to say of every picture. */
    private static final String RESET = "max-width:none;fill:#000;stroke:none;stroke-width:1;text-anchor:start;"
            + "font-style:normal;font-weight:400;letter-spacing:normal;word-spacing:normal;text-transform:none";

    private Snippet() {}

    static String of(Diagram diagram) {
        String svg = diagram.svg();
        // Of the content, so that different drawings in one page never share a name.
        String scope = "orrery-" + Integer.toHexString(svg.hashCode());
        String own = STYLE.matcher(svg)
                .replaceFirst(found -> Matcher.quoteReplacement("<style>." + scope + "{" + RESET
                        + "}." + scope + " text{font-family:inherit}"
                        + SELECTED.matcher(found.group(1))
                                .replaceAll(rule -> "." + scope + (rule.group(1) == null ? "" : " ." + scope + "-"))
                        + "</style>"));
        String named = CLASS.matcher(own).replaceAll(found -> {
            var names = new StringBuilder();
            for (String name : found.group(1).strip().split(" ")) {
                names.append(names.isEmpty() ? "" : " ")
                        .append(name.equals(Theme.DRAWING) ? scope : scope + "-" + name);
            }
            return Matcher.quoteReplacement(" class=\"" + names + '"');
        });
        String title = Svg.escape(diagram.title());
        return """
                <figure style="margin:1em 0">
                <div style="overflow-x:auto" tabindex="0" role="group" aria-label="%s">
                %s</div>
                <figcaption>%s. Drawn by Orrery.</figcaption>
                </figure>
                """.formatted(title, named, title);
    }
}
