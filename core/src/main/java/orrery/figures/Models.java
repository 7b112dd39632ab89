package orrery.figures;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import orrery.catalog.Catalog;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.LayerSpec;
import orrery.spec.Op;

/** Released models, and the same with something exchanged. */
final class Models {
    private Models() {}

    static ArchitectureSpec named(String name) {
        return Catalog.describe(name).spec();
    }

    static List<ArchitectureSpec> named(String... names) {
        return Stream.of(names).map(Models::named).toList();
    }

    /** The same model under another name, with other layers; a draft is left out. */
    static ArchitectureSpec withLayers(ArchitectureSpec spec, String name, List<LayerSpec> layers) {
        return new ArchitectureSpec(
                name,
                spec.vocabSize(),
                spec.hiddenSize(),
                spec.maxPositions(),
                spec.embedding(),
                layers,
                spec.finalNorm(),
                spec.head());
    }

    /** The same layer with another attention. */
    static LayerSpec withAttention(LayerSpec layer, UnaryOperator<Op.Attention> exchange) {
        return switch (layer) {
            case LayerSpec.Residual(var mixer, var feedForward) ->
                new LayerSpec.Residual(with(mixer, exchange.apply(layer.attention())), feedForward);
            case LayerSpec.AltUp(var streams, var mixer, var feedForward, var laurel, var input) ->
                new LayerSpec.AltUp(
                        streams, with(mixer, exchange.apply(layer.attention())), feedForward, laurel, input);
        };
    }

    private static Branch with(Branch branch, Op op) {
        return new Branch(branch.before(), op, branch.after(), branch.outer());
    }
}
