package orrery.app.curves;

import java.util.HashMap;
import java.util.Map;
import orrery.app.terminal.Style;

/**
 * Cells of two by four dots (Unicode's Braille patterns, U+2800), each in the colour of the last line drawn in it, or
 * with a character instead. Coordinates are fractions of the whole, from the upper left corner.
 */
final class DotCanvas {
    private static final int WIDE = 2;
    private static final int HIGH = 4;
    private static final int BLANK = 0x2800;

    /** The bit of each dot of a cell, row by row. */
    private static final int[][] BITS = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    private final int columns;
    private final int rows;
    private final int[] dots;
    private final int[] owners;
    private final Map<Integer, String> signs = new HashMap<>();

    DotCanvas(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        dots = new int[columns * rows];
        owners = new int[columns * rows];
    }

    /** A straight line; a faint one has every third dot. */
    void line(int owner, double x1, double y1, double x2, double y2, boolean faint) {
        double wide = columns * WIDE - 1;
        double high = rows * HIGH - 1;
        int steps = (int) Math.ceil(Math.max(Math.abs(x2 - x1) * wide, Math.abs(y2 - y1) * high));
        for (int i = 0; i <= steps; i++) {
            double part = steps == 0 ? 0 : (double) i / steps;
            int x = (int) Math.round((x1 + part * (x2 - x1)) * wide);
            int y = (int) Math.round((y1 + part * (y2 - y1)) * high);
            if (x >= 0 && y >= 0 && x <= wide && y <= high && (!faint || (x + y) % 3 == 0)) {
                int cell = y / HIGH * columns + x / WIDE;
                dots[cell] |= BITS[y % HIGH][x % WIDE];
                owners[cell] = owner;
            }
        }
    }

    /** Writes a character in a cell, unless it has one. */
    void write(int column, int row, int owner, String sign) {
        int cell = row * columns + column;
        if (signs.putIfAbsent(cell, sign) == null) {
            owners[cell] = owner;
        }
    }

    String row(int row, Style style) {
        var text = new StringBuilder();
        for (int cell = row * columns; cell < (row + 1) * columns; cell++) {
            String sign = signs.get(cell);
            if (sign != null) {
                text.append(style.series(owners[cell], sign));
            } else if (dots[cell] != 0) {
                text.append(style.series(owners[cell], Character.toString(BLANK + dots[cell])));
            } else {
                text.append(' ');
            }
        }
        return text.toString().stripTrailing();
    }
}
