package orrery.draw;

/** Where things stand in a column, in CSS pixels from its left edge. */
final class Grid {
    static final int COLUMN = 440;
    static final int BETWEEN_COLUMNS = 16;

    /** A bracket's line. */
    static final double BRACKET = 42;

    static final double PANEL = 52;
    static final double PANEL_END = 408;

    /** What goes round on the left of the boxes. */
    static final double LEFT_LANE = 66;

    static final double BOX = 80;
    static final double BOX_END = 376;
    static final double AXIS = 228;

    /** The residual line, right of the boxes. */
    static final double SKIP_LANE = 391;

    /** Streams that go round a layer. */
    static final double STREAM_LANE = 400;

    /** What goes round the panels. */
    static final double OUTER_LANE = 424;

    /** Between two parts, with room for an arrow. */
    static final double GAP = 14;

    static final double PADDING = 10;
    static final double LINE = 15;
    static final double HEADER = 112;
    static final double MARGIN = 16;

    private Grid() {}
}
