package orrery.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import orrery.format.FormatException;
import orrery.format.JsonText;
import orrery.format.JsonText.Doubles;
import orrery.spec.LayerSpec;
import orrery.spec.Reach;

/** The config.json of a slice: the whole model's, with values per layer reduced to the kept layers. */
final class SlicedConfig {
    private static final String TEXT = "text_config";

    private SlicedConfig() {}

    /**
     * @throws FormatException if the whole model's config cannot be read or the slice's cannot be written
     * @throws CatalogException if it contains a number that JSON cannot express
     */
    static void write(Path whole, Cut cut, Path target) {
        var config = JsonText.object(whole);
        // A multimodal wrapper keeps its form; only its text part changes.
        if (config.get(TEXT) instanceof Map<?, ?> text) {
            var changed = new LinkedHashMap<String, Object>();
            text.forEach((key, value) -> changed.put(String.valueOf(key), value));
            edit(changed, cut);
            config.put(TEXT, changed);
        } else {
            edit(config, cut);
        }
        try {
            Files.writeString(target, JsonText.indented(config, Doubles.FINITE));
        } catch (IOException e) {
            throw new FormatException("could not write " + target + ": " + FormatException.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new CatalogException("could not make a slice's config out of " + whole + ": " + e.getMessage());
        }
    }

    private static void edit(Map<String, Object> text, Cut cut) {
        text.put("num_hidden_layers", cut.layers().size());
        text.put("num_kv_shared_layers", cut.borrowing());
        text.put("intermediate_size", list(cut, layer -> Cut.feedForward(layer).intermediateSize()));
        text.put(
                "activation_sparsity_pattern",
                list(cut, layer -> Cut.feedForward(layer).sparsity()));
        text.put("layer_types", list(cut, SlicedConfig::type));
    }

    private static List<Object> list(Cut cut, Function<LayerSpec, Object> value) {
        return cut.spec().layers().stream().map(value).toList();
    }

    private static String type(LayerSpec layer) {
        return layer.attention().reach() instanceof Reach.Window ? LayerTypes.SLIDING : LayerTypes.FULL;
    }
}
