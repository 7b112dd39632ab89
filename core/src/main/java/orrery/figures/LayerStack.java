package orrery.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import orrery.draw.Role;
import orrery.draw.Svg;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Reach;

/**
 * One layer as a small stack of boxes between embedding and head, with its residual branches.
 *
 * @param pieces from below
 */
record LayerStack(List<Piece> pieces) {
    private static final double GAP = 6;
    private static final double LINE = 14;
    private static final double LANE = 16;

    /** What the stack is made of. */
    sealed interface Piece {
        /** A box with one line or two. */
        record Boxed(Role role, List<String> lines) implements Piece {
            public Boxed {
                lines = List.copyOf(lines);
            }
        }

        /** Where a residual branch leaves the stream. */
        record Fork() implements Piece {}

        /** Where it is added again. */
        record Sum() implements Piece {}
    }

    LayerStack {
        pieces = List.copyOf(pieces);
    }

    static LayerStack of(ArchitectureSpec spec, LayerSpec layer) {
        var pieces = new ArrayList<Piece>();
        pieces.add(box(
                Role.EMBEDDING, spec.embedding().learnedPositions() > 0 ? "embedding + positions" : "token embedding"));
        switch (layer) {
            case LayerSpec.Residual(var mixer, var feedForward) -> {
                branch(pieces, mixer);
                branch(pieces, feedForward);
            }
            case LayerSpec.AltUp altUp -> {
                // LAuReL runs beside the attention, which a stack cannot show.
                pieces.add(box(
                        Role.PLAIN,
                        "AltUp: " + altUp.streams().count() + " streams",
                        "LAuReL, rank " + altUp.laurel().rank() + ", beside"));
                branch(pieces, altUp.mixer());
                branch(pieces, altUp.feedForward());
                pieces.add(box(
                        Role.EMBEDDING, "per-layer input of " + altUp.input().size()));
            }
        }
        norm(pieces, spec.finalNorm());
        pieces.add(box(Role.EMBEDDING, spec.head().tied() ? "head: the embedding again" : "head"));
        return new LayerStack(pieces);
    }

    private static void branch(List<Piece> pieces, Branch branch) {
        pieces.add(new Piece.Fork());
        norm(pieces, branch.before());
        pieces.add(op(branch.op()));
        norm(pieces, branch.after());
        pieces.add(new Piece.Sum());
        norm(pieces, branch.outer());
    }

    private static void norm(List<Piece> pieces, NormSpec norm) {
        switch (norm) {
            case NormSpec.None _ -> {}
            case NormSpec.Layer _ -> pieces.add(box(Role.NORM, "LayerNorm"));
            case NormSpec.Rms _ -> pieces.add(box(Role.NORM, "RMS norm"));
        }
    }

    private static Piece.Boxed box(Role role, String... lines) {
        return new Piece.Boxed(role, List.of(lines));
    }

    private static Piece.Boxed op(Op op) {
        return switch (op) {
            case GroupedQuery grouped -> attention(grouped);
            case Latent latent ->
                box(
                        Role.ATTENTION,
                        "MLA: " + latent.queryHeads() + " heads",
                        "latent " + latent.latentRank() + " + " + latent.rope().dimensions());
            case FeedForward dense ->
                box(
                        Role.FEED_FORWARD,
                        dense.gated() ? "gated feed-forward" : "feed-forward",
                        Numbers.exact(dense.intermediateSize()) + " wide");
            case Experts experts ->
                box(
                        Role.EXPERTS,
                        experts.active() + " of " + experts.count() + " experts"
                                + (experts.shared().isPresent() ? " + shared" : ""),
                        Numbers.exact(experts.expert().intermediateSize()) + " wide each");
        };
    }

    private static Piece.Boxed attention(GroupedQuery op) {
        var heads = op.heads();
        String name = heads.keyValue() == heads.query() ? "MHA" : heads.keyValue() == 1 ? "MQA" : "GQA";
        String few = heads.keyValue() == heads.query() ? "" : ", " + heads.keyValue() + " KV";
        String reach = switch (op.reach()) {
            case Reach.Full _ -> "sees all";
            case Reach.Window(var tokens) -> "window " + Numbers.exact(tokens);
            case Reach.Chunk(var tokens) -> "chunk " + Numbers.exact(tokens);
        };
        return box(Role.ATTENTION, name + ": " + heads.query() + " heads" + few, reach);
    }

    private static double height(Piece piece) {
        return switch (piece) {
            case Piece.Boxed(var _, var lines) -> lines.size() * LINE + 5;
            case Piece.Fork _ -> 2;
            case Piece.Sum _ -> 12;
        };
    }

    /** CSS pixels. */
    double height() {
        return pieces.stream().mapToDouble(piece -> height(piece) + GAP).sum() - GAP;
    }

    /** Paints it with its upper left corner there. */
    void paint(Svg svg, double x, double y, double width) {
        double axis = x + (width - LANE) / 2;
        double from = y + height();
        double fork = from;
        double drawn = from;
        for (var piece : pieces) {
            double top = from - height(piece);
            switch (piece) {
                case Piece.Boxed boxed -> {
                    stream(svg, axis, drawn, from);
                    paint(svg, boxed, x, top, width - LANE);
                    drawn = top;
                }
                case Piece.Fork _ -> fork = top + 1;
                case Piece.Sum _ -> {
                    double middle = top + 6;
                    double lane = x + width - 6;
                    stream(svg, axis, drawn, middle + 6);
                    drawn = middle - 6;
                    svg.path(Svg.path("M", axis, fork, "H", lane, "V", middle, "H", axis + 6), "flow");
                    svg.circle(axis, middle, 6, "sum");
                    svg.path(
                            Svg.path("M", axis - 3, middle, "H", axis + 3, "M", axis, middle - 3, "V", middle + 3),
                            "flow");
                }
            }
            from = top - GAP;
        }
    }

    private static void stream(Svg svg, double axis, double from, double to) {
        if (to < from) {
            svg.line(axis, from, axis, to, "flow");
        }
    }

    private static void paint(Svg svg, Piece.Boxed box, double x, double top, double width) {
        svg.rectangle(x, top, width, height(box), 4, box.role().style());
        double y = top + 14;
        for (String line : box.lines()) {
            svg.text(x + width / 2, y, "small middle", line);
            y += LINE;
        }
    }

    /** From below, in words. */
    String told() {
        return "from below "
                + pieces.stream()
                        .filter(piece -> piece instanceof Piece.Boxed)
                        .map(piece -> String.join(", ", ((Piece.Boxed) piece).lines()))
                        .collect(Collectors.joining("; "));
    }
}
