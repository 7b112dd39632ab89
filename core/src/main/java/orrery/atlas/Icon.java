package orrery.atlas;

/** The site's sign: planets on their circles. */
final class Icon {
    private static final String SHAPES = """
            <circle cx="16" cy="16" r="13.5" fill="none" stroke="currentColor" stroke-width="1.2" opacity=".45"/>\
            <circle cx="16" cy="16" r="8" fill="none" stroke="currentColor" stroke-width="1.2" opacity=".7"/>\
            <circle cx="16" cy="16" r="3.2" fill="#c0650f"/>\
            <circle cx="23.2" cy="12.5" r="2.2" fill="#2f6fc4"/>\
            <circle cx="5.4" cy="24.4" r="1.9" fill="#11807c"/>""";

    /** Within a page. */
    static final String INLINE =
            "<svg viewBox=\"0 0 32 32\" width=\"30\" height=\"30\" aria-hidden=\"true\">" + SHAPES + "</svg>";

    /** As a file. */
    static final String FILE =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\" color=\"#6b7280\">" + SHAPES + "</svg>\n";

    private Icon() {}
}
