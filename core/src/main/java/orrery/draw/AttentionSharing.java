package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import orrery.report.CacheTable;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.Op;

/**
 * How keys and values are shared, and what is cached: multi-head, grouped-query (arXiv:2305.13245), multi-query
 * (arXiv:1911.02150) and multi-head latent attention (arXiv:2405.04434), each as the first layer of a model has it.
 * Queries, keys and values are tiles, one a head; a CSS pixel of width is as many values in the whole drawing, so that
 * what is cached, with a thick edge, is drawn to scale.
 */
public final class AttentionSharing {
    private static final double LABEL_END = 146;
    private static final double TILES = 158;
    private static final double ROOM = Sheet.WIDTH - Sheet.MARGIN - Sheet.INSIDE - TILES;
    private static final double TILE = 13;
    private static final double LEAST_TILE = 8;
    private static final double WIDEST_TILE = 24;
    private static final double GAP = 2;
    private static final double LINE = TILE + 3;
    private static final double BRACKET = 10;
    private static final double BETWEEN = 14;
    private static final double BAR_LABELS = 200;
    private static final double BAR = 20;
    private static final double BAR_NOTE = 210;

    private final Sheet sheet;
    private final Svg svg;
    /** CSS pixels of width. */
    private final double perValue;

    private AttentionSharing(Sheet sheet, double perValue) {
        this.sheet = sheet;
        svg = sheet.svg;
        this.perValue = perValue;
    }

    /** Draws the attention of each model's first layer, one below the other. */
    public static Diagram of(List<ArchitectureSpec> specs) {
        return of(specs, List.of());
    }

    /**
     * The same with more models among the bars of bytes below.
     *
     * @param others whose heads are not drawn
     */
    public static Diagram of(List<ArchitectureSpec> specs, List<ArchitectureSpec> others) {
        var sheet = new Sheet(
                "How keys and values are shared",
                "One tile per head; every width is to scale. Teal with a thick edge: cached for every token. In a"
                        + " dashed frame: recomputed when needed. Baseline of the ratios: " + CachedValues.BASELINE
                        + ".");
        var drawing = new AttentionSharing(
                sheet, scale(specs.stream().map(AttentionSharing::attention).toList()));
        var told = new ArrayList<String>();
        for (var spec : specs) {
            switch (attention(spec)) {
                case GroupedQuery grouped -> drawing.grouped(spec, grouped);
                case Latent latent -> drawing.latent(spec, latent);
            }
            told.add(told(spec));
        }
        drawing.bytes(Stream.concat(specs.stream(), others.stream()).toList());
        others.forEach(spec -> told.add(told(spec)));
        return sheet.diagram("Attention sharing", specs, told);
    }

    private static Op.Attention attention(ArchitectureSpec spec) {
        return spec.layers().getFirst().attention();
    }

    private static String told(ArchitectureSpec spec) {
        var op = attention(spec);
        return spec.name() + ": " + Words.title(op) + ", " + Numbers.count(op.queryHeads(), "query head") + ", "
                + Numbers.exact(op.cache().elementsPerToken()) + " values cached per token per layer.";
    }

    /** Tiles are wide enough to count; all heads of a layer are in one line if there is room. */
    private static double scale(List<Op.Attention> ops) {
        double oneLine = ops.stream()
                .mapToDouble(op -> (ROOM - GAP * (op.queryHeads() - 1)) / (op.queryHeads() * (double) op.querySize()))
                .min()
                .orElse(1);
        int least = Integer.MAX_VALUE;
        int widest = 1;
        int bar = 1;
        for (var op : ops) {
            int plain = op.latent().map(Latent::nopeSize).orElse(op.querySize());
            int cached = op.latent()
                    .map(one -> one.latentRank() + one.rope().dimensions())
                    .orElse(op.querySize());
            least = Math.min(least, Math.min(op.valueSize(), plain));
            widest = Math.max(widest, op.querySize());
            bar = Math.max(bar, cached);
        }
        return Math.min(
                Math.max(LEAST_TILE / least, Math.min(oneLine, WIDEST_TILE / widest)),
                (ROOM - BAR_NOTE) / Math.max(bar, widest));
    }

    /** How many heads of that size stand in one line. */
    private int across(int size) {
        return Math.max(1, (int) ((ROOM + GAP + 0.01) / (perValue * size + GAP)));
    }

    private double begin(ArchitectureSpec spec, Op.Attention op, List<String> foot, double height) {
        return sheet.panel(36 + height + foot.size() * Grid.LINE + 8, Words.title(op), spec.name());
    }

    private List<String> foot(Op.Attention op) {
        return TextWidth.wrap(CachedValues.told(op), 12, sheet.end() - sheet.inside());
    }

    private void label(double y, String text) {
        svg.text(LABEL_END, y + TILE - 3, "end", text);
    }

    private void tile(double x, double y, int size, String style) {
        svg.rectangle(x, y, perValue * size, TILE, 2, style);
    }

    private void grouped(ArchitectureSpec spec, GroupedQuery op) {
        var heads = op.heads();
        int group = heads.group();
        int most = across(heads.size());
        int across = most >= group ? most / group * group : most;
        int lines = Math.ceilDiv(heads.query(), across);
        double line = 2 * LINE + TILE + BRACKET + BETWEEN;
        var foot = foot(op);
        double height = lines * line - BETWEEN + 12;
        double y = begin(spec, op, foot, height);
        sheet.muted(sheet.inside(), y + height + 4, foot);
        for (int from = 0; from < heads.query(); from += across, y += line) {
            int to = Math.min(heads.query(), from + across);
            double keys = y + TILE + BRACKET;
            if (from == 0) {
                label(y, "queries " + of(heads.query(), heads.size()));
                label(keys, "keys " + of(heads.keyValue(), heads.size()));
                label(keys + LINE, "values " + of(heads.keyValue(), heads.size()));
            }
            for (int i = from; i < to; i++) {
                tile(x(i - from, heads.size()), y, heads.size(), "attention");
            }
            for (int first = from; first < to; first += group - first % group) {
                int end = Math.min(to, first + group - first % group);
                double left = x(first - from, heads.size());
                double right = x(end - 1 - from, heads.size()) + perValue * heads.size();
                if (group > 1) {
                    svg.line(left, y + TILE + 4, right, y + TILE + 4, "cache-line");
                }
                if (end % group == 0) {
                    double middle = (left + right) / 2;
                    svg.line(middle, y + TILE + (group > 1 ? 4 : 1), middle, keys - 1, "cache-line");
                    tile(middle - perValue * heads.size() / 2, keys, heads.size(), "cache thick");
                    tile(middle - perValue * heads.size() / 2, keys + LINE, heads.size(), "cache thick");
                }
            }
        }
    }

    private static String of(int heads, int size) {
        return heads + " × " + size;
    }

    private double x(int number, int size) {
        return TILES + number * (perValue * size + GAP);
    }

    private double linesHeight(int heads, int size) {
        return Math.ceilDiv(heads, across(size)) * LINE;
    }

    /** Tiles in as many lines as they need; gives their height. */
    private double lines(double y, String name, int heads, int size, String style) {
        label(y, name + " " + of(heads, size));
        int across = across(size);
        for (int i = 0; i < heads; i++) {
            tile(x(i % across, size), y + i / across * LINE, size, style);
        }
        return linesHeight(heads, size);
    }

    private void latent(ArchitectureSpec spec, Latent op) {
        int heads = op.queryHeads();
        int rotary = op.rope().dimensions();
        double queries = linesHeight(heads, op.querySize());
        double rebuilt = linesHeight(heads, op.nopeSize()) + 6 + linesHeight(heads, op.valueSize());
        var foot = foot(op);
        double height = queries + 14 + rebuilt + 48 + LINE + 12;
        double y = begin(spec, op, foot, height);
        sheet.muted(sheet.inside(), y + height + 4, foot);
        lines(y, "queries", heads, op.querySize(), "attention");
        y += queries + 12;
        svg.rectangle(TILES - 6, y - 6, ROOM + 12, rebuilt + 8, 6, "attention-line dashed");
        double keys = lines(y, "keys", heads, op.nopeSize(), "attention faint");
        lines(y + keys + 6, "values", heads, op.valueSize(), "attention faint");
        double latent = y + rebuilt + 48;
        double arrow = TILES + perValue * op.latentRank() / 2;
        Arrow.up(svg, arrow, latent, y + rebuilt + 3);
        String rebuild = "up: keys, " + up(op, op.nopeSize()) + "; values, " + up(op, op.valueSize());
        svg.text(arrow + 12, latent - 24, "", rebuild);
        label(latent, "latent, rotary key");
        tile(TILES, latent, op.latentRank(), "cache thick");
        double next = TILES + perValue * op.latentRank() + GAP + 2;
        tile(next, latent, rotary, "cache thick");
        String sizes = Numbers.exact(op.latentRank()) + " and " + rotary + ", both for all heads";
        svg.text(next + perValue * rotary + 10, latent + TILE - 3, "", sizes);
    }

    /** The matrices from the latent to keys or values. */
    private static String up(Latent op, int size) {
        return op.queryHeads() + " × " + op.latentRank() + " → " + size;
    }

    /** Bars on one scale. */
    private void bytes(List<ArchitectureSpec> specs) {
        double high = 36 + specs.size() * BAR + 6;
        double y = sheet.panel(high, "Cached bytes per token per layer", "in bf16, on one scale for all models");
        double left = sheet.inside() + BAR_LABELS;
        double room = sheet.end() - left - 80;
        long most = specs.stream().mapToLong(AttentionSharing::bytes).max().orElse(1);
        for (var spec : specs) {
            var op = attention(spec);
            svg.text(sheet.inside(), y + TILE - 3, "", fitting(Words.abbreviation(op) + " " + spec.name()));
            double unit = room * CacheTable.BF16_BYTES / most;
            double all = unit * op.cache().elementsPerToken();
            double latent = op.latent().map(one -> unit * one.latentRank()).orElse(all);
            svg.rectangle(left, y, latent, TILE, 0, "cache");
            if (latent < all) {
                svg.rectangle(left + latent, y, all - latent, TILE, 0, "cache");
            }
            svg.text(left + all + 8, y + TILE - 3, "", Numbers.bytes(bytes(spec)));
            y += BAR;
        }
    }

    private static long bytes(ArchitectureSpec spec) {
        return attention(spec).cache().elementsPerToken() * CacheTable.BF16_BYTES;
    }

    private static String fitting(String text) {
        String fits = text;
        while (TextWidth.of(fits, 12) > BAR_LABELS - 8) {
            fits = fits.substring(0, fits.length() - 2) + "…";
        }
        return fits;
    }
}
