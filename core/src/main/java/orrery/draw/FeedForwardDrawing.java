package orrery.draw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.Op;

/**
 * The inside of feed-forwards: dense ones, gated (arXiv:2002.05202) or not, beside mixtures of experts with their
 * router, the experts that a token takes, and the shared one.
 */
public final class FeedForwardDrawing {
    private static final int MOST = 4;
    private static final double HEIGHT = 420;
    private static final double BOX_HEIGHT = 46;
    private static final int TILE_COLUMNS = 32;

    private final Svg svg;
    private final double left;
    private final double width;
    private final double axis;
    private final double top;
    private final int hiddenSize;

    private FeedForwardDrawing(Svg svg, double left, double width, double top, int hiddenSize) {
        this.svg = svg;
        this.left = left;
        this.width = width;
        this.top = top;
        this.hiddenSize = hiddenSize;
        axis = left + width / 2;
    }

    private record Shown(ArchitectureSpec spec, Op.Mlp op) {}

    /**
     * Draws every kind of feed-forward that the models have, two in a row.
     *
     * @throws DrawException if that are more than four kinds
     */
    public static Diagram of(List<ArchitectureSpec> specs) {
        var shown = shown(specs);
        if (shown.size() > MOST) {
            throw new DrawException(shown.size() + " kinds of feed-forward in one drawing, expected at most " + MOST);
        }
        var sheet = new Sheet(
                "Dense feed-forwards and mixtures of experts",
                "From below. Of the experts, one tile each, a token takes those that are filled; the next token takes others.");
        var told = new ArrayList<String>();
        double width = (Sheet.WIDTH - 2 * Sheet.MARGIN - 12) / 2;
        double top = sheet.y();
        for (int i = 0; i < shown.size(); i++) {
            var one = shown.get(i);
            double left = Sheet.MARGIN + i % 2 * (width + 12);
            new FeedForwardDrawing(
                            sheet.svg,
                            left,
                            width,
                            top + i / 2 * (HEIGHT + 12),
                            one.spec().hiddenSize())
                    .panel(one);
            told.add(one.spec().name() + ": "
                    + FactBox.feedForward(one.op(), one.spec().hiddenSize()).title() + ", "
                    + Phrase.count(one.op().weights(one.spec().hiddenSize())) + " parameters in a layer.");
        }
        sheet.skip(Math.ceilDiv(shown.size(), 2) * (HEIGHT + 12) + 4);
        String names =
                String.join(", ", specs.stream().map(ArchitectureSpec::name).toList());
        return sheet.diagram("Feed-forwards: " + names, String.join(" ", told));
    }

    private static List<Shown> shown(List<ArchitectureSpec> specs) {
        var kinds = new LinkedHashMap<List<Object>, Shown>();
        for (var spec : specs) {
            for (var layer : spec.layers()) {
                var op = layer.mlp();
                kinds.putIfAbsent(List.of(spec.name(), op), new Shown(spec, op));
            }
        }
        return List.copyOf(kinds.values());
    }

    private void panel(Shown shown) {
        svg.rectangle(left, top, width, HEIGHT, 10, "panel");
        var box = FactBox.feedForward(shown.op(), hiddenSize);
        svg.text(left + Sheet.INSIDE, top + 24, "heading", box.title());
        svg.text(
                left + width - Sheet.INSIDE, top + 24, "muted end", shown.spec().name());
        svg.text(left + Sheet.INSIDE, top + 43, "muted", box.count() + " parameters in a layer");
        double bottom = top + HEIGHT - 14;
        svg.text(axis, bottom, "middle strong", "x, " + Numbers.exact(hiddenSize) + " values");
        double from = bottom - 16;
        switch (shown.op()) {
            case FeedForward dense -> dense(dense, from);
            case Experts experts -> experts(experts, from);
        }
    }

    private void dense(FeedForward op, double from) {
        String name = Words.briefly(op.activation());
        String widths = Numbers.exact(hiddenSize) + " → " + Numbers.exact(op.intermediateSize());
        double first = top + 268;
        double times = top + 190;
        double down = top + 112;
        double half = op.gated() ? (width - 3 * Sheet.INSIDE) / 2 : width - 2 * Sheet.INSIDE;
        if (op.gated()) {
            double gate = left + Sheet.INSIDE + half / 2;
            double up = left + width - Sheet.INSIDE - half / 2;
            split(from, first + BOX_HEIGHT, gate, up);
            box(left + Sheet.INSIDE, first, half, "Gate", weight(op, "gate"), widths, Role.FEED_FORWARD);
            box(up - half / 2, first, half, "Up", weight(op, "up"), widths, Role.FEED_FORWARD);
            svg.path(Svg.path("M", gate, first, "V", times, "H", axis - 15), "flow");
            Arrow.tipRight(svg, axis - 9, times);
            svg.path(Svg.path("M", up, first, "V", times, "H", axis + 15), "flow");
            Arrow.tipLeft(svg, axis + 9, times);
            Arrow.sum(svg, axis, times, true);
            svg.text(gate + 8, times + 34, "", name + sparsity(op));
        } else {
            Arrow.up(svg, axis, from, first + BOX_HEIGHT);
            box(left + Sheet.INSIDE, first, half, "Up", weight(op, "up"), widths, Role.FEED_FORWARD);
            svg.line(axis, first, axis, times + 4, "flow");
            svg.text(axis + 10, times + 34, "", name);
        }
        Arrow.up(svg, axis, op.gated() ? times - 9 : times + 4, down + BOX_HEIGHT);
        box(
                left + Sheet.INSIDE,
                down,
                width - 2 * Sheet.INSIDE,
                "Down",
                weight(op, "down"),
                Numbers.exact(op.intermediateSize()) + " → " + Numbers.exact(hiddenSize),
                Role.FEED_FORWARD);
        Arrow.up(svg, axis, down, top + 70);
    }

    private static String sparsity(FeedForward op) {
        return op.sparsity() > 0 ? ", " + Numbers.plain(100 * op.sparsity()) + " % cut to zero" : "";
    }

    private String weight(FeedForward op, String role) {
        return Phrase.count(op.weights(hiddenSize).stream()
                .filter(weight -> weight.role().startsWith(role + "."))
                .toList());
    }

    /** A line that divides and enters two boxes from below. */
    private void split(double from, double to, double first, double second) {
        double middle = (from + to) / 2 + 4;
        svg.path(Svg.path("M", axis, from, "V", middle), "flow");
        svg.path(Svg.path("M", first, middle, "H", second), "flow");
        Arrow.up(svg, first, middle, to);
        Arrow.up(svg, second, middle, to);
    }

    private void box(double x, double y, double boxWidth, String title, String count, String line, Role role) {
        var box = new Box(role, title, count, List.of(new Box.Line("line", line)), Optional.empty(), Optional.empty());
        new BoxPainter(svg).paint(box, Slot.FEED_FORWARD, x, y, boxWidth, BOX_HEIGHT, Marks.NONE);
    }

    private void experts(Experts op, double from) {
        double router = top + 310;
        double bank = top + 150;
        double inner = width - 2 * Sheet.INSIDE;
        var weights = op.weights(hiddenSize);
        double sharedWidth = op.shared().isPresent() ? 104 : 0;
        double bankWidth = inner - sharedWidth - (op.shared().isPresent() ? 10 : 0);
        double bankMiddle = left + Sheet.INSIDE + bankWidth / 2;
        double sharedMiddle = left + width - Sheet.INSIDE - sharedWidth / 2;
        double bankHeight = 130;
        if (op.shared().isPresent()) {
            double middle = from - 8;
            svg.path(Svg.path("M", axis, from, "V", middle, "M", bankMiddle, middle, "H", sharedMiddle), "flow");
            Arrow.up(svg, sharedMiddle, middle, bank + bankHeight);
            Arrow.up(svg, bankMiddle, middle, router + BOX_HEIGHT);
        } else {
            Arrow.up(svg, axis, from, router + BOX_HEIGHT);
        }
        String choice = Numbers.exact(op.count()) + " scores, the best " + Numbers.exact(op.active());
        String count = Phrase.count(weights.stream()
                .filter(weight -> weight.role().startsWith("router."))
                .toList());
        box(left + Sheet.INSIDE, router, bankWidth, "Router", count, choice, Role.EXPERTS);
        Arrow.up(svg, bankMiddle, router, bank + bankHeight);
        bank(op, left + Sheet.INSIDE, bank, bankWidth, bankHeight);
        double sum = top + 116;
        Arrow.up(svg, bankMiddle, bank, sum + 9);
        op.shared().ifPresent(shared -> {
            shared(shared, sharedMiddle - sharedWidth / 2, bank, sharedWidth, bankHeight);
            svg.path(Svg.path("M", sharedMiddle, bank, "V", sum, "H", bankMiddle + 15), "flow");
            Arrow.tipLeft(svg, bankMiddle + 9, sum);
        });
        Arrow.sum(svg, bankMiddle, sum, false);
        svg.text(bankMiddle - 16, sum + 4, "end", weighted(op));
        Arrow.up(svg, bankMiddle, sum - 9, top + 70);
    }

    private static String weighted(Experts op) {
        return switch (op.router().target()) {
            case OUTPUT -> "weighted sum";
            case INPUT -> "sum, inputs weighted";
        };
    }

    private void bank(Experts op, double x, double y, double bankWidth, double height) {
        svg.group("box");
        svg.rectangle(x, y, bankWidth, height, 6, Role.EXPERTS.style());
        svg.text(x + 10, y + 18, "heading", Numbers.count(op.count(), "expert"));
        svg.text(x + 10, y + 34, "", "each " + Words.widths(op.expert(), hiddenSize));
        var one = Phrase.count(op.expert().weights(hiddenSize));
        svg.text(
                x + 10,
                y + 49,
                "muted",
                one + " parameters, "
                        + Words.feedForward(
                                op.expert().activation(), op.expert().gated()));
        ExpertTiles.paint(svg, op.count(), op.active(), x + 10, y + 58, bankWidth - 20, height - 68, TILE_COLUMNS);
        svg.endGroup();
    }

    private void shared(FeedForward op, double x, double y, double boxWidth, double height) {
        svg.group("box");
        svg.rectangle(x, y, boxWidth, height, 6, Role.FEED_FORWARD.style());
        svg.text(x + 10, y + 18, "heading", "Shared");
        svg.text(x + 10, y + 38, "", "every token");
        svg.text(x + 10, y + 53, "", Numbers.exact(op.intermediateSize()) + " wide");
        svg.text(x + 10, y + 68, "muted", Phrase.count(op.weights(hiddenSize)));
        svg.endGroup();
    }
}
