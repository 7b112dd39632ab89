package orrery.look;

import java.util.ArrayList;
import java.util.List;
import orrery.draw.Svg;
import orrery.draw.TextWidth;

/**
 * Attention weights as squares in a grid: a row is a query, a column a key, the area of a square its weight, and one
 * that fills its cell is 1. The tinted area is what the mask lets the queries attend to.
 */
final class AttentionMaps {
    private static final double GAP = 18;
    private static final double LABEL = 16;
    private static final double WIDEST_CELL = 12;
    private static final double WIDEST = 172;
    private static final double WIDEST_OF_TWO = 372;
    private static final double WIDEST_ALONE = 620;
    private static final double CELL_ALONE = 26;
    /** The side of the smallest square that can be seen, in CSS pixels. */
    private static final double SMALLEST = 0.2;

    private final Svg svg;
    private final double left;
    private final double width;

    /** Maps within that many CSS pixels from {@code left} on. */
    AttentionMaps(Svg svg, double left, double width) {
        this.svg = svg;
        this.left = left;
        this.width = width;
    }

    /** A map with its heading and its tooltip. */
    record Map(String heading, String hint, AttentionWeights weights, AttentionWeights.Head head) {}

    /** Draws maps of the same text in rows, from {@code top} on, and returns where they end. */
    double draw(List<Map> maps, double top) {
        int tokens = maps.getFirst().weights.rows();
        double widest = TextWidth.widest(maps.stream().map(Map::heading), 11);
        double most = maps.size() <= 2 ? WIDEST_OF_TWO : WIDEST;
        double side = Math.min(most, Math.max(3, tokens) * WIDEST_CELL);
        double pitch = Math.max(side, widest) + GAP;
        int across = (int) Math.max(1, (width + GAP) / pitch);
        for (int i = 0; i < maps.size(); i++) {
            double x = left + i % across * pitch;
            double y = top + i / across * (side + LABEL + GAP);
            svg.group("").hint(maps.get(i).hint);
            svg.text(x, y + 11, "small", maps.get(i).heading);
            grid(maps.get(i), x, y + LABEL, side / tokens);
            svg.endGroup();
        }
        return top + Math.ceilDiv(maps.size(), across) * (side + LABEL + GAP);
    }

    /** Draws one map as large as possible, with the text's tokens on its edges, and returns where it ends. */
    double alone(Map map, List<Look.Token> tokens, double top) {
        double labels =
                Math.min(180, TextWidth.widest(tokens.stream().map(token -> LookWords.quoted(token.text())), 11) + 44);
        double room = Math.min(WIDEST_ALONE, width - labels - 40);
        double cell = Math.min(CELL_ALONE, room / tokens.size());
        double x = left + labels;
        double y = top + 18;
        svg.group("").hint(map.hint);
        grid(map, x, y, cell);
        svg.endGroup();
        int every = (int) Math.ceil(12 / cell);
        for (int i = 0; i < tokens.size(); i += every) {
            double middle = (i + 0.5) * cell;
            svg.text(
                    x - 6,
                    y + middle + 4,
                    "small end",
                    Fitting.text(LookWords.quoted(tokens.get(i).text()), 11, labels - 40) + " " + i);
            svg.text(x + middle, y - 5, "small middle muted", Integer.toString(i));
        }
        double bottom = y + tokens.size() * cell;
        svg.text(x, bottom + 15, "small muted", "Columns are keys, rows are queries, both in the order of the text.");
        return bottom + 24;
    }

    private void grid(Map map, double x, double y, double cell) {
        var weights = map.weights;
        int rows = weights.rows();
        svg.rectangle(x, y, rows * cell, rows * cell, 0, "frame");
        svg.path("attention hair", seen(weights, x, y, cell));
        var squares = new ArrayList<Object>();
        for (int r = 0; r < rows; r++) {
            for (int p = weights.firstSeen()[r]; p <= weights.lastSeen()[r]; p++) {
                double side = cell * Math.sqrt(weights.of(map.head, r, p));
                if (side >= SMALLEST) {
                    double inset = (cell - side) / 2;
                    squares.addAll(List.of("M", x + p * cell + inset, y + r * cell + inset));
                    squares.addAll(List.of("h", side, "v", side, "h", -side, "z"));
                }
            }
        }
        svg.path("attention-ink", squares.toArray());
    }

    /** The outline of all pairs that the mask lets through: down along the last keys, up along the first. */
    private static Object[] seen(AttentionWeights weights, double x, double y, double cell) {
        int rows = weights.rows();
        var outline = new ArrayList<Object>(List.of("M", x + weights.firstSeen()[0] * cell, y));
        for (int r = 0; r < rows; r++) {
            outline.addAll(List.of("H", x + (weights.lastSeen()[r] + 1) * cell, "V", y + (r + 1) * cell));
        }
        for (int r = rows - 1; r >= 0; r--) {
            outline.addAll(List.of("H", x + weights.firstSeen()[r] * cell, "V", y + r * cell));
        }
        outline.add("Z");
        return outline.toArray();
    }
}
