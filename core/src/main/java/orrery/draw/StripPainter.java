package orrery.draw;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orrery.report.Numbers;

/**
 * Draws the strip of all layers: one cell each from below, coloured by what a layer takes in the slots in which layers
 * differ, under a key that names the colours.
 */
final class StripPainter {
    private static final double LEFT = 12;
    private static final double CELLS = 38;
    private static final double CELL = 26;
    private static final double BETWEEN = 4;
    private static final double HIGHEST = 12;
    private static final double SWATCH = 18;
    private static final double TEXT_SIZE = 11;
    private static final double KEY_LINE = 14;
    private static final double HEADING = 40;

    private final Svg svg;
    private final Blueprint column;
    private final double left;
    private final Grid grid;

    StripPainter(Svg svg, Blueprint column, double left, Grid grid) {
        this.svg = svg;
        this.column = column;
        this.left = left;
        this.grid = grid;
    }

    /** From one cell to the next, the same in all columns so that their strips compare. */
    static double pitch(List<Blueprint> columns, Grid grid, RowLayout rows) {
        double room = rows.bottom(Slot.FOOT) - rows.top(Slot.LOGITS);
        return columns.stream()
                .mapToDouble(column -> (room - keyHeight(column.block(), grid) - HEADING)
                        / column.block().layers())
                .reduce(HIGHEST, Math::min);
    }

    private static double room(Grid grid) {
        return grid.panel() - 6 - LEFT;
    }

    private static List<String> name(Part.Alternative alternative, Grid grid) {
        return TextWidth.wrap(alternative.name(), TEXT_SIZE, room(grid) - SWATCH);
    }

    private static double keyHeight(DrawnBlock block, Grid grid) {
        double lines = 0;
        for (var choice : block.choices()) {
            lines += 1
                    + choice.alternatives().stream()
                            .mapToInt(one -> name(one, grid).size())
                            .sum();
        }
        return KEY_LINE * lines + 6 * block.choices().size();
    }

    void paint(double bottom, double pitch) {
        var block = column.block();
        double top = bottom - pitch * block.layers();
        double pair = (room(grid) - CELLS + LEFT + BETWEEN)
                / Math.max(1, block.choices().size());
        double width = Math.min(CELL, pair - BETWEEN);
        double x = left + CELLS;
        svg.group("strip");
        for (var tones : tones(block)) {
            for (int layer = 0; layer < block.layers(); layer++) {
                double gap = Math.min(1.5, pitch / 4);
                tones[layer].paint(svg, x, bottom - (layer + 1) * pitch + gap, width, pitch - gap);
            }
            x += width + BETWEEN;
        }
        svg.endGroup();
        if (block.layers() * pitch > 2 * KEY_LINE) {
            svg.text(left + CELLS - 6, top + 9, "muted small end", Integer.toString(block.layers() - 1));
        }
        svg.text(left + CELLS - 6, bottom, "muted small end", "0");
        key(top - HEADING - keyHeight(block, grid) + KEY_LINE);
        svg.text(left + LEFT, top - 14, "small strong", Numbers.count(block.layers(), "layer"));
    }

    /** The colour of each cell, one row of them for each slot in which layers differ. */
    private static List<Tone[]> tones(DrawnBlock block) {
        var rows = new ArrayList<Tone[]>();
        for (var choice : block.choices()) {
            var tones = new Tone[block.layers()];
            for (int i = 0; i < choice.alternatives().size(); i++) {
                for (int layer : choice.alternatives().get(i).layers()) {
                    tones[layer] = Tone.of(choice, i);
                }
            }
            rows.add(tones);
        }
        if (rows.isEmpty()) {
            var same = new Tone[block.layers()];
            Arrays.fill(same, new Tone(Role.PLAIN, 0.5));
            rows.add(same);
        }
        return rows;
    }

    private void key(double top) {
        double at = top;
        for (var choice : column.block().choices()) {
            svg.text(left + LEFT, at, "small strong", BlockOfLayers.called(choice.slot()));
            at += KEY_LINE;
            for (int i = 0; i < choice.alternatives().size(); i++) {
                Tone.of(choice, i).paint(svg, left + LEFT, at - 9, 12, 10);
                var lines = name(choice.alternatives().get(i), grid);
                at = svg.lines(left + LEFT + SWATCH, at, KEY_LINE, "small", lines);
            }
            at += 6;
        }
    }
}
