package orrery.draw;

import java.util.ArrayList;
import java.util.List;

/** Draws boxes and says how high they will be. */
final class BoxPainter {
    private static final double TITLE_SIZE = 13;
    private static final double TEXT_SIZE = 12;
    private static final double TITLE_BASELINE = 17;
    private static final double TITLE_HEIGHT = 26;
    private static final double STRIP = 20;
    private static final int TILE_COLUMNS = 32;
    private static final double MARK_ROOM = 16;

    private final Svg svg;

    BoxPainter(Svg svg) {
        this.svg = svg;
    }

    /** A line of text as it is broken. */
    private record Broken(String key, List<String> texts) {}

    private static List<Broken> broken(Box box, double width) {
        var lines = new ArrayList<Broken>();
        if (!countFits(box, width)) {
            lines.add(new Broken("count", List.of(box.count())));
        }
        for (var line : box.lines()) {
            lines.add(new Broken(
                    line.key(), TextWidth.wrap(line.text(), TEXT_SIZE, width - 2 * Grid.PADDING - MARK_ROOM)));
        }
        return lines;
    }

    private static boolean countFits(Box box, double width) {
        return TextWidth.strong(box.title(), TITLE_SIZE) + 10 + TextWidth.of(box.count(), TEXT_SIZE)
                <= width - 2 * Grid.PADDING;
    }

    static double height(Box box, double width) {
        int lines =
                broken(box, width).stream().mapToInt(one -> one.texts().size()).sum();
        double text = TITLE_HEIGHT + (lines == 0 ? 0 : lines * Grid.LINE + 4);
        double tiles = box.tiles().map(one -> tilesHeight(one, width) + 8).orElse(0.0);
        return text + tiles + (box.cache().isPresent() ? STRIP + 4 : 0);
    }

    /** Draws a box as high as it has to be, in a drawing that marks nothing. */
    void paint(Box box, double x, double y, double width) {
        paint(box, Slot.LABEL, x, y, width, height(box, width), Marks.NONE);
    }

    /** Draws a box, which may be higher than it has to be. */
    void paint(Box box, Slot slot, double x, double y, double width, double height, Marks marks) {
        var link = marks.link(slot, box);
        link.ifPresent(
                one -> svg.link(one.address(), told(box), one.hint(), box.role().style()));
        svg.group("box");
        svg.rectangle(x, y, width, height, 6, box.role().style());
        var difference = marks.box(slot, box);
        if (difference == Distance.STRUCTURE) {
            svg.rectangle(x + 4, y + 3, width - 8, 20, 3, "tint");
        }
        svg.text(x + Grid.PADDING, y + TITLE_BASELINE, "heading", box.title());
        if (countFits(box, width)) {
            svg.text(x + width - Grid.PADDING, y + TITLE_BASELINE, "muted end", box.count());
        }
        double at = y + TITLE_HEIGHT;
        for (var line : broken(box, width)) {
            double high = line.texts().size() * Grid.LINE;
            band(marks.line(slot, box, line.key()), x, at - 0.5, width, high, at + 11);
            svg.lines(x + Grid.PADDING, at + 11, Grid.LINE, "", line.texts());
            at += high;
        }
        if (box.tiles().isPresent()) {
            at += 6;
            tiles(box.tiles().get(), x + Grid.PADDING, at, width - 2 * Grid.PADDING);
        }
        box.cache()
                .ifPresent(cache -> strip(cache, marks.line(slot, box, Box.CACHE), x, y + height - STRIP - 4, width));
        outline(difference, x, y, width, height);
        svg.endGroup();
        link.ifPresent(_ -> svg.endLink());
    }

    /** All that stands in a box. */
    private static String told(Box box) {
        var texts = new ArrayList<>(List.of(box.title(), box.count()));
        box.lines().forEach(line -> texts.add(line.text()));
        box.cache().ifPresent(texts::add);
        return String.join(" ", texts);
    }

    /** The ground of a line that another model has otherwise, and the sign at its end. */
    private void band(Distance difference, double x, double top, double width, double height, double baseline) {
        if (difference != Distance.NONE) {
            svg.rectangle(x + 4, top, width - 8, height, 3, difference == Distance.SIZE ? "size-tint" : "tint");
            svg.text(x + width - Grid.PADDING, baseline, "difference-ink end strong", "≠");
        }
    }

    /** The edge of what another model has otherwise. */
    void outline(Distance difference, double x, double y, double width, double height) {
        switch (difference) {
            case NONE -> {}
            case SIZE -> svg.rectangle(x, y, width, height, 6, "size-line dashed");
            case STRUCTURE -> {
                svg.rectangle(x, y, width, height, 6, "differs");
                LabelPainter.mark(svg, x + width, y - 1);
            }
        }
    }

    private void strip(String cache, Distance difference, double x, double y, double width) {
        svg.rectangle(x + 4, y, width - 8, STRIP, 4, "cache");
        svg.text(x + Grid.PADDING, y + 14, "", cache);
        if (difference != Distance.NONE) {
            svg.text(x + width - Grid.PADDING, y + 14, "difference-ink end strong", "≠");
        }
    }

    private static double pitch(Box.Tiles tiles, double width) {
        int columns = Math.min(tiles.count(), TILE_COLUMNS) + (tiles.shared() ? 4 : 0);
        return Math.min(12, width / columns);
    }

    private static double tilesHeight(Box.Tiles tiles, double width) {
        return ExpertTiles.height(tiles.count(), pitch(tiles, width), TILE_COLUMNS);
    }

    /** One tile per expert, the active ones filled; the shared one at the left. */
    private void tiles(Box.Tiles tiles, double x, double y, double width) {
        double pitch = pitch(tiles, width);
        double from = x;
        if (tiles.shared()) {
            svg.rectangle(x, y, 2.5 * pitch, tilesHeight(tiles, width) - 0.24 * pitch, 2, "feed-forward-ink");
            from += 4 * pitch;
        }
        ExpertTiles.paint(svg, tiles.count(), tiles.chosen(), from, y, pitch, TILE_COLUMNS);
    }
}
