package orrery.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.draw.Role;
import orrery.draw.Svg;
import orrery.report.LayerKinds;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;

/**
 * One layer as a small stack of boxes between embedding and head, with its residual branches.
 *
 * @param pieces from below
 * @param first the first piece of the layer itself
 * @param end the first piece above it
 * @param repeats how often it stands one on another: {@code × 32}
 */
record LayerStack(List<Piece> pieces, int first, int end, String repeats) {
    private static final double GAP = 6;
    private static final double LINE = 14;
    private static final double LANE = 16;
    private static final double FRAME = 6;
    private static final double LABEL = 18;

    /** What the stack is made of. */
    sealed interface Piece {
        /** A box with its lines. */
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
        boolean learned = spec.embedding().learnedPositions() > 0;
        pieces.add(box(Role.EMBEDDING, learned ? "embedding + positions" : "token embedding"));
        int first = pieces.size();
        switch (layer) {
            case LayerSpec.Residual(var mixer, var feedForward) -> {
                branch(pieces, spec, mixer, learned);
                branch(pieces, spec, feedForward, learned);
            }
            case LayerSpec.AltUp altUp -> {
                // LAuReL runs beside the attention, which a stack cannot show.
                String streams = "AltUp: " + altUp.streams().count() + " streams";
                String laurel = "LAuReL, rank " + altUp.laurel().rank() + ", beside";
                pieces.add(box(Role.PLAIN, streams, laurel));
                branch(pieces, spec, altUp.mixer(), learned);
                branch(pieces, spec, altUp.feedForward(), learned);
                String input = "per-layer input of " + altUp.input().size();
                pieces.add(box(Role.EMBEDDING, input));
            }
        }
        int end = pieces.size();
        norm(pieces, spec.finalNorm());
        pieces.add(box(Role.EMBEDDING, spec.head().tied() ? "tied output head" : "output head"));
        return new LayerStack(pieces, first, end, "× " + spec.layers().size());
    }

    private static void branch(List<Piece> pieces, ArchitectureSpec spec, Branch branch, boolean learnedPositions) {
        pieces.add(new Piece.Fork());
        norm(pieces, branch.before());
        var op = op(branch.op(), learnedPositions);
        var lines = new ArrayList<>(op.lines());
        share(spec, branch.op()).ifPresent(lines::add);
        pieces.add(new Piece.Boxed(op.role(), lines));
        norm(pieces, branch.after());
        pieces.add(new Piece.Sum());
        norm(pieces, branch.outer());
    }

    /** In how many layers it stands, where others have something else there. */
    private static Optional<String> share(ArchitectureSpec spec, Op op) {
        var kinds = LayerKinds.of(spec);
        int all = spec.layers().size();
        return Stream.concat(kinds.attention().stream(), kinds.feedForward().stream())
                .filter(kind -> kind.op().equals(op))
                .map(kind -> kind.layers().size())
                .filter(count -> count < all)
                .map(count -> "in " + count + " of " + all + " layers")
                .findFirst();
    }

    private static void norm(List<Piece> pieces, NormSpec norm) {
        if (!norm.equals(NormSpec.NONE)) {
            pieces.add(box(Role.NORM, Words.norm(norm)));
        }
    }

    private static Piece.Boxed box(Role role, String... lines) {
        return new Piece.Boxed(role, List.of(lines));
    }

    private static Piece.Boxed op(Op op, boolean learnedPositions) {
        return switch (op) {
            case Op.Attention attention -> attention(attention, learnedPositions);
            case FeedForward dense -> {
                String kind = Words.feedForward(dense.activation(), dense.gated());
                yield box(Role.FEED_FORWARD, kind, "width " + Numbers.exact(dense.intermediateSize()));
            }
            case Experts experts -> {
                String shared = experts.shared().isPresent() ? " + shared" : "";
                String chosen = experts.active() + " of " + experts.count() + " experts" + shared;
                int width = experts.expert().intermediateSize();
                yield box(Role.EXPERTS, chosen, "width " + Numbers.exact(width) + " each");
            }
        };
    }

    /** Its abbreviation, how many heads it has, what they see or keep, their positions and norms. */
    private static Piece.Boxed attention(Op.Attention op, boolean learnedPositions) {
        var lines = new ArrayList<String>();
        lines.add(Words.abbreviation(op) + ": " + Numbers.count(op.queryHeads(), "head")
                + op.grouped()
                        .filter(one -> one.heads().keyValue() != one.heads().query())
                        .map(one -> ", " + one.heads().keyValue() + " KV")
                        .orElse(""));
        lines.add(op.latent()
                .map(one -> "latent " + one.latentRank() + " + " + one.rope().dimensions())
                .orElse(Words.reach(op.reach())));
        if (op.position().rope().isPresent()) {
            lines.add("RoPE");
        } else if (!learnedPositions) {
            lines.add("NoPE");
        }
        if (!op.norms().query().equals(NormSpec.NONE)) {
            lines.add("QK-norm");
        }
        return new Piece.Boxed(Role.ATTENTION, lines);
    }

    private static double height(Piece piece) {
        return switch (piece) {
            case Piece.Boxed(var _, var lines) -> lines.size() * LINE + 5;
            case Piece.Fork _ -> 2;
            case Piece.Sum _ -> 12;
        };
    }

    /** CSS pixels, with the least room between the pieces. */
    double height() {
        return fixed() + GAP * (pieces.size() - 1);
    }

    /** All but what lies between pieces. */
    private double fixed() {
        return pieces.stream().mapToDouble(LayerStack::height).sum() + LABEL + FRAME;
    }

    /** Paints it with its upper left corner there, as high as that; a frame goes around what repeats. */
    void paint(Svg svg, double x, double y, double width, double height) {
        double gap = (height - fixed()) / (pieces.size() - 1);
        double axis = x + (width - LANE) / 2;
        double from = y + height;
        double fork = from;
        double drawn = from;
        double bottom = from;
        for (int i = 0; i < pieces.size(); i++) {
            if (i == first) {
                bottom = from;
                from -= FRAME;
            }
            if (i == end) {
                double top = from + gap - LABEL;
                svg.rectangle(x - FRAME, top, width + 2 * FRAME, bottom - top + gap / 2, 8, "frame dashed");
                svg.text(x, top + 14, "strong", repeats);
                from -= LABEL;
            }
            var piece = pieces.get(i);
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
                    svg.path("flow", "M", axis, fork, "H", lane, "V", middle, "H", axis + 6);
                    svg.circle(axis, middle, 6, "sum");
                    svg.path("flow", "M", axis - 3, middle, "H", axis + 3, "M", axis, middle - 3, "V", middle + 3);
                }
            }
            from = top - gap;
        }
    }

    private static void stream(Svg svg, double axis, double from, double to) {
        if (to < from) {
            svg.line(axis, from, axis, to, "flow");
        }
    }

    private static void paint(Svg svg, Piece.Boxed box, double x, double top, double width) {
        svg.rectangle(x, top, width, height(box), 4, box.role().style());
        svg.lines(x + width / 2, top + 14, LINE, "small middle", box.lines());
    }

    /** From below, in words. */
    String told() {
        return pieces.stream()
                .flatMap(piece -> piece instanceof Piece.Boxed(var _, var lines) ? Stream.of(lines) : Stream.empty())
                .map(lines -> String.join(", ", lines))
                .collect(Collectors.joining("; ", "from below ", ""));
    }
}
