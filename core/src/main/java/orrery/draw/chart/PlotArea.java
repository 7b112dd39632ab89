package orrery.draw.chart;

/** A rectangle of a drawing, in CSS pixels from its upper left corner. */
record PlotArea(double left, double top, double right, double bottom) {
    boolean overlaps(PlotArea other) {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }

    double wide() {
        return right - left;
    }

    double high() {
        return bottom - top;
    }

    boolean contains(double x, double y) {
        return left <= x && x <= right && top <= y && y <= bottom;
    }
}
