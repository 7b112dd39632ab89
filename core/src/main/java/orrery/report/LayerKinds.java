package orrery.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.LayerSpec;
import orrery.spec.Op;

/**
 * The kinds of layer that a spec has, each under a short name of its own: {@code sliding 1024}, {@code full},
 * {@code MoE 256}.
 *
 * @param attention the distinct kinds of attention, in the order in which they first occur
 * @param feedForward the distinct kinds of feed-forward
 * @param layers each layer's two kinds
 */
public record LayerKinds(
        List<Kind<Op.Attention>> attention, List<Kind<Op.Mlp>> feedForward, List<LayerKinds.Pair> layers) {
    public LayerKinds {
        attention = List.copyOf(attention);
        feedForward = List.copyOf(feedForward);
        layers = List.copyOf(layers);
    }

    /**
     * Layers that compute the same.
     *
     * @param name short, and no other kind's
     * @param op what they compute, of the first of them
     * @param layers their indices
     */
    public record Kind<T extends Op>(String name, T op, List<Integer> layers) {
        public Kind {
            layers = List.copyOf(layers);
        }
    }

    /** One layer's kinds. */
    public record Pair(Kind<Op.Attention> attention, Kind<Op.Mlp> feedForward) {}

    /**
     * Sorts the layers of a spec into kinds. Sharing another layer's KV cache makes a kind, whichever layer it is.
     */
    public static LayerKinds of(ArchitectureSpec spec) {
        List<Function<Op.Attention, String>> ofAttention = List.of(
                LayerKinds::reach, op -> reach(op) + borrowing(op), op -> reach(op) + borrowing(op) + position(op));
        List<Function<Op.Mlp, String>> ofFeedForward = List.of(
                LayerKinds::shape, op -> shape(op) + sparsity(op), LayerKinds::size, op -> size(op) + sparsity(op));
        var attention = kinds(spec.layers(), LayerSpec::attention, op -> op.renumbered(_ -> 0), ofAttention);
        var feedForward = kinds(spec.layers(), LayerSpec::mlp, op -> op, ofFeedForward);
        var pairs = new ArrayList<Pair>();
        for (int i = 0; i < spec.layers().size(); i++) {
            pairs.add(new Pair(of(i, attention), of(i, feedForward)));
        }
        return new LayerKinds(attention, feedForward, pairs);
    }

    /** The layers by their period: {@code 10 × (5 sliding 1024, 1 full) + 2 sliding 1024}. */
    public String folded() {
        if (attention.size() == 1 && feedForward.size() == 1) {
            return "identical layers";
        }
        return Folding.of(layers.stream().map(this::name).toList()).text(Function.identity());
    }

    /** What distinguishes a layer from others. */
    private String name(Pair layer) {
        if (feedForward.size() == 1) {
            return layer.attention().name();
        }
        return attention.size() == 1
                ? layer.feedForward().name()
                : layer.attention().name() + " · " + layer.feedForward().name();
    }

    private static <T extends Op> Kind<T> of(int layer, List<Kind<T>> kinds) {
        return kinds.stream()
                .filter(kind -> kind.layers().contains(layer))
                .findFirst()
                .orElseThrow();
    }

    /** Kinds under the first way of naming that tells them apart, or else with a number. */
    private static <T extends Op> List<Kind<T>> kinds(
            List<LayerSpec> layers,
            Function<LayerSpec, T> part,
            Function<T, T> identity,
            List<Function<T, String>> namings) {
        var byOp = new LinkedHashMap<T, List<Integer>>();
        for (int i = 0; i < layers.size(); i++) {
            byOp.computeIfAbsent(identity.apply(part.apply(layers.get(i))), _ -> new ArrayList<>())
                    .add(i);
        }
        for (var naming : namings) {
            var names = new HashSet<String>();
            if (byOp.keySet().stream().allMatch(op -> names.add(naming.apply(op)))) {
                return named(byOp, layers, part, naming);
            }
        }
        var numbers = new LinkedHashMap<T, Integer>();
        byOp.keySet().forEach(op -> numbers.put(op, numbers.size() + 1));
        return named(byOp, layers, part, op -> namings.getLast().apply(op) + ", kind " + numbers.getOrDefault(op, 0));
    }

    private static <T extends Op> List<Kind<T>> named(
            LinkedHashMap<T, List<Integer>> byOp,
            List<LayerSpec> layers,
            Function<LayerSpec, T> part,
            Function<T, String> naming) {
        var kinds = new ArrayList<Kind<T>>();
        byOp.forEach((op, indices) ->
                kinds.add(new Kind<>(naming.apply(op), part.apply(layers.get(indices.getFirst())), indices)));
        return kinds;
    }

    private static String reach(Op.Attention op) {
        return op.latent().isPresent() ? "latent" : Words.kind(op.reach());
    }

    private static String borrowing(Op.Attention op) {
        return op.cache().lender().isPresent() ? " sharing" : "";
    }

    private static String position(Op.Attention op) {
        return op.position()
                .rope()
                .map(rope -> ", RoPE base " + Numbers.plain(rope.theta()) + " on " + rope.dimensions() + ", scaling "
                        + Words.scaling(rope.scaling()))
                .orElse(", NoPE");
    }

    private static String shape(Op.Mlp op) {
        return switch (op) {
            case FeedForward _ -> "dense";
            case Experts experts -> "MoE " + experts.count();
        };
    }

    private static String size(Op.Mlp op) {
        return switch (op) {
            case FeedForward dense -> "dense " + dense.intermediateSize();
            case Experts experts ->
                "MoE " + experts.count() + " × " + experts.expert().intermediateSize();
        };
    }

    private static String sparsity(Op.Mlp op) {
        double sparsity = op.feedForward().sparsity();
        return sparsity > 0 ? ", " + Numbers.plain(100 * sparsity) + " % sparse" : "";
    }
}
