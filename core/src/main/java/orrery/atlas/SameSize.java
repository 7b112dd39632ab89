package orrery.atlas;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.Op;

/** A model beside itself with one part exchanged: mechanisms compared at one size. The variants were never trained. */
final class SameSize {
    private SameSize() {}

    /** A model as it is, and with as many query heads that share keys and values otherwise. */
    static List<ArchitectureSpec> attentions(ArchitectureSpec spec) {
        var op = spec.layers().getFirst().attention();
        var all = new ArrayList<>(List.of(spec));
        IntStream.of(op.queryHeads(), shared(op.queryHeads()), 1).distinct().forEach(heads -> {
            var other = withHeads(spec, heads);
            if (!Words.title(other.layers().getFirst().attention()).equals(Words.title(op))) {
                all.add(other);
            }
        });
        return all;
    }

    /** So many KV heads that four or so query heads share one. */
    private static int shared(int queryHeads) {
        return IntStream.of(4, 3, 2)
                .filter(group -> queryHeads % group == 0 && queryHeads > group)
                .map(group -> queryHeads / group)
                .findFirst()
                .orElse(queryHeads);
    }

    private static ArchitectureSpec withHeads(ArchitectureSpec spec, int keyValueHeads) {
        String name = spec.name() + " with " + Numbers.count(keyValueHeads, "KV head");
        return with(spec, name, layer -> layer.withAttention(withHeads(layer.attention(), keyValueHeads)));
    }

    private static Op.Attention withHeads(Op.Attention op, int keyValueHeads) {
        return switch (op) {
            case GroupedQuery(var _, var position, var reach, var norms, var scores, var bias, var _) -> {
                var heads = new Heads(op.queryHeads(), keyValueHeads, op.valueSize());
                yield new GroupedQuery(heads, position, reach, norms, scores, bias, GroupedQuery.KeyValues.OWN);
            }
            case Latent latent -> latent.withKeyValueHeads(keyValueHeads);
        };
    }

    /** A model of dense feed-forwards as it is, and with the other form of as many weights. */
    static List<ArchitectureSpec> feedForwards(ArchitectureSpec spec) {
        return List.of(spec, with(spec, spec.name() + ", the other form", layer -> switch (layer) {
            case LayerSpec.Residual(var mixer, Branch(var before, var _, var after, var outer)) ->
                new LayerSpec.Residual(
                        mixer, new Branch(before, other(layer.mlp().feedForward()), after, outer));
            case LayerSpec.AltUp _ -> layer;
        }));
    }

    /** Three matrices instead of two, or the reverse, which together have as many weights. */
    private static FeedForward other(FeedForward op) {
        int width = op.gated() ? op.intermediateSize() * 3 / 2 : op.intermediateSize() * 2 / 3;
        return new FeedForward(width, op.activation(), !op.gated(), op.bias(), op.sparsity());
    }

    private static ArchitectureSpec with(ArchitectureSpec spec, String name, UnaryOperator<LayerSpec> exchange) {
        return spec.withLayers(name, spec.layers().stream().map(exchange).toList());
    }
}
