package orrery.figures;

import orrery.spec.ArchitectureSpec;
import orrery.spec.Latent;
import orrery.spec.Op;

/** Latent attention exchanged for heads that keep their keys and values, of the same number and size. */
final class KeyValueHeads {
    private KeyValueHeads() {}

    /**
     * The same model with as many query heads, each of the size of a latent head's value, and so many heads of keys and
     * values.
     *
     * @throws FigureException if a layer's attention is not latent
     */
    static ArchitectureSpec of(ArchitectureSpec spec, int keyValueHeads, String name) {
        var layers = spec.layers().stream()
                .map(layer ->
                        layer.withAttention(latent(spec, layer.attention()).withKeyValueHeads(keyValueHeads)))
                .toList();
        return spec.withLayers(name, layers);
    }

    /** The latent attention of a model's first layer. */
    static Latent latent(ArchitectureSpec spec) {
        return latent(spec, spec.layers().getFirst().attention());
    }

    private static Latent latent(ArchitectureSpec spec, Op.Attention op) {
        return op.latent().orElseThrow(() -> new FigureException(spec.name() + " has no latent attention to replace"));
    }

    /**
     * How many groups of heads of that size would keep as much as a latent: DeepSeek V2's 2.25 (arXiv:2405.04434, table
     * 1).
     */
    static double groupsOfTheSameSize(Latent latent) {
        return (double) latent.cache().elementsPerToken() / (2L * latent.valueSize());
    }
}
