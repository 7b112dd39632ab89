package orrery.kernel.vector;

import orrery.kernel.Crew;

/** Gemma 3n's elementwise operations, and those that use a row's own mean and magnitude. */
final class Elementwise extends RowTask {
    /** The operation. */
    enum Operation {
        SCALE,
        ADD_SCALED,
        SUBTRACT,
        MULTIPLY,
        TANH,
        MATCH_SIZE,
        CUT_SMALL
    }

    private Operation operation = Operation.SCALE;
    private long out;
    private long x;
    private long y;
    private long yStride;
    private int columns;
    private int otherColumns;
    private double number;

    Elementwise(Crew pool) {
        super(pool);
    }

    /** Operations in place with one number. */
    void alone(Operation what, long target, double value, int rows, int width) {
        start(what, target, target, 0, 0, 0, rows, width, value);
    }

    /**
     * Operations with a second operand, whose rows are {@code stride} bytes apart, and for one of them
     * {@code otherWidth} wide.
     */
    void together(
            Operation what,
            long target,
            long first,
            long second,
            long stride,
            int otherWidth,
            double value,
            int rows,
            int width) {
        start(what, target, first, second, stride, otherWidth, rows, width, value);
    }

    private void start(
            Operation what,
            long target,
            long first,
            long second,
            long stride,
            int otherWidth,
            int rows,
            int width,
            double value) {
        operation = what;
        out = target;
        x = first;
        y = second;
        yStride = stride;
        otherColumns = otherWidth;
        columns = width;
        number = value;
        share(rows, width);
    }

    @Override
    void rows(int from, int to) {
        for (int r = from; r < to; r++) {
            long target = out + 4L * r * columns;
            long first = x + 4L * r * columns;
            long second = y + r * yStride;
            switch (operation) {
                case SCALE -> Sums.scale(target, (float) number, columns);
                case ADD_SCALED -> Blends.addScaled(target, first, OffHeap.get(second), columns);
                case SUBTRACT -> Blends.subtract(target, first, second, columns);
                case MULTIPLY -> Blends.multiply(target, first, second, columns);
                case TANH -> Blends.tanh(target, columns);
                case MATCH_SIZE -> {
                    double wanted = Math.sqrt(RowSums.squares(second, otherColumns, 0f) / otherColumns);
                    double found = Math.max(RowSums.squares(target, columns, 0f) / columns, number);
                    Sums.scale(target, (float) (wanted / Math.sqrt(found)), columns);
                }
                case CUT_SMALL -> {
                    double mean = RowSums.sum(target, columns) / columns;
                    // Of the centred values, in a second pass: E[x^2] - E[x]^2 would cancel.
                    double variance = RowSums.squares(target, columns, (float) mean) / columns;
                    Blends.cut(target, (float) (mean + number * Math.sqrt(variance)), columns);
                }
            }
        }
    }
}
