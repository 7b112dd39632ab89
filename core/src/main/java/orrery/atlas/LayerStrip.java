package orrery.atlas;

import java.util.ArrayList;
import orrery.report.LayerKinds;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.LayerSpec;
import orrery.spec.Op;
import orrery.spec.Reach;

/**
 * A model's layers at a glance, one bar per layer. Attention points up: the farther its reach, the taller the bar; it
 * is hollow if it uses another layer's keys and values. The feed-forward network points down: short if dense, long if
 * it is a mixture of experts.
 */
final class LayerStrip {
    private static final int PITCH = 4;
    private static final int BAR = 3;
    private static final int UP = 22;
    private static final int DOWN = 14;

    private LayerStrip() {}

    /** As inline SVG, coloured by the site's style sheet. */
    static String of(ArchitectureSpec spec) {
        int width = spec.layers().size() * PITCH - (PITCH - BAR);
        int height = UP + 2 + DOWN;
        var bars = new ArrayList<String>();
        for (int i = 0; i < spec.layers().size(); i++) {
            LayerSpec layer = spec.layers().get(i);
            int x = i * PITCH;
            int up = reach(layer.attention());
            bars.add(bar(x, UP - up, up, attention(layer.attention())));
            bars.add(bar(x, UP + 2, depth(layer.mlp()), feedForward(layer.mlp())));
        }
        String told = Numbers.count(spec.layers().size(), "layer") + ": "
                + LayerKinds.of(spec).folded();
        return "<svg class=\"strip\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" + width + "\" height=\""
                + height + "\" preserveAspectRatio=\"xMinYMid meet\" role=\"img\" aria-label=\"" + Html.text(told)
                + "\"><title>" + Html.text(told)
                + "</title>" + String.join("", bars) + "</svg>";
    }

    private static String bar(int x, int y, int height, String kind) {
        return "<rect x=\"" + x + "\" y=\"" + y + "\" width=\"" + BAR + "\" height=\"" + height + "\" class=\"" + kind
                + "\"/>";
    }

    private static int reach(Op.Attention op) {
        return switch (op.reach()) {
            case Reach.Full _ -> UP;
            case Reach.Window _ -> UP * 2 / 5;
            case Reach.Chunk _ -> UP * 3 / 5;
        };
    }

    private static String attention(Op.Attention op) {
        String reach = switch (op.reach()) {
            case Reach.Full _ -> "full";
            case Reach.Window _ -> "window";
            case Reach.Chunk _ -> "chunk";
        };
        String kind = op.latent().isPresent() ? "latent" : reach;
        return op.cache().lender().isPresent() ? kind + " borrowed" : kind;
    }

    private static int depth(Op.Mlp op) {
        return switch (op) {
            case Experts _ -> DOWN;
            case FeedForward _ -> DOWN * 3 / 7;
        };
    }

    private static String feedForward(Op.Mlp op) {
        return switch (op) {
            case Experts _ -> "experts";
            case FeedForward _ -> "dense";
        };
    }
}
