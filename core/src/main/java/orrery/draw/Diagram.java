package orrery.draw;

/**
 * A drawing: standalone SVG text with its size. It may be put into an HTML page as it is: its ids begin with a prefix
 * of its own, and its style applies to drawings alone.
 *
 * @param title what it shows, in a few words
 * @param description a description for readers who cannot see it
 * @param width in CSS pixels
 * @param height in CSS pixels
 * @param svg the {@code <svg>} element, without an XML declaration
 */
public record Diagram(String title, String description, int width, int height, String svg) {
    /**
     * The same in the colours of one scheme, without a style sheet: for programs that know neither custom properties
     * nor media queries.
     */
    public String plain(Theme.Scheme scheme) {
        return PlainSvg.of(svg, scheme);
    }

    /**
     * The same as HTML to be pasted into a page: a {@code <figure>} with its caption, whose ids, classes and style are
     * its own.
     */
    public String snippet() {
        return Snippet.of(this);
    }
}
