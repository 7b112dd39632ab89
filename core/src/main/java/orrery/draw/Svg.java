package orrery.draw;

import java.util.Locale;

/**
 * Writes a drawing, element by element: shapes and texts in CSS pixels, with classes of {@link Theme} for their looks.
 * Not for several threads at once.
 */
public final class Svg {
    private final StringBuilder body = new StringBuilder();
    private boolean linked;

    /** Anything, closed at once. Attributes are name and value in turn. */
    public Svg element(String name, String... attributes) {
        body.append('<').append(name);
        attributes(attributes);
        body.append("/>");
        return this;
    }

    /** Begins an element that {@link #close} ends. */
    public Svg open(String name, String... attributes) {
        body.append('<').append(name);
        attributes(attributes);
        body.append('>');
        return this;
    }

    /** Ends the element of that name. */
    public Svg close(String name) {
        body.append("</").append(name).append('>');
        return this;
    }

    private void attributes(String... attributes) {
        for (int i = 0; i < attributes.length; i += 2) {
            body.append(' ').append(attributes[i]).append("=\"");
            body.append(escape(attributes[i + 1])).append('"');
        }
    }

    /** A group of shapes that belong together. */
    public Svg group(String style) {
        return open("g", "class", style);
    }

    public Svg endGroup() {
        return close("g");
    }

    /** The tooltip of the group that is open. */
    public Svg hint(String text) {
        open("title");
        body.append(escape(text));
        return close("title");
    }

    /**
     * Begins a link that {@code close("a")} ends.
     *
     * @param text all that stands in it
     * @param hint its tooltip
     */
    public Svg link(String address, String text, String hint, String role) {
        linked = true;
        open("a", "href", address, "aria-label", text + ". " + hint, "data-role", role);
        return hint(hint);
    }

    public Svg rectangle(double x, double y, double width, double height, double radius, String style) {
        return element(
                "rect",
                "class",
                style,
                "x",
                number(x),
                "y",
                number(y),
                "width",
                number(width),
                "height",
                number(height),
                "rx",
                number(radius));
    }

    public Svg circle(double x, double y, double radius, String style) {
        return element("circle", "class", style, "cx", number(x), "cy", number(y), "r", number(radius));
    }

    public Svg line(double x1, double y1, double x2, double y2, String style) {
        return element("line", "class", style, "x1", number(x1), "y1", number(y1), "x2", number(x2), "y2", number(y2));
    }

    /** A path in SVG's own notation, which {@link #path(Object...)} puts together. */
    public Svg path(String path, String style) {
        return element("path", "class", style, "d", path);
    }

    /** Letters and numbers of a path: {@code path("M", 3, 4, "V", 9.5)}. */
    public static String path(Object... parts) {
        var path = new StringBuilder();
        for (Object part : parts) {
            path.append(path.isEmpty() ? "" : " ");
            path.append(part instanceof Number number ? number(number.doubleValue()) : part);
        }
        return path.toString();
    }

    /**
     * A line of text; {@code y} is its baseline. Classes {@code middle} and {@code end} say what {@code x} is, if not
     * its beginning.
     */
    public Svg text(double x, double y, String style, String text) {
        open("text", "class", style, "x", number(x), "y", number(y));
        body.append(escape(text));
        return close("text");
    }

    /**
     * The drawing of all that was written.
     *
     * @param title what it shows, in a few words
     * @param description a description for readers who cannot see it
     */
    public Diagram diagram(String title, String description, int width, int height) {
        // Of the content, so that different drawings in one page never share an id.
        String prefix = "orrery-" + Integer.toHexString((title + '\n' + description + '\n' + body).hashCode());
        var svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"")
                .append(Theme.DRAWING)
                .append("\" viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(height)
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"")
                .append(height)
                .append("\" role=\"") // what is inside of an image cannot be reached
                .append(linked ? "group" : "img")
                .append("\" aria-labelledby=\"")
                .append(prefix)
                .append("-title ")
                .append(prefix)
                .append("-desc\">");
        svg.append("<title id=\"")
                .append(prefix)
                .append("-title\">")
                .append(escape(title))
                .append("</title>");
        svg.append("<desc id=\"")
                .append(prefix)
                .append("-desc\">")
                .append(escape(description))
                .append("</desc>");
        svg.append("<style>").append(escape(Theme.css())).append("</style>");
        svg.append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>");
        svg.append(body).append("</svg>\n");
        return new Diagram(title, description, width, height, svg.toString());
    }

    /** At most two decimals, a point between, whatever the locale. */
    public static String number(double number) {
        double rounded = Math.rint(number * 100) / 100;
        if (rounded == Math.rint(rounded)) {
            return Long.toString((long) rounded);
        }
        return String.format(Locale.ROOT, "%.2f", rounded).replaceFirst("0$", "");
    }

    /** Text as XML and HTML both take it. Characters that neither may hold are left out. */
    static String escape(String text) {
        var escaped = new StringBuilder();
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> {
                    boolean allowed =
                            point >= ' ' && point != 0xFFFE && point != 0xFFFF && (point < 0xD800 || point > 0xDFFF);
                    if (allowed || point == '\t' || point == '\n') {
                        escaped.appendCodePoint(point);
                    }
                }
            }
        });
        return escaped.toString();
    }
}
