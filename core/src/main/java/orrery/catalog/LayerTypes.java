package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import orrery.format.Metadata;

/** The kind of every layer: from {@code layer_types} if a config lists them, otherwise from the family's rule. */
final class LayerTypes {
    static final String FULL = "full_attention";
    static final String SLIDING = "sliding_attention";
    static final String CHUNKED = "chunked_attention";

    private LayerTypes() {}

    /**
     * Whether each layer is local.
     *
     * @param local the family's name for a local layer
     * @param rule whether the layer with an index is local, if the config does not list them
     */
    static List<Boolean> local(Metadata config, int layers, String local, IntPredicate rule) {
        var kinds = new ArrayList<Boolean>();
        if (!config.has("layer_types")) {
            for (int i = 0; i < layers; i++) {
                kinds.add(rule.test(i));
            }
            return kinds;
        }
        var types = config.texts("layer_types");
        if (types.size() != layers) {
            throw new CatalogException(config.origin() + ": layer_types lists " + types.size()
                    + " layers, expected num_hidden_layers, " + layers);
        }
        for (var type : types) {
            if (!type.equals(FULL) && !type.equals(local)) {
                throw Config.unknown(config, "layer_types", type, List.of(FULL, local));
            }
            kinds.add(type.equals(local));
        }
        return kinds;
    }
}
