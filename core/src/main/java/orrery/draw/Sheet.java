package orrery.draw;

import java.util.List;
import java.util.stream.Collectors;
import orrery.spec.ArchitectureSpec;

/** A drawing of mechanisms: 800 CSS pixels wide, a heading, and panels below each other. */
final class Sheet {
    static final int WIDTH = 800;
    static final double MARGIN = 16;
    static final double INSIDE = 14;

    final Svg svg;
    private final double left;
    private double y;

    Sheet(String heading, String below) {
        this(new Svg(), 0, 44);
        svg.text(MARGIN, 32, "title", heading);
        y = muted(MARGIN, y + 12, TextWidth.wrap(below, 12, WIDTH - 2 * MARGIN));
    }

    /** Panels on a drawing of something else. */
    Sheet(Svg svg, double left, double top) {
        this.svg = svg;
        this.left = left;
        y = top;
    }

    /** Where the next panel begins. */
    double y() {
        return y;
    }

    /** Left edge of a panel's content. */
    double inside() {
        return left + MARGIN + INSIDE;
    }

    /** Right edge of a panel's content. */
    double end() {
        return left + WIDTH - MARGIN - INSIDE;
    }

    /** What the next panels show. */
    void heading(String text) {
        svg.text(left + MARGIN, y + 16, "large", text);
        y += 28;
    }

    /** A panel of that height over the whole width, with a heading; returns the upper edge of its content. */
    double panel(double height, String heading, String note) {
        svg.rectangle(left + MARGIN, y, WIDTH - 2 * MARGIN, height, 10, "panel");
        svg.text(inside(), y + 22, "heading", heading);
        svg.text(end(), y + 22, "muted end", note);
        double inside = y + 36;
        y += height + MARGIN;
        return inside;
    }

    /** Room without a panel. */
    void skip(double height) {
        y += height;
    }

    /** Lines of text, the first on that baseline; gives the baseline of a further one. */
    double muted(double x, double baseline, List<String> lines) {
        return svg.lines(x, baseline, Grid.LINE, "muted", lines);
    }

    Diagram diagram(String title, String description) {
        return svg.diagram(title, description, WIDTH, (int) Math.ceil(y));
    }

    /** @param told what is drawn of each model, in words */
    Diagram diagram(String title, List<ArchitectureSpec> specs, List<String> told) {
        String names = specs.stream().map(ArchitectureSpec::name).collect(Collectors.joining(", "));
        return diagram(title + ": " + names, String.join(" ", told));
    }
}
