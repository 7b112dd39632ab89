package orrery.draw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orrery.report.Numbers;
import orrery.report.Property;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.Op;

/**
 * Feed-forwards opened: dense ones, gated (arXiv:2002.05202) or not, and mixtures of experts with their router, their
 * experts, one tile each, and one of them opened. From left to right, every vector as a bar on one scale.
 */
public final class FeedForwardDrawing {
    private static final int MOST = 4;
    private static final double TALLEST = 120;
    private static final double OPENED_LABELS = 36;
    private static final double INSET = 14;
    private static final double FORK = 44;
    private static final double INNER = 210;
    private static final double PRODUCT = 420;
    private static final double ROUTER = 76;
    private static final double ROUTER_WIDTH = 226;
    private static final double BANK = 322;
    private static final double BANK_WIDTH = 270;
    private static final double ZOOM = 16;
    private static final double SUM = 630;
    private static final List<Property> OF_ROUTERS =
            List.of(Property.ROUTER_SCORES, Property.ROUTER_GROUPS, Property.EXPERT_WEIGHTS, Property.ROUTER_TARGET);

    private final Svg svg;
    private final ValueBars bars;
    private final double left;
    private final double out;
    private final int hiddenSize;

    private FeedForwardDrawing(Sheet sheet, ValueBars bars, int hiddenSize) {
        svg = sheet.svg;
        this.bars = bars;
        left = sheet.inside() + INSET;
        out = sheet.end() - INSET - ValueBars.WIDTH;
        this.hiddenSize = hiddenSize;
    }

    /**
     * A feed-forward that some layers of a model have.
     *
     * @param where which, in words
     */
    record Kind(Op.Mlp op, int hiddenSize, String where) {}

    /**
     * Draws every kind of feed-forward that the models have, one below the other.
     *
     * @throws DrawException if that are more than four kinds
     */
    public static Diagram of(List<ArchitectureSpec> specs) {
        var shown = new ArrayList<Kind>();
        specs.forEach(spec -> shown.addAll(kinds(spec)));
        if (shown.size() > MOST) {
            throw new DrawException(shown.size() + " kinds of feed-forward in one drawing, expected at most " + MOST);
        }
        var sheet = new Sheet(
                "Dense feed-forwards and mixtures of experts",
                "From left to right. The height of a bar is its number of values, on one scale. One tile per expert;"
                        + " the filled ones are active for this token, others for the next.");
        double perValue = scale(shown.stream());
        var told = new ArrayList<String>();
        for (var kind : shown) {
            panel(sheet, kind, perValue);
            told.add(told(kind));
        }
        return sheet.diagram("Feed-forwards", specs, told);
    }

    static String told(Kind kind) {
        var box = FactBox.feedForward(kind.op(), kind.hiddenSize());
        return kind.where() + ": " + box.title() + ", " + box.count() + " parameters per layer.";
    }

    /** Those of a model, in the order of its layers. */
    static List<Kind> kinds(ArchitectureSpec spec) {
        var counts = new LinkedHashMap<Op.Mlp, Integer>();
        spec.layers().forEach(layer -> counts.merge(layer.mlp(), 1, Integer::sum));
        var kinds = new ArrayList<Kind>();
        counts.forEach((op, count) -> kinds.add(new Kind(op, spec.hiddenSize(), Phrase.where(spec, count))));
        return kinds;
    }

    /** CSS pixels of height that a value can have in these drawings, so that the highest bar is no higher. */
    static double scale(Stream<Kind> kinds) {
        return kinds.mapToDouble(kind -> TALLEST
                        / Math.max(kind.hiddenSize(), kind.op().feedForward().intermediateSize()))
                .min()
                .orElseThrow();
    }

    static void panel(Sheet sheet, Kind kind, double perValue) {
        var drawing = new FeedForwardDrawing(sheet, new ValueBars(sheet.svg, perValue), kind.hiddenSize());
        var box = FactBox.feedForward(kind.op(), kind.hiddenSize());
        double height = switch (kind.op()) {
            case FeedForward dense -> drawing.openedHeight(dense);
            case Experts experts -> drawing.expertsHeight(experts);
        };
        double top = sheet.panel(36 + Grid.LINE + height + 14, box.title(), kind.where());
        sheet.svg.text(sheet.inside(), top + 6, "muted", box.count() + " parameters per layer");
        switch (kind.op()) {
            case FeedForward dense -> drawing.opened(dense, top + Grid.LINE);
            case Experts experts -> drawing.experts(experts, top + Grid.LINE);
        }
    }

    private double openedHeight(FeedForward op) {
        double inner = OPENED_LABELS + bars.height(op.intermediateSize());
        return Math.max(op.gated() ? 2 * inner + 8 : inner, OPENED_LABELS + bars.height(hiddenSize)) + 8;
    }

    /** Gate and up, their product, and down. */
    private void opened(FeedForward op, double top) {
        double high = bars.height(op.intermediateSize());
        double middle = top + openedHeight(op) / 2 + OPENED_LABELS / 2 - 4;
        double apart = op.gated() ? (OPENED_LABELS + 8 + high) / 2 : 0;
        bars.bar(left, middle, hiddenSize, Role.EMBEDDING, "x");
        double from = left + ValueBars.WIDTH;
        String activation = Words.briefly(op.activation()) + sparsity(op);
        double after = left + INNER + ValueBars.WIDTH;
        if (op.gated()) {
            double fork = left + FORK;
            svg.line(from, middle, fork, middle, "flow");
            svg.line(fork, middle - apart, fork, middle + apart, "flow");
            inner(op, "gate", fork, middle - apart);
            inner(op, "up", fork, middle + apart);
            double times = left + (INNER + PRODUCT + ValueBars.WIDTH) / 2 + 40;
            svg.path("flow", "M", after, middle - apart, "H", times, "V", middle - 15);
            Arrow.down(svg, times, middle - 15, middle - 9);
            svg.path("flow", "M", after, middle + apart, "H", times, "V", middle + 15);
            Arrow.up(svg, times, middle + 15, middle + 9);
            Arrow.sum(svg, times, middle, true);
            svg.text(after + 10, middle - apart - 6, "", activation);
            svg.text(times - 16, middle + 4, "muted end", "elementwise");
            Arrow.right(svg, times + 9, left + PRODUCT, middle);
        } else {
            inner(op, "up", from, middle);
            svg.text(after + 10, middle - 6, "", activation);
            Arrow.right(svg, after, left + PRODUCT, middle);
        }
        String product = op.gated() ? "product" : "inner";
        bars.bar(left + PRODUCT, middle, op.intermediateSize(), Role.FEED_FORWARD, product);
        double down = left + PRODUCT + ValueBars.WIDTH;
        Arrow.right(svg, down, out, middle);
        svg.text(down + 36, middle - 6, "", "down projection");
        svg.text(down + 36, middle + 14, "muted", widths(op, "down") + ", " + weight(op, "down"));
        bars.bar(out, middle, hiddenSize, Role.EMBEDDING, "output");
    }

    private void inner(FeedForward op, String name, double from, double y) {
        Arrow.right(svg, from, left + INNER, y);
        svg.text(left + FORK + 8, y - 6, "", name + " projection");
        svg.text(left + FORK + 8, y + 14, "muted", widths(op, name) + ", " + weight(op, name));
        bars.bar(left + INNER, y, op.intermediateSize(), Role.FEED_FORWARD, name);
    }

    private String widths(FeedForward op, String role) {
        String hidden = Numbers.exact(hiddenSize);
        String inner = Numbers.exact(op.intermediateSize());
        return role.equals("down") ? inner + " → " + hidden : hidden + " → " + inner;
    }

    private static String sparsity(FeedForward op) {
        return op.sparsity() > 0 ? ", " + Numbers.plain(100 * op.sparsity()) + " % cut to zero" : "";
    }

    private String weight(FeedForward op, String role) {
        return Phrase.count(op.weights(hiddenSize), one -> one.startsWith(role + "."));
    }

    private Box router(Experts op) {
        var lines = new ArrayList<Box.Line>();
        String choice = Numbers.exact(op.count()) + " scores, the best " + Numbers.exact(op.active());
        lines.add(new Box.Line("choice", choice));
        FactBox.feedForward(op, hiddenSize).lines().stream()
                .filter(line -> OF_ROUTERS.stream().anyMatch(one -> one.name().equals(line.key())))
                .forEach(lines::add);
        String count = Phrase.count(op.weights(hiddenSize), role -> role.startsWith("router."));
        return Box.of(Role.EXPERTS, "Router", count, lines.toArray(Box.Line[]::new));
    }

    private Box bank(Experts op) {
        String each = "each " + Words.widths(op.expert(), hiddenSize);
        return new Box(
                Role.EXPERTS,
                Numbers.count(op.count(), "routed expert"),
                Numbers.exact(op.active()) + " per token",
                List.of(new Box.Line("each", each)),
                Optional.of(Box.Tiles.of(op, false)),
                Optional.empty());
    }

    private Box shared(Experts experts, FeedForward op) {
        int count = experts.sharedExperts();
        String wide = Numbers.exact(op.intermediateSize() / count) + " wide" + (count == 1 ? "" : " each");
        return Box.of(
                Role.FEED_FORWARD,
                count == 1 ? "Shared expert" : count + " shared experts",
                Phrase.count(op.weights(hiddenSize)),
                new Box.Line("width", "every token, " + wide));
    }

    private double sharedHeight(Experts op) {
        return op.shared()
                .map(one -> BoxPainter.height(shared(op, one), BANK_WIDTH) + 18)
                .orElse(0.0);
    }

    private double bankHeight(Experts op) {
        return Math.max(
                Math.max(BoxPainter.height(bank(op), BANK_WIDTH), BoxPainter.height(router(op), ROUTER_WIDTH)),
                bars.height(hiddenSize) + 2 * OPENED_LABELS);
    }

    private double expertsHeight(Experts op) {
        return 10 + sharedHeight(op) + bankHeight(op) + 30 + Grid.LINE + 10 + openedHeight(op.expert()) + 8;
    }

    private void experts(Experts op, double from) {
        var boxes = new BoxPainter(svg);
        double top = from + 10 + sharedHeight(op);
        double middle = top + bankHeight(op) / 2;
        var router = router(op);
        double routerHeight = BoxPainter.height(router, ROUTER_WIDTH);
        var bank = bank(op);
        double bankHeight = BoxPainter.height(bank, BANK_WIDTH);
        bars.bar(left, middle, hiddenSize, Role.EMBEDDING, "x");
        Arrow.right(svg, left + ValueBars.WIDTH, left + ROUTER, middle);
        boxes.paint(router, left + ROUTER, middle - routerHeight / 2, ROUTER_WIDTH);
        Arrow.right(svg, left + ROUTER + ROUTER_WIDTH, left + BANK, middle);
        boxes.paint(bank, left + BANK, middle - bankHeight / 2, BANK_WIDTH);
        double sum = left + SUM;
        Arrow.right(svg, left + BANK + BANK_WIDTH, sum - 9, middle);
        Arrow.sum(svg, sum, middle, false);
        Arrow.right(svg, sum + 9, out, middle);
        String weighted = switch (op.router().target()) {
            case OUTPUT -> "outputs";
            case INPUT -> "inputs";
        };
        svg.text(sum, middle + 26, "middle", weighted);
        svg.text(sum, middle + 41, "middle", "weighted");
        bars.bar(out, middle, hiddenSize, Role.EMBEDDING, "output");
        op.shared().ifPresent(one -> {
            var shared = shared(op, one);
            double high = BoxPainter.height(shared, BANK_WIDTH);
            double y = from + 10 + high / 2;
            svg.path("flow", "M", left + FORK, middle, "V", y, "H", left + BANK - 6);
            Arrow.tipRight(svg, left + BANK, y);
            boxes.paint(shared, left + BANK, y - high / 2, BANK_WIDTH);
            svg.path("flow", "M", left + BANK + BANK_WIDTH, y, "H", sum, "V", middle - 15);
            Arrow.down(svg, sum, middle - 15, middle - 9);
        });
        open(op, top + bankHeight(op) + 30, middle + bankHeight / 2);
    }

    /** One expert in a frame of its own, into which dashed lines widen. */
    private void open(Experts op, double top, double bank) {
        double width = out + ValueBars.WIDTH - left + 2 * INSET;
        double height = Grid.LINE + 10 + openedHeight(op.expert()) + 6;
        svg.rectangle(left - INSET, top, width, height, 8, "experts-line dashed");
        svg.line(left + BANK, bank, left + BANK - ZOOM, top, "experts-line dashed");
        svg.line(left + BANK + BANK_WIDTH, bank, left + BANK + BANK_WIDTH + ZOOM, top, "experts-line dashed");
        boolean alike = op.shared().filter(op.expert()::equals).isPresent();
        String heading = "One expert opened" + (alike ? "; the shared one has the same form" : "") + ": "
                + Phrase.count(op.expert().weights(hiddenSize)) + " parameters";
        svg.text(left - INSET + 10, top + 18, "strong", heading);
        opened(op.expert(), top + Grid.LINE + 10);
    }
}
