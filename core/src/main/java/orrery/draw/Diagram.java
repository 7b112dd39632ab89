package orrery.draw;

/**
 * A drawing: standalone SVG text with its size. It may be put into an HTML page as it is: its ids begin with a prefix
 * of its own, and its style applies to drawings alone.
 *
 * @param title what it shows, in a few words
 * @param description what there is to see, for those who do not see it
 * @param width in CSS pixels
 * @param height in CSS pixels
 * @param svg the {@code <svg>} element, without an XML declaration
 */
public record Diagram(String title, String description, int width, int height, String svg) {}
