package orrery.figures;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import orrery.catalog.Catalog;
import orrery.spec.ArchitectureSpec;
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
        return layer.withAttention(exchange.apply(layer.attention()));
    }
}
