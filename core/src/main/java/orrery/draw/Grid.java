package orrery.draw;

/**
 * Where things stand in a column, in CSS pixels from its left edge: the strip of all layers, the block, and a draft
 * beside it.
 *
 * @param across how many alternatives stand beside each other
 * @param aside whether there is room for a draft
 */
record Grid(int across, boolean aside) {
    static final int BETWEEN_COLUMNS = 12;

    /** The width of a box. */
    static final double BOX_WIDTH = 296;

    /** The width of a box that stands beside the flow. */
    static final double BESIDE_WIDTH = BOX_WIDTH / 2 - 26;

    /** Between the edge of a slot's frame and the alternatives in it. */
    static final double FRAME = 8;

    /** Between two alternatives, with room for a word. */
    static final double OR = 32;

    /** Between two parts, with room for an arrow. */
    static final double GAP = 14;

    static final double PADDING = 10;
    static final double LINE = 15;
    static final double HEADER = 112;
    static final double MARGIN = 16;

    private static final double PANEL_TO_BOX = 28;
    private static final double PANEL_WIDTH = BOX_WIDTH + 2 * PANEL_TO_BOX + 4;

    /** The left edge of the block, right of the strip. */
    double panel() {
        return across == 1 ? 100 : 148;
    }

    /** What goes round on the left of the boxes. */
    double leftLane() {
        return panel() + 14;
    }

    /** The left edge of a slot's frame. */
    double frame() {
        return panel() + PANEL_TO_BOX;
    }

    double frameWidth() {
        return across == 1 ? BOX_WIDTH : across * (BOX_WIDTH - FRAME) + (across - 1) * OR + 2 * FRAME;
    }

    double frameEnd() {
        return frame() + frameWidth();
    }

    double axis() {
        return frame() + frameWidth() / 2;
    }

    double box() {
        return axis() - BOX_WIDTH / 2;
    }

    double boxEnd() {
        return axis() + BOX_WIDTH / 2;
    }

    /** The residual line, right of all boxes. */
    double skipLane() {
        return frameEnd() + 15;
    }

    /** Streams that go round a layer. */
    double streamLane() {
        return frameEnd() + 24;
    }

    double panelEnd() {
        return frameEnd() + 32;
    }

    /** What goes round the block. */
    double outerLane() {
        return frameEnd() + 48;
    }

    /** The left edge of a draft's panel. */
    double draft() {
        return panelEnd() + 36;
    }

    int width() {
        return (int) (aside ? draft() + PANEL_WIDTH + MARGIN : panelEnd() + 18);
    }
}
