package orrery.catalog;

import java.nio.file.Path;
import java.util.function.Function;
import orrery.format.SmallFile;
import orrery.spec.LayerSpec;
import orrery.spec.Reach;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The config.json of a slice: that of the whole model with what is said of each layer said of the kept ones. */
final class SlicedConfig {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ObjectWriter PRETTY = JSON.writer().with(SerializationFeature.INDENT_OUTPUT);

    private SlicedConfig() {}

    /** @throws CatalogException if either file cannot be read or written as JSON */
    static void write(Path whole, Cut cut, Path target) {
        try {
            if (!(JSON.readTree(SmallFile.text(whole)) instanceof ObjectNode config)) {
                throw new CatalogException(whole + " holds no JSON object");
            }
            // A multimodal wrapper keeps its form, and its text part is changed.
            edit(config.get("text_config") instanceof ObjectNode text ? text : config, cut);
            PRETTY.writeValue(target, config);
        } catch (JacksonException e) {
            throw new CatalogException("could not make " + target + " out of " + whole + ": " + e.getOriginalMessage());
        }
    }

    private static void edit(ObjectNode text, Cut cut) {
        text.put("num_hidden_layers", cut.layers().size());
        text.put("num_kv_shared_layers", cut.borrowing());
        list(
                text,
                "intermediate_size",
                cut,
                layer -> JSON.getNodeFactory().numberNode(Cut.feedForward(layer).intermediateSize()));
        list(
                text,
                "activation_sparsity_pattern",
                cut,
                layer -> JSON.getNodeFactory().numberNode(Cut.feedForward(layer).sparsity()));
        list(text, "layer_types", cut, layer -> JSON.getNodeFactory().stringNode(type(layer)));
    }

    private static void list(
            ObjectNode text, String key, Cut cut, Function<LayerSpec, tools.jackson.databind.JsonNode> value) {
        ArrayNode values = text.putArray(key);
        cut.spec().layers().forEach(layer -> values.add(value.apply(layer)));
    }

    private static String type(LayerSpec layer) {
        return layer.attention().reach() instanceof Reach.Window ? LayerTypes.SLIDING : LayerTypes.FULL;
    }
}
