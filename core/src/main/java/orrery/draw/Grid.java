package orrery.draw;

/** Where things stand in a column, in CSS pixels from its left edge. */
final class Grid {
    static final int COLUMN = 448;
    static final int BETWEEN_COLUMNS = 12;

    /** A bracket's line. */
    static final double BRACKET = 50;

    static final double PANEL = 60;
    static final double PANEL_END = 416;

    /** What goes round on the left of the boxes. */
    static final double LEFT_LANE = 74;

    static final double BOX = 88;
    static final double BOX_END = 384;
    static final double AXIS = 236;

    /** The residual line, right of the boxes. */
    static final double SKIP_LANE = 399;

    /** Streams that go round a layer. */
    static final double STREAM_LANE = 408;

    /** What goes round the panels. */
    static final double OUTER_LANE = 432;

    /** Between two parts, with room for an arrow. */
    static final double GAP = 14;

    static final double PADDING = 10;
    static final double LINE = 15;
    static final double HEADER = 112;
    static final double MARGIN = 16;

    private Grid() {}
}
