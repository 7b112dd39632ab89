package orrery.draw;

import java.util.List;
import java.util.stream.IntStream;
import orrery.report.FastMemory;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.LayerSpec;
import orrery.spec.WeightSpec;

/**
 * Per-layer embeddings (Gemma 3n): which table may lie in a file, what has to be in fast memory, and what a token
 * brings to each layer.
 */
public final class PerLayerEmbedding {
    private static final double TOP_HEIGHT = 190;
    private static final double LAYERS_HEIGHT = 256;

    private final Sheet sheet;
    private final Svg svg;
    private final ArchitectureSpec spec;
    private final EmbeddingSpec.PerLayer.Table table;
    private final FastMemory memory;

    private PerLayerEmbedding(
            Sheet sheet, ArchitectureSpec spec, EmbeddingSpec.PerLayer.Table table, FastMemory memory) {
        this.sheet = sheet;
        svg = sheet.svg;
        this.spec = spec;
        this.table = table;
        this.memory = memory;
    }

    /**
     * Draws a model.
     *
     * @throws DrawException if it has no per-layer embeddings
     */
    public static Diagram of(ArchitectureSpec spec) {
        if (!(spec.embedding().perLayer() instanceof EmbeddingSpec.PerLayer.Table table)
                || !(spec.layers().getFirst() instanceof LayerSpec.AltUp layer)) {
            throw new DrawException(spec.name()
                    + " has no per-layer embeddings; of the released models only Gemma 3n has, such as gemma-3n-e4b");
        }
        var memory = FastMemory.of(spec).orElseThrow();
        var sheet = new Sheet(
                "Per-layer embeddings: what is stored where",
                spec.name()
                        + ": so little of the tables is read that they can stay in a file, and only the rest needs"
                        + " fast memory.");
        var drawing = new PerLayerEmbedding(sheet, spec, table, memory);
        drawing.places();
        drawing.layers(layer.input());
        return sheet.diagram(
                "Per-layer embeddings: " + spec.name(),
                spec.name() + ": " + Numbers.rounded(memory.effective()) + " parameters in fast memory, "
                        + Numbers.rounded(memory.perLayerTable())
                        + " of per-layer embeddings in a file, of which a token reads "
                        + Numbers.exact(memory.readPerToken()) + ".");
    }

    private void places() {
        double y = sheet.y();
        double half = (Sheet.WIDTH - 2 * Sheet.MARGIN - 12) / 2.0;
        String tables = Numbers.count(spec.layers().size(), "table") + " of " + Numbers.exact(table.vocabSize()) + " × "
                + table.size();
        String bytes = Numbers.bytes(memory.tableBytes()) + " in bf16; a token reads "
                + Numbers.exact(memory.readPerToken()) + " of them";
        String count = Numbers.rounded(memory.perLayerTable());
        var file = box(Role.EMBEDDING, "Per-layer embeddings", count, tables, bytes);
        place(Sheet.MARGIN, y, half, "In a file", Role.CACHE, List.of(file));
        tables(Sheet.MARGIN + Sheet.INSIDE, y + 114, half - 2 * Sheet.INSIDE);
        var layers = box(
                Role.FEED_FORWARD,
                "Layers, norms, projections",
                Numbers.rounded(memory.effective()),
                Numbers.bytes(2 * memory.effective()) + " in bf16",
                "the “effective” part of " + Numbers.rounded(spec.parameters()));
        String sizes = Numbers.exact(spec.vocabSize()) + " × " + Numbers.exact(spec.hiddenSize());
        String read =
                spec.head().tied() ? "one row as the embedding, all of it as the output head" : "one row per token";
        String tokens = Numbers.rounded(parameters("embedding.tokens"));
        var embedding =
                box(Role.EMBEDDING, "Token embedding", tokens, sizes + ", not counted as effective", "read: " + read);
        place(Sheet.MARGIN + half + 12, y, half, "In fast memory", Role.ATTENTION, List.of(layers, embedding));
        sheet.skip(TOP_HEIGHT + 40);
    }

    private long parameters(String path) {
        return Phrase.weights(spec.weights(), path::equals).stream()
                .mapToLong(WeightSpec::parameters)
                .sum();
    }

    /** The tables side by side, and in them the token's row. */
    private void tables(double x, double y, double width) {
        int count = spec.layers().size();
        double pitch = width / count;
        double height = TOP_HEIGHT - 114 - 30;
        for (int i = 0; i < count; i++) {
            svg.rectangle(x + i * pitch, y, pitch * 0.82, height, 2, "embedding");
        }
        for (int i = 0; i < count; i++) {
            svg.rectangle(x + i * pitch, y + height * 0.6, pitch * 0.82, 4, 0, "cache-ink");
        }
        svg.text(x, y + height + 17, "muted small", "the row of one token in each table");
    }

    private static Box box(Role role, String title, String count, String... lines) {
        var all = IntStream.range(0, lines.length)
                .mapToObj(i -> new Box.Line("line " + i, lines[i]))
                .toArray(Box.Line[]::new);
        return Box.of(role, title, count, all);
    }

    private void place(double x, double y, double width, String name, Role edge, List<Box> boxes) {
        svg.rectangle(x, y, width, TOP_HEIGHT, 10, "panel");
        svg.rectangle(x, y, width, 5, 2, edge.style() + "-ink");
        svg.text(x + Sheet.INSIDE, y + 27, "heading", name);
        double at = y + 40;
        var painter = new BoxPainter(svg);
        for (var box : boxes) {
            double height = BoxPainter.height(box, width - 2 * Sheet.INSIDE);
            painter.paint(box, x + Sheet.INSIDE, at, width - 2 * Sheet.INSIDE);
            at += height + 12;
        }
    }

    /** From one token's row to every layer, and what happens there. */
    private void layers(LayerSpec.PerLayerInput input) {
        double arrow = sheet.y() - 40;
        double x = Sheet.MARGIN + 190;
        Arrow.down(svg, x, arrow, arrow + 40);
        String row = "one token: " + spec.layers().size() + " × " + table.size() + " = "
                + Numbers.exact(memory.readPerToken()) + " values, " + Numbers.bytes(2 * memory.readPerToken())
                + " in bf16";
        svg.text(x + 14, arrow + 24, "", row);
        String all = Numbers.count(spec.layers().size(), "layer");
        double y = sheet.panel(LAYERS_HEIGHT, "Input to each layer", all);
        double left = Sheet.MARGIN + Sheet.INSIDE;
        double room = Sheet.WIDTH - 2 * left;
        double pitch = room / spec.layers().size();
        for (int i = 0; i < spec.layers().size(); i++) {
            svg.rectangle(left + i * pitch, y, pitch * 0.82, 22, 2, "embedding");
        }
        svg.text(left, y + 38, "muted small", "layer 0");
        String last = "layer " + (spec.layers().size() - 1);
        svg.text(left + room, y + 38, "muted small end", last);
        svg.text(left + room / 2, y + 38, "muted small middle", table.size() + " values each");
        inside(input, y + 62, left, room);
    }

    private void inside(LayerSpec.PerLayerInput input, double y, double left, double room) {
        String hidden = Numbers.exact(spec.hiddenSize());
        double width = (room - 3 * 34) / 4;
        double middle = y + 62;
        var boxes = List.of(
                box(Role.PLAIN, "Stream", "", hidden + " values"),
                box(Role.EMBEDDING, "Gate", "", hidden + " → " + input.size(), Words.activation(input.activation())),
                box(Role.EMBEDDING, "Up", "", input.size() + " → " + hidden, Words.norm(input.norm())),
                box(Role.PLAIN, "Streams", "", "added to the others"));
        double height = 60;
        var painter = new BoxPainter(svg);
        for (int i = 0; i < boxes.size(); i++) {
            double x = left + i * (width + 34);
            painter.paint(boxes.get(i), Slot.TOKENS, x, middle - height / 2, width, height, Marks.NONE);
            if (i > 0 && i != 2) {
                Arrow.right(svg, x - 34, x, middle);
            }
        }
        double times = left + 2 * (width + 34) - 17;
        svg.line(times - 17, middle, times - 9, middle, "flow");
        Arrow.sum(svg, times, middle, true);
        svg.line(times + 9, middle, times + 17, middle, "flow");
        Arrow.down(svg, times, y - 14, middle - 9);
        svg.text(times + 12, y + 8, "", "the layer’s own " + table.size() + " values");
        String own = "own values = (norm(projection of the embedding) + row of the table × √" + table.size() + ") / √2";
        String gate = Words.activation(input.activation());
        svg.text(left, middle + height / 2 + 26, "muted", own);
        svg.text(left, middle + height / 2 + 44, "muted", "added = norm(up(" + gate + "(gate(stream)) × own values))");
    }
}
