package orrery.look;

import java.util.ArrayList;
import java.util.stream.Collectors;
import orrery.draw.Diagram;
import orrery.draw.Svg;
import orrery.draw.TextWidth;
import orrery.report.Numbers;

/** A {@link Look} as a drawing: predictions, the logit lens, attention maps, norms of latents, experts. */
public final class LookDrawing {
    /** More maps than that are drawn as one per layer, the average over its heads. */
    static final int MOST_MAPS = 144;

    /** More squares than that, too. */
    static final long MOST_SQUARES = 120_000;

    private static final double WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double INSIDE = WIDTH - 2 * MARGIN;
    private static final double LINE = 16;

    private final Look look;
    private final Svg svg = new Svg();
    private double y;

    private LookDrawing(Look look) {
        this.look = look;
    }

    /** Everything. */
    public static Diagram of(Look look) {
        var drawing = new LookDrawing(look);
        drawing.title("Inside " + look.model());
        drawing.predictions();
        drawing.lens();
        drawing.attention();
        drawing.tokens();
        return drawing.diagram("Inside " + look.model());
    }

    /** The attention maps alone. */
    public static Diagram maps(Look look) {
        var drawing = new LookDrawing(look);
        drawing.y = 4;
        drawing.attention();
        return drawing.diagram("Attention of " + look.model());
    }

    /** The norms of latents and the experts alone; for a model with neither there is nothing to draw. */
    public static boolean hasTokenGrids(Look look) {
        return look.layers().stream()
                .anyMatch(
                        layer -> layer.latents().isPresent() || layer.routing().isPresent());
    }

    /** What {@link #hasTokenGrids} asks for. */
    public static Diagram tokenGrids(Look look) {
        var drawing = new LookDrawing(look);
        drawing.y = 4;
        drawing.tokens();
        return drawing.diagram("Latents and experts of " + look.model());
    }

    private Diagram diagram(String title) {
        String layers = look.layers().stream()
                .map(layer -> "Layer " + layer.index() + ": " + LookWords.attention(layer)
                        + (LookWords.hidden(layer).isEmpty() ? "" : ", " + LookWords.hidden(layer)) + ".")
                .distinct()
                .collect(Collectors.joining(" "));
        return svg.diagram(title, "Tokens: " + LookWords.numbered(look) + ". " + layers, (int) WIDTH, (int)
                Math.ceil(y + MARGIN / 2));
    }

    private void title(String text) {
        svg.text(MARGIN, 32, "title", text);
        y = paragraph(46, Numbers.count(look.tokens().size(), "token") + ": " + LookWords.numbered(look));
    }

    private double paragraph(double top, String text) {
        return svg.lines(MARGIN, top + 12, LINE, "muted", TextWidth.wrap(text, 12, INSIDE)) - 4;
    }

    private void heading(String text, String below) {
        svg.text(MARGIN, y + 26, "large", text);
        y = paragraph(y + 32, below) + 6;
    }

    private void predictions() {
        heading("Next token", "The most probable tokens after the last one.");
        double bars = 160;
        double room = INSIDE - bars - 70;
        for (var guess : look.next()) {
            svg.text(MARGIN, y + 12, "", Fitting.text(LookWords.quoted(guess.text()), 12, bars - 10));
            svg.rectangle(MARGIN + bars, y + 1, room * guess.probability(), 14, 2, "embedding");
            svg.text(
                    MARGIN + bars + room * guess.probability() + 6,
                    y + 12,
                    "muted",
                    LookWords.percent(guess.probability()));
            y += 20;
        }
    }

    private void lens() {
        String last = LookWords.quoted(look.next().getFirst().text());
        heading(
                "Logit lens",
                "The residual stream of the last token after each layer, through the final norm and the output head:"
                        + " how probable " + last + " is at that depth, and the most probable tokens there.");
        double bar = MARGIN + 84;
        double cells = bar + 190;
        int shown = Math.min(3, look.next().size());
        double cell = (MARGIN + INSIDE - cells) / shown;
        for (var depth : look.lens()) {
            svg.text(MARGIN, y + 13, "", LookWords.depth(depth));
            svg.rectangle(bar, y + 2, 116 * depth.ofFinal(), 14, 2, "embedding");
            svg.text(bar + 116 * depth.ofFinal() + 5, y + 13, "muted", LookWords.percent(depth.ofFinal()));
            for (int i = 0; i < shown; i++) {
                var guess = depth.best().get(i);
                String share = LookWords.percent(guess.probability());
                double room = cell - TextWidth.of(share, 11) - 14;
                String word = Fitting.text(LookWords.quoted(guess.text()), 11, room);
                boolean same = guess.id() == look.next().getFirst().id();
                svg.text(cells + i * cell, y + 13, same ? "small strong" : "small", word);
                svg.text(cells + (i + 1) * cell - 8, y + 13, "small muted end", share);
            }
            y += 19;
        }
    }

    private void attention() {
        boolean one = look.layers().size() == 1
                && look.layers().getFirst().attention().heads().size() == 1;
        long heads = look.layers().stream()
                .mapToLong(layer -> layer.attention().heads().size())
                .sum();
        long squares = heads * look.tokens().size() * look.tokens().size() / 2;
        boolean average =
                heads > MOST_MAPS || (squares > MOST_SQUARES && look.layers().size() > 1);
        heading(
                average ? "Attention, the average over each layer's heads" : "Attention",
                "A row is a query, a column a key; the area of a square is the weight, and one that fills its cell is"
                        + " 100 %. Tinted: what the mask lets the queries attend to.");
        var maps = new AttentionMaps(svg, MARGIN, INSIDE);
        var means = new ArrayList<AttentionMaps.Map>();
        for (var layer : look.layers()) {
            var weights = layer.attention();
            if (average) {
                means.add(map("layer " + layer.index(), layer, weights.mean()));
                continue;
            }
            String hidden = LookWords.hidden(layer);
            svg.text(MARGIN, y + 14, "strong", "Layer " + layer.index());
            double under = y + 2;
            double indent = 66;
            for (String line : TextWidth.wrap(
                    LookWords.attention(layer) + (hidden.isEmpty() ? "" : "; " + hidden), 12, INSIDE - indent)) {
                svg.text(MARGIN + indent, under + 12, "muted", line);
                under += LINE;
            }
            y = under + 6;
            var ofLayer = weights.heads().stream()
                    .map(head -> map("head " + head.index(), layer, head))
                    .toList();
            y = one ? maps.alone(ofLayer.getFirst(), look.tokens(), y) : maps.draw(ofLayer, y);
        }
        if (average) {
            y = maps.draw(means, y);
        }
    }

    private AttentionMaps.Map map(String heading, Look.Layer layer, AttentionWeights.Head head) {
        int last = look.tokens().size() - 1;
        return new AttentionMaps.Map(
                heading,
                "Layer " + layer.index() + ", " + LookWords.attention(layer) + ". " + heading
                        + ": the last token attends to "
                        + LookWords.largest(look, layer.attention(), head, last, 3),
                layer.attention(),
                head);
    }

    private void tokens() {
        var grid = new TokenGrid(svg, MARGIN, INSIDE);
        var latent = look.layers().stream()
                .filter(layer -> layer.latents().isPresent())
                .toList();
        if (!latent.isEmpty()) {
            heading("Latents", "What the KV cache holds for each token, first to last: Euclidean norms.");
            for (var layer : latent) {
                y = grid.latents("layer " + layer.index(), layer.latents().orElseThrow(), y);
            }
        }
        var sparse = look.layers().stream()
                .filter(layer -> layer.routing().isPresent())
                .toList();
        if (!sparse.isEmpty()) {
            heading(
                    "Experts",
                    "A row is an expert, a column a token of the text; a square is a chosen expert, its area the"
                            + " weight of the expert beside the largest in the layer.");
            y = grid.experts(sparse, y);
        }
    }
}
