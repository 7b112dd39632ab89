package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.Op;

/**
 * Who shares keys and values, and what is remembered: multi-head, grouped-query (arXiv:2305.13245), multi-query
 * (arXiv:1911.02150) and multi-head latent attention (arXiv:2405.04434), each as the first layer of a model has it.
 * Queries, keys and values are tiles, one a head; what is cached has the colour of memory and a thick edge.
 */
public final class AttentionSharing {
    private static final double LABEL_END = 106;
    private static final double TILES = 118;
    private static final double TILES_WIDTH = 470;
    private static final double NOTE = TILES + TILES_WIDTH + 14;
    private static final double TILE = 20;
    private static final double ROW = 34;
    private static final double GROUPED_HEIGHT = 36 + 3 * ROW + 28;
    private static final double LATENT_HEIGHT = 36 + 6 * ROW + 66;

    private final Sheet sheet;
    private final Svg svg;

    private AttentionSharing(Sheet sheet) {
        this.sheet = sheet;
        svg = sheet.svg;
    }

    /** Draws the attention of each model's first layer, one below the other. */
    public static Diagram of(List<ArchitectureSpec> specs) {
        var sheet = new Sheet(
                "Who shares keys and values",
                "One tile a head. Teal with a thick edge: remembered for every token. In a dashed frame: rebuilt when needed.");
        var drawing = new AttentionSharing(sheet);
        var told = new ArrayList<String>();
        for (var spec : specs) {
            switch (spec.layers().getFirst().attention()) {
                case GroupedQuery grouped -> drawing.grouped(spec, grouped);
                case Latent latent -> drawing.latent(spec, latent);
            }
            told.add(told(spec));
        }
        String names =
                String.join(", ", specs.stream().map(ArchitectureSpec::name).toList());
        return sheet.diagram("Attention sharing: " + names, String.join(" ", told));
    }

    private static String told(ArchitectureSpec spec) {
        var op = spec.layers().getFirst().attention();
        return spec.name() + ": " + Words.title(op) + ", " + Numbers.count(op.queryHeads(), "query head") + ", "
                + Numbers.exact(op.cache().elementsPerToken()) + " values cached per token per layer.";
    }

    private double begin(ArchitectureSpec spec, Op.Attention op, double height) {
        return sheet.panel(
                height,
                Words.title(op),
                spec.name() + ": " + Numbers.exact(op.cache().elementsPerToken()) + " values per token per layer");
    }

    private void grouped(ArchitectureSpec spec, GroupedQuery op) {
        var heads = op.heads();
        double y = begin(spec, op, GROUPED_HEIGHT);
        row(y, "queries", heads.query(), "attention", Numbers.count(heads.query(), "head") + " of " + heads.size());
        row(
                y + ROW,
                "keys",
                heads.keyValue(),
                "cached",
                Numbers.count(heads.keyValue(), "head") + " of " + heads.size());
        row(
                y + 2 * ROW,
                "values",
                heads.keyValue(),
                "cached",
                Numbers.count(heads.keyValue(), "head") + " of " + heads.size());
        long cached = 2L * heads.keyValue() * heads.size();
        long all = 2L * heads.query() * heads.size();
        String shares = heads.group() == 1
                ? "every query head has keys and values of its own"
                : heads.group() + " query heads share keys and values: 1/" + heads.group() + " of "
                        + Numbers.exact(all);
        foot(
                y + 3 * ROW,
                "cached: 2 × " + heads.keyValue() + " × " + heads.size() + " = " + Numbers.exact(cached) + " values; "
                        + shares);
    }

    private void latent(ArchitectureSpec spec, Latent op) {
        double y = begin(spec, op, LATENT_HEIGHT);
        int heads = op.queryHeads();
        int rotary = op.rope().dimensions();
        row(y, "queries", heads, "attention", heads + " of " + op.nopeSize() + " + " + rotary + " rotary");
        double rebuilt = y + ROW;
        svg.rectangle(TILES - 6, rebuilt - 6, TILES_WIDTH + 12, ROW + TILE + 12, 6, "attention-line dashed");
        row(rebuilt, "keys, plain", heads, "attention faint", heads + " of " + op.nopeSize() + ", rebuilt");
        row(rebuilt + ROW, "values", heads, "attention faint", heads + " of " + op.valueSize() + ", rebuilt");
        double latents = y + 4 * ROW + 8;
        double x = TILES + TILES_WIDTH / 2;
        Arrow.up(svg, x, latents, rebuilt + ROW + TILE + 6);
        double between = latents - 17;
        svg.text(x - 12, between, "end", up("keys", op, op.nopeSize()));
        svg.text(x + 12, between, "", up("values", op, op.valueSize()));
        row(latents, "latent", 1, "cached", op.latentRank() + ", for all heads");
        row(latents + ROW, "rotary key", 1, "cached", rotary + ", for all heads");
        long all = (long) heads * (op.querySize() + op.valueSize());
        long cached = op.cache().elementsPerToken();
        foot(
                latents + 2 * ROW,
                "cached: " + op.latentRank() + " + " + rotary + " = " + Numbers.exact(cached) + " values, 1/"
                        + Numbers.exact(Math.round((double) all / cached)) + " of the " + Numbers.exact(all)
                        + " that the rebuilt keys and values would take. The rotary key stands apart: a rotation between"
                        + " latent and key would keep the way up from being folded into the queries.");
    }

    /** The matrices from the latent to keys or values. */
    private static String up(String what, Latent op, int size) {
        return what + ": " + op.queryHeads() + " × " + op.latentRank() + " → " + size + ", "
                + Numbers.rounded((long) op.queryHeads() * size * op.latentRank()) + " parameters";
    }

    /** Tiles over the whole width: fewer heads have wider tiles, so that each lies under those that share it. */
    private void row(double y, String label, int count, String style, String note) {
        svg.text(LABEL_END, y + 14, "end", label);
        double pitch = TILES_WIDTH / count;
        double gap = Math.min(3, pitch / 4);
        for (int i = 0; i < count; i++) {
            svg.rectangle(
                    TILES + i * pitch + gap / 2, y, pitch - gap, TILE, Math.min(3, pitch / 4), style(style, pitch));
        }
        svg.text(NOTE, y + 14, "", note);
    }

    /** Tiles so narrow that their edges would hide them have thin ones. */
    private static String style(String style, double pitch) {
        boolean narrow = pitch < 8;
        if (style.equals("cached")) {
            return narrow ? "cache" : "cache thick";
        }
        return narrow ? style + " thin" : style;
    }

    private void foot(double y, String text) {
        double at = y + 8;
        for (String line : TextWidth.wrap(text, 12, Sheet.WIDTH - Sheet.MARGIN - Sheet.INSIDE - TILES)) {
            svg.text(TILES, at, "muted", line);
            at += Grid.LINE;
        }
    }
}
