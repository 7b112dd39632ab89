package orrery.draw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orrery.report.Numbers;
import orrery.report.Property;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.WeightSpec;

/**
 * An attention opened: one token's way from the layer's input to its output, from left to right, with every vector as a
 * bar and every head as a tile of such a bar, on one scale. What is cached has the colour of memory and a thick edge.
 */
final class AttentionFlow {
    private static final double TALLEST = 300;
    private static final double FORK = 44;
    private static final double LATENTS = 132;
    private static final double HEADS = 288;
    private static final double SCORES = 546;
    private static final double SCORES_WIDTH = 80;
    private static final double OUT = 692;
    private static final double LABEL = 20;
    private static final double GAP = 12;
    private static final double LEAST_PITCH = 48;
    private static final double INSET = 12;
    private static final double LANE = 44;
    private static final double SLACK = 6;

    /** What is only said by the drawing itself. */
    private static final List<Property> DRAWN = List.of(
            Property.QUERY_HEADS, Property.NOPE_SIZE, Property.KV_LATENT, Property.QUERY_LATENT, Property.SHARED_CACHE);

    private final Svg svg;
    private final ValueBars bars;
    private final double left;
    private final int hiddenSize;
    private final Op.Attention op;

    /**
     * Heads as a block of tiles.
     *
     * @param name what stands above it
     * @param way how it comes into being, over the arrow
     */
    private record Block(String name, int heads, int size, boolean cached, String way) {}

    private AttentionFlow(Svg svg, ValueBars bars, double left, int hiddenSize, Op.Attention op) {
        this.svg = svg;
        this.bars = bars;
        this.left = left;
        this.hiddenSize = hiddenSize;
        this.op = op;
    }

    /** CSS pixels of height that a value can have in these attentions' drawings, so that the highest is no higher. */
    static double scale(Stream<Kind> kinds) {
        return kinds.mapToDouble(kind -> Math.min(
                        TALLEST / Math.max(kind.hiddenSize(), stacked(kind.op())),
                        kind.op().latent().map(AttentionFlow::latentScale).orElse(Double.MAX_VALUE)))
                .min()
                .orElseThrow();
    }

    /** A latent stands beside the middle of the two blocks that are made of it and must not reach its neighbours. */
    private static double latentScale(Latent op) {
        double rows = ValueBars.rows(op.queryHeads());
        double plain = rows * op.nopeSize();
        double rotary = rows * op.rope().dimensions();
        double beyond = Math.max(
                op.latentRank() - 1.5 * plain - 0.5 * rows * op.valueSize(),
                op.queryRank().orElse(0) + op.rope().dimensions() - 2 * Math.min(plain, rotary));
        return beyond <= 0 ? Double.MAX_VALUE : 2 * SLACK / beyond;
    }

    private static double stacked(Op.Attention op) {
        return blocks(op, List.of()).stream()
                .mapToDouble(block -> (double) ValueBars.rows(block.heads()) * block.size())
                .sum();
    }

    /**
     * An attention that some layers of a model have.
     *
     * @param where which, in words
     */
    record Kind(Op.Attention op, Box box, int hiddenSize, String where) {}

    /** Those of a model, in the order of its layers; those described in the same words are one. */
    static List<Kind> kinds(ArchitectureSpec spec) {
        boolean learned = spec.embedding().learnedPositions() > 0;
        var layers = new LinkedHashMap<Box, List<LayerSpec>>();
        for (var layer : spec.layers()) {
            layers.computeIfAbsent(FactBox.attention(layer, spec.hiddenSize(), learned), _ -> new ArrayList<>())
                    .add(layer);
        }
        var kinds = new ArrayList<Kind>();
        layers.forEach((box, all) -> kinds.add(
                new Kind(all.getFirst().attention(), box, spec.hiddenSize(), Phrase.where(spec, all.size()))));
        return kinds;
    }

    static String told(Kind kind) {
        return kind.where() + ": " + kind.box().title() + ", " + CachedValues.told(kind.op()) + ".";
    }

    /** Draws one in a panel of its own. */
    static void panel(Sheet sheet, Kind kind, double perValue) {
        var flow = new AttentionFlow(
                sheet.svg, new ValueBars(sheet.svg, perValue), sheet.inside() + INSET, kind.hiddenSize(), kind.op());
        double room = sheet.end() - sheet.inside();
        String said = kind.box().lines().stream()
                .filter(line -> DRAWN.stream().noneMatch(one -> one.name().equals(line.key())))
                .map(Box.Line::text)
                .collect(Collectors.joining(" · "));
        var facts = TextWidth.wrap(said, 12, room);
        var foot = TextWidth.wrap(CachedValues.told(kind.op()) + ".", 12, room);
        double height = flow.height();
        double all = 36 + facts.size() * Grid.LINE + height + foot.size() * Grid.LINE + 10;
        double top = sheet.panel(all, kind.box().title(), kind.where());
        sheet.muted(sheet.inside(), top + 6, facts);
        double begin = top + facts.size() * Grid.LINE + 8;
        flow.paint(begin, height);
        sheet.muted(sheet.inside(), begin + height + 6, foot);
    }

    private double high(Block block) {
        return bars.height((double) ValueBars.rows(block.heads()) * block.size());
    }

    /** The input's bar with its name, or all blocks with theirs. */
    private double height() {
        return Math.max(used(blocks(op, weights())), bars.height(hiddenSize) + 36 + GAP);
    }

    private double used(List<Block> blocks) {
        return blocks.stream().mapToDouble(this::pitch).sum()
                + op.latent().map(_ -> LANE).orElse(0.0);
    }

    /** From one block to the next: the text above it must not reach the text below the last arrow. */
    private double pitch(Block block) {
        return Math.max(LEAST_PITCH, LABEL + high(block) + GAP);
    }

    private List<WeightSpec> weights() {
        return op.weights(hiddenSize);
    }

    private static String count(List<WeightSpec> weights, String... roles) {
        return Phrase.count(weights, role -> List.of(roles).contains(role.replaceFirst("\\.[^.]*$", "")));
    }

    private static List<Block> blocks(Op.Attention op, List<WeightSpec> weights) {
        return switch (op) {
            case GroupedQuery grouped -> grouped(grouped, weights);
            case Latent latent -> latent(latent, weights);
        };
    }

    private static List<Block> grouped(GroupedQuery op, List<WeightSpec> weights) {
        var heads = op.heads();
        var norms = op.norms();
        String each = heads.group() == 1 ? "" : ", each for " + heads.group() + " queries";
        boolean own = op.cache().lender().isEmpty();
        int size = heads.size();
        String shared = heads(heads.keyValue(), size) + each;
        String query = way("query", count(weights, "q"), turned(norms.query(), op));
        String key = own ? way("key", count(weights, "k"), turned(norms.key(), op)) : "";
        String value = own ? way("value", count(weights, "v"), normed(norms.value())) : "";
        return List.of(
                new Block("queries: " + heads(heads.query(), size), heads.query(), size, false, query),
                new Block("keys: " + shared, heads.keyValue(), size, true, key),
                new Block("values: " + shared, heads.keyValue(), size, true, value));
    }

    private static String heads(int count, int size) {
        return Numbers.count(count, "head") + " of " + Numbers.exact(size);
    }

    private static String way(String what, String count, String then) {
        return what + " projection, " + count + then;
    }

    private static String normed(NormSpec norm) {
        return norm.equals(NormSpec.NONE) ? "" : "|" + Words.norm(norm);
    }

    /** The norm and the rotation of queries or keys, in their order. */
    private static String turned(NormSpec norm, GroupedQuery op) {
        String rope = op.position().rope().isPresent() ? "|RoPE" : "";
        String first = op.norms().order() == HeadNorms.Order.BEFORE_ROPE ? normed(norm) + rope : rope + normed(norm);
        return first.isEmpty() ? "" : "|" + first.substring(1).replace("|", ", ");
    }

    private static List<Block> latent(Latent op, List<WeightSpec> weights) {
        int heads = op.queryHeads();
        int rotary = op.rope().dimensions();
        int plain = op.nopeSize();
        int value = op.valueSize();
        String query = op.queryRank().isPresent() ? "up-projection" : "projection";
        String key = "up-projection|" + count(weights, "k_up");
        String rebuilt = "up-projection|" + count(weights, "v_up");
        return List.of(
                new Block("queries without RoPE: " + heads(heads, plain), heads, plain, false, query),
                new Block("rotary queries: " + heads(heads, rotary), heads, rotary, false, query + "|RoPE"),
                new Block("keys without RoPE: " + heads(heads, plain), heads, plain, false, key),
                new Block("values: " + heads(heads, value), heads, value, false, rebuilt));
    }

    private void paint(double top, double height) {
        var blocks = blocks(op, weights());
        var middles = new ArrayList<Double>();
        double at = top + (height - used(blocks)) / 2;
        for (int i = 0; i < blocks.size(); i++) {
            var block = blocks.get(i);
            at += op.latent().isPresent() && i == 2 ? LANE : 0;
            block(block, at + LABEL);
            middles.add(at + LABEL + high(block) / 2);
            at += pitch(block);
        }
        double middle = top + height / 2 + 12;
        bars.bar(left, middle, hiddenSize, Role.EMBEDDING, "x");
        op.latent().ifPresentOrElse(latent -> latents(latent, blocks, middles, middle), () -> {
            var own = IntStream.range(0, blocks.size())
                    .filter(i -> !blocks.get(i).way().isEmpty())
                    .boxed()
                    .toList();
            var targets = own.stream().map(middles::get).toList();
            fan(left + ValueBars.WIDTH, middle, HEADS, targets);
            own.forEach(i -> way(FORK + 8, middles.get(i), blocks.get(i).way()));
        });
        end(blocks, middles, middle);
    }

    private void block(Block block, double top) {
        svg.text(left + HEADS, top - 6, "", block.name());
        String style = (block.cached() ? Role.CACHE : Role.ATTENTION).style();
        bars.heads(left + HEADS, top, block.heads(), block.size(), style);
        if (block.cached()) {
            bars.edge(left + HEADS, top, block.heads(), block.size());
        }
    }

    /** From one point to several at the same x, by right angles. */
    private void fan(double from, double y, double to, List<Double> targets) {
        double fork = from < left + LATENTS ? left + FORK : from + 36;
        svg.line(from, y, fork, y, "flow");
        double low = Math.min(y, targets.stream().mapToDouble(one -> one).min().orElse(y));
        double high = Math.max(y, targets.stream().mapToDouble(one -> one).max().orElse(y));
        svg.line(fork, low, fork, high, "flow");
        targets.forEach(target -> Arrow.right(svg, fork, left + to - 3, target));
    }

    /** What happens on the way, over and below an arrow. */
    private void way(double x, double y, String way) {
        String[] lines = way.split("\\|");
        for (int i = 0; i < lines.length; i++) {
            svg.text(left + x, i == 0 ? y - 6 : y + 14, "muted", lines[i]);
        }
    }

    private void latents(Latent op, List<Block> blocks, List<Double> middles, double middle) {
        double lane = middles.get(2) - high(blocks.get(2)) / 2 - LABEL - 12;
        double latent = (middles.get(2) + middles.get(3)) / 2;
        double rebuilt = left + LATENTS + ValueBars.WIDTH;
        var weights = weights();
        var targets = new ArrayList<Double>();
        double query = (middles.get(0) + middles.get(1)) / 2;
        if (op.queryRank().isPresent()) {
            int rank = op.queryRank().getAsInt();
            bars.bar(left + LATENTS, query, rank, Role.ATTENTION, "query latent");
            way(FORK + 8, query, "down|" + count(weights, "q_down"));
            fan(rebuilt, query, HEADS, middles.subList(0, 2));
            targets.add(query);
        } else {
            fan(left + ValueBars.WIDTH, middle, HEADS, middles.subList(0, 2));
        }
        bars.bar(left + LATENTS, lane, op.rope().dimensions(), Role.CACHE, "rotary key");
        bars.bar(left + LATENTS, latent, op.latentRank(), Role.CACHE, "KV latent");
        targets.add(lane);
        targets.add(latent);
        fan(left + ValueBars.WIDTH, middle, LATENTS, targets);
        way(FORK + 8, lane, "down|RoPE");
        way(FORK + 8, latent, "down|" + count(weights, "kv_down"));
        fan(rebuilt, latent, HEADS, middles.subList(2, 4));
        for (int i = 0; i < 4; i++) {
            way(LATENTS + ValueBars.WIDTH + 42, middles.get(i), blocks.get(i).way());
        }
        Arrow.right(svg, rebuilt + 3, left + SCORES, lane);
        svg.text(left + HEADS, lane - 6, "muted", "one rotary key for all heads");
    }

    /** Scores, the sum of the values that they weight, and the output. */
    private void end(List<Block> blocks, List<Double> middles, double middle) {
        int values = blocks.size() - 1;
        double top = middles.getFirst() - Math.max(30, high(blocks.getFirst()) / 2);
        double bottom = middles.get(values - 1) + Math.max(20, high(blocks.get(values - 1)) / 2 - 10);
        double axis = left + SCORES + SCORES_WIDTH / 2;
        svg.rectangle(left + SCORES, top, SCORES_WIDTH, bottom - top, 6, Role.PLAIN.style());
        double text = (top + bottom) / 2;
        svg.text(axis, text - 8, "heading middle", "scores");
        svg.text(axis, text + 8, "middle", op.scores().scale() == 1 ? "q · k" : "q · k, scaled");
        svg.text(axis, text + 23, "middle", "softmax");
        for (int i = 0; i < values; i++) {
            arrow(blocks.get(i), left + SCORES, middles.get(i));
        }
        double sum = middles.get(values);
        arrow(blocks.get(values), axis - 9, sum);
        Arrow.down(svg, axis, bottom, sum - 9);
        Arrow.sum(svg, axis, sum, true);
        double out = left + OUT;
        double turn = out - 20;
        svg.path("flow", "M", axis + 9, sum, "H", turn, "V", middle, "H", out - 6);
        Arrow.tipRight(svg, out, middle);
        long width = (long) op.queryHeads() * op.valueSize();
        svg.text(turn - 6, sum - 6, "muted end", Numbers.exact(width));
        svg.text(turn - 6, sum + 14, "muted end", "output");
        svg.text(turn - 6, sum + 29, "muted end", count(weights(), "o"));
        bars.bar(out, middle, hiddenSize, Role.EMBEDDING, "output");
    }

    private void arrow(Block block, double to, double y) {
        Arrow.right(svg, left + HEADS + ValueBars.width(block.heads()) + (block.cached() ? 3 : 0), to, y);
    }
}
