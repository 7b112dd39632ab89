package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orrery.report.Numbers;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.Op;

/** A feed-forward, dense or of experts, as a box. */
final class FeedForwardBox {
    private FeedForwardBox() {}

    static Box of(Op.Mlp op, int hiddenSize) {
        return switch (op) {
            case FeedForward dense -> dense(dense, hiddenSize);
            case Experts experts -> experts(experts, hiddenSize);
        };
    }

    private static Box dense(FeedForward op, int hiddenSize) {
        var lines = new ArrayList<Box.Line>();
        lines.add(new Box.Line("width", widths(op, hiddenSize)));
        if (op.bias()) {
            lines.add(new Box.Line("bias", "with biases"));
        }
        if (op.sparsity() > 0) {
            lines.add(new Box.Line("sparsity", Numbers.plain(100 * op.sparsity()) + " % of the gate is cut to zero"));
        }
        return new Box(
                Role.FEED_FORWARD,
                Phrase.feedForward(op.activation(), op.gated()) + " feed-forward",
                Phrase.count(op.weights(hiddenSize)),
                lines,
                Optional.empty(),
                Optional.empty());
    }

    static String widths(FeedForward op, int hiddenSize) {
        String hidden = Numbers.exact(hiddenSize);
        return hidden + " → " + Numbers.exact(op.intermediateSize()) + " → " + hidden;
    }

    private static Box experts(Experts op, int hiddenSize) {
        var lines = new ArrayList<Box.Line>();
        lines.add(new Box.Line(
                "experts",
                Numbers.exact(op.active()) + " of " + Numbers.count(op.count(), "expert") + " for each token"));
        lines.add(new Box.Line("expert", "each " + described(op.expert(), hiddenSize)));
        op.shared().ifPresent(shared -> lines.add(new Box.Line("shared", "shared: " + described(shared, hiddenSize))));
        router(op.router(), lines);
        return new Box(
                Role.EXPERTS,
                "Mixture of experts",
                Phrase.count(op.weights(hiddenSize)),
                lines,
                Optional.of(new Box.Tiles(op.count(), op.active(), op.shared().isPresent())),
                Optional.empty());
    }

    private static String described(FeedForward op, int hiddenSize) {
        return Phrase.feedForward(op.activation(), op.gated()) + ", " + widths(op, hiddenSize)
                + (op.bias() ? ", biases" : "");
    }

    private static void router(Experts.Router router, List<Box.Line> lines) {
        String scoring = switch (router.scoring()) {
            case SOFTMAX -> "softmax";
            case SIGMOID -> "sigmoid";
        };
        lines.add(new Box.Line(
                "router", "router: " + scoring + (router.correctionBias() ? ", a bias in the choice only" : "")));
        switch (router.groups()) {
            case Experts.Router.Groups.All _ -> {}
            case Experts.Router.Groups.Best(var count, var kept, var _) ->
                lines.add(new Box.Line("groups", "from the best " + kept + " of " + count + " groups"));
        }
        lines.add(new Box.Line(
                "weights",
                (router.normalised() ? "weights normalised" : "weights not normalised")
                        + (router.scale() == 1 ? "" : ", × " + Numbers.plain(router.scale()))));
        switch (router.target()) {
            case OUTPUT -> {}
            case INPUT -> lines.add(new Box.Line("target", "weights multiply the experts’ input"));
        }
    }
}
