package orrery.draw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import orrery.report.Announced;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Reach;

/**
 * Which positions a query sees: full, windowed and chunked masks as grids with positions on their axes, and which layer
 * has which.
 */
public final class MaskDrawing {
    private static final int CELLS = 16;
    private static final int CELLS_A_REACH = 4;
    private static final double CELL = 12.5;
    private static final double GRID = CELLS * CELL;
    private static final double AXIS_ROOM = 50;
    private static final double PITCH = GRID + AXIS_ROOM + 6;
    private static final double HEIGHT = GRID + 120;
    private static final int MOST = 3;

    private final Sheet sheet;
    private final Svg svg;

    private MaskDrawing(Sheet sheet) {
        this.sheet = sheet;
        svg = sheet.svg;
    }

    /**
     * Draws the masks of each model.
     *
     * @throws DrawException if one of them has more than three kinds of mask
     */
    public static Diagram of(List<ArchitectureSpec> specs) {
        var sheet = new Sheet(
                "Which positions a query attends to",
                "A row is a query, a column a key; filled where the query attends to the key. Below each: the layers,"
                        + " first to last, one tile each.");
        var drawing = new MaskDrawing(sheet);
        var told = new ArrayList<String>();
        for (var spec : specs) {
            told.add(drawing.model(spec, specs));
        }
        return sheet.diagram("Attention masks", specs, told);
    }

    /** Gives the model's masks in words. */
    private String model(ArchitectureSpec spec, List<ArchitectureSpec> beside) {
        var kinds = new LinkedHashMap<Reach, Integer>();
        spec.layers().forEach(layer -> kinds.merge(layer.attention().reach(), 1, Integer::sum));
        if (kinds.size() > MOST) {
            throw new DrawException(spec.name() + " has " + kinds.size() + " kinds of mask, expected at most " + MOST
                    + " in a drawing");
        }
        int cell = tokensOfACell(spec, beside);
        double top = sheet.panel(
                HEIGHT + (borrowing(spec) > 0 ? 70 : 54),
                spec.name(),
                Numbers.bytes(Math.round(spec.cacheBytes(CELLS * (long) cell, 2))) + " of KV cache in bf16 at "
                        + Numbers.exact(CELLS * (long) cell) + " tokens");
        var told = new ArrayList<String>();
        int at = 0;
        for (var kind : kinds.entrySet()) {
            double left = Sheet.MARGIN + Sheet.INSIDE + at * PITCH;
            grid(kind.getKey(), Numbers.count(kind.getValue(), "layer"), style(kind.getKey()), cell, left, top);
            told.add(Numbers.count(kind.getValue(), "layer") + ": " + Words.reach(kind.getKey()));
            at++;
        }
        layers(spec, List.copyOf(kinds.keySet()), top + HEIGHT - 34);
        return spec.name() + ": " + String.join("; ", told) + ".";
    }

    /**
     * The shortest reach is some cells wide. A model that sees everything is drawn on the scale of those beside it, so
     * that its cache can be held against theirs; where all do, the published context fills the grid.
     */
    private static int tokensOfACell(ArchitectureSpec spec, List<ArchitectureSpec> beside) {
        int context =
                Math.min(spec.maxPositions(), Announced.of(spec).contextTokens().orElse(Integer.MAX_VALUE));
        var own = shortestReach(spec);
        if (own.isPresent()) {
            return Math.max(1, own.getAsInt() / CELLS_A_REACH);
        }
        int others = beside.stream()
                .flatMapToInt(other -> shortestReach(other).stream())
                .max()
                .orElse(Integer.MAX_VALUE);
        return Math.max(1, Math.min(others / CELLS_A_REACH, context / CELLS));
    }

    private static OptionalInt shortestReach(ArchitectureSpec spec) {
        return spec.layers().stream()
                .mapToLong(layer -> layer.attention().reach().keptOf(Long.MAX_VALUE))
                .filter(kept -> kept < Long.MAX_VALUE)
                .mapToInt(Math::toIntExact)
                .min();
    }

    /** Solid where all is seen. */
    private static String style(Reach reach) {
        return reach.equals(Reach.FULL) ? "attention-ink" : "attention";
    }

    private void grid(Reach reach, String layers, String style, int cell, double left, double top) {
        double x = left + AXIS_ROOM;
        double y = top + 34;
        svg.text(x, top + 6, "strong", Words.reach(reach));
        svg.text(x, top + 22, "muted", layers);
        svg.rectangle(x, y, GRID, GRID, 0, "frame");
        var seen = new ArrayList<Object>();
        for (int row = 0; row < CELLS; row++) {
            // The last query of the row: its window is a whole number of cells.
            int first = reach.firstSeenFrom((row + 1) * cell - 1);
            for (int column = Math.ceilDiv(first, cell); column <= row; column++) {
                seen.add(Svg.tile(x + column * CELL + 0.5, y + row * CELL + 0.5, CELL - 1, CELL - 1));
            }
        }
        svg.path(style, seen.toArray());
        for (int tick = 0; tick < CELLS; tick += CELLS_A_REACH) {
            svg.text(x - 6, y + tick * CELL + 9, "muted small end", Numbers.exact((long) tick * cell));
            svg.line(x - 4, y + tick * CELL, x, y + tick * CELL, "frame");
            svg.line(x + tick * CELL, y + GRID, x + tick * CELL, y + GRID + 4, "frame");
            svg.text(x + tick * CELL, y + GRID + 15, "muted small", Numbers.exact((long) tick * cell));
        }
        svg.text(x - 6, y + GRID - 2, "muted small end", "query");
        svg.text(x + GRID, y + GRID + 28, "muted small end", "position of the key");
    }

    private void layers(ArchitectureSpec spec, List<Reach> kinds, double y) {
        double left = Sheet.MARGIN + Sheet.INSIDE + AXIS_ROOM;
        double room = Sheet.WIDTH - Sheet.MARGIN - Sheet.INSIDE - left;
        int count = spec.layers().size();
        double pitch = Math.min(18, room / count);
        svg.text(left - 6, y + 13, "muted small end", "layers");
        IntStream.range(0, count).forEach(i -> {
            int kind = kinds.indexOf(spec.layers().get(i).attention().reach());
            // Higher where more is seen, so that colour is not all that tells them apart.
            double height = kinds.get(kind).equals(Reach.FULL) ? 18 : 10;
            svg.rectangle(left + i * pitch, y + 18 - height, pitch * 0.8, height, 1.5, style(kinds.get(kind)));
        });
        svg.text(left, y + 34, "muted small", "0");
        if (count > 1) {
            svg.text(left + (count - 1) * pitch + pitch * 0.8, y + 34, "muted small end", Integer.toString(count - 1));
        }
        if (borrowing(spec) > 0) {
            svg.text(left, y + 50, "muted small", "the last " + borrowing(spec) + " read the KV cache of earlier ones");
        }
    }

    private static long borrowing(ArchitectureSpec spec) {
        return spec.caches().stream()
                .filter(cache -> cache.lender().isPresent())
                .count();
    }
}
