package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a drawing, element by element: shapes and texts in CSS pixels, with classes of {@link Theme} for their looks.
 * Not for several threads at once.
 */
public final class Svg {
    private static final double ROUND = 8;

    private final StringBuilder body = new StringBuilder();
    private boolean linked;

    /**
     * An element without content: {@code shape("circle", "tip", "cx cy r", 3, 4.5, 2)}.
     *
     * @param attributes their names; what {@link #number} makes of the values that are numbers stands in them
     */
    public Svg shape(String name, String style, String attributes, Object... values) {
        begin(name, "class", style);
        attributes(attributes, values);
        body.append("/>");
        return this;
    }

    private Svg open(String name, String attributes, Object... values) {
        begin(name, attributes, values);
        body.append('>');
        return this;
    }

    private void begin(String name, String attributes, Object... values) {
        body.append('<').append(name);
        attributes(attributes, values);
    }

    private void attributes(String names, Object... values) {
        String[] each = names.split(" ");
        for (int i = 0; i < values.length; i++) {
            body.append(' ')
                    .append(each[i])
                    .append("=\"")
                    .append(escape(written(values[i])))
                    .append('"');
        }
    }

    private static String written(Object value) {
        return value instanceof Number number ? number(number.doubleValue()) : value.toString();
    }

    private Svg close(String name) {
        body.append("</").append(name).append('>');
        return this;
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
        body.append("<title>").append(escape(text));
        return close("title");
    }

    /**
     * Begins a link that {@link #endLink} ends.
     *
     * @param text all that stands in it
     * @param hint its tooltip
     */
    public Svg link(String address, String text, String hint, String role) {
        linked = true;
        open("a", "href aria-label data-role", address, text + ". " + hint, role);
        return hint(hint);
    }

    public Svg endLink() {
        return close("a");
    }

    public Svg rectangle(double x, double y, double width, double height, double radius, String style) {
        return shape("rect", style, "x y width height rx", x, y, width, height, radius);
    }

    public Svg circle(double x, double y, double radius, String style) {
        return shape("circle", style, "cx cy r", x, y, radius);
    }

    public Svg line(double x1, double y1, double x2, double y2, String style) {
        return shape("line", style, "x1 y1 x2 y2", x1, y1, x2, y2);
    }

    /** Letters and numbers in SVG's own notation: {@code path("flow", "M", 3, 4, "V", 9.5)}. */
    public Svg path(String style, Object... parts) {
        return shape("path", style, "d", pathData(parts));
    }

    /** A path's letters and numbers as text, which may be part of a longer one. */
    public static String pathData(Object... parts) {
        return Stream.of(parts).map(Svg::written).collect(Collectors.joining(" "));
    }

    /** A rectangle as part of a path. */
    static String tile(double x, double y, double width, double height) {
        return pathData("M", x, y, "h", width, "v", height, "h", -width, "z");
    }

    /** A line along the axes with rounded corners, from point to point: x and y in turn. */
    Svg route(String style, double... points) {
        var path = new ArrayList<Object>(List.of("M", points[0], points[1]));
        int last = points.length - 2;
        for (int at = 2; at <= last; at += 2) {
            double x = points[at];
            double y = points[at + 1];
            boolean across = y == points[at - 1];
            double before = at == last ? 0 : ROUND * Math.signum(across ? x - points[at - 2] : y - points[at - 1]);
            path.addAll(across ? List.of("H", x - before) : List.of("V", y - before));
            if (at < last) {
                double after = ROUND * Math.signum(across ? points[at + 3] - y : points[at + 2] - x);
                path.addAll(List.of("Q", x, y, across ? x : x + after, across ? y + after : y));
            }
        }
        return path(style, path.toArray());
    }

    /**
     * A line of text; {@code y} is its baseline. Classes {@code middle} and {@code end} say what {@code x} is, if not
     * its beginning.
     */
    public Svg text(double x, double y, String style, String text) {
        open("text", "class x y", style, x, y);
        body.append(escape(text));
        return close("text");
    }

    /** Lines of text, one below the other; gives the baseline of the next. */
    public double lines(double x, double y, double pitch, String style, List<String> lines) {
        double at = y;
        for (String line : lines) {
            text(x, at, style, line);
            at += pitch;
        }
        return at;
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
        String role = linked ? "group" : "img"; // what is inside of an image cannot be reached
        String svg = """
                <svg xmlns="http://www.w3.org/2000/svg" class="%1$s" viewBox="0 0 %2$s %3$s" width="%2$s" height="%3$s" \
                role="%4$s" aria-labelledby="%5$s-title %5$s-desc"><title id="%5$s-title">%6$s</title>\
                <desc id="%5$s-desc">%7$s</desc><style>%8$s</style><rect class="paper" width="100%%" height="100%%"/>%9$s</svg>
                """.formatted(
                        Theme.DRAWING,
                        width,
                        height,
                        role,
                        prefix,
                        escape(title),
                        escape(description),
                        escape(Theme.css()),
                        body);
        return new Diagram(title, description, width, height, svg);
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
    public static String escape(String text) {
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
