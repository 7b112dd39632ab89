package orrery.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import orrery.tensor.Matrix.Layout;

/**
 * Where a family's files keep each weight of a spec. Names are given without the prefixes that wrappers put before them.
 *
 * @param top weights outside the layers, by path
 * @param layerPrefix what comes before a layer's index in a file, such as {@code layers.}
 * @param layer weights of a layer, by path within the layer
 * @param ignored names of buffers that files carry and nobody needs
 */
record TensorNames(Map<String, Part> top, String layerPrefix, Map<String, Part> layer, List<Pattern> ignored) {

    /** The stem of a weight's path that is followed by the layer's index. */
    private static final String LAYERS = "layers.";

    TensorNames {
        top = Map.copyOf(top);
        layer = Map.copyOf(layer);
        ignored = List.copyOf(ignored);
    }

    /**
     * A tensor, or one of the equal slices of a fused one.
     *
     * @param tensor its name in the file
     * @param layout how its matrix is stored
     * @param slice which slice along its outputs
     * @param slices how many there are
     */
    record Part(String tensor, Layout layout, int slice, int slices) {
        Part(String tensor) {
            this(tensor, Layout.OUT_IN, 0, 1);
        }

        Part inLayer(String prefix) {
            return new Part(prefix + tensor, layout, slice, slices);
        }

        boolean whole() {
            return slices == 1;
        }
    }

    /** Where the weight of that path lies. */
    Part part(String path) {
        if (path.startsWith(LAYERS)) {
            int dot = path.indexOf('.', LAYERS.length());
            String index = path.substring(LAYERS.length(), dot);
            return named(layer, path.substring(dot + 1)).inLayer(layerPrefix + index + ".");
        }
        return named(top, path);
    }

    private static Part named(Map<String, Part> parts, String role) {
        var part = parts.get(role);
        if (part == null) {
            throw new IllegalStateException("the family names no tensor for the weight " + role);
        }
        return part;
    }

    boolean ignores(String tensor) {
        return ignored.stream().anyMatch(pattern -> pattern.matcher(tensor).matches());
    }

    /** A table under construction: {@code weight path -> tensor name} pairs, weights and biases alike. */
    static final class Table {
        private final Map<String, Part> parts = new HashMap<>();

        Table put(String role, String tensor) {
            parts.put(role, new Part(tensor));
            return this;
        }

        /** A linear layer or norm: its {@code .weight} and its {@code .bias}. */
        Table linear(String role, String tensor) {
            return put(role + ".weight", tensor + ".weight").put(role + ".bias", tensor + ".bias");
        }

        /** A linear layer whose matrix is stored {@code [in, out]}, as one of several slices side by side. */
        Table transposed(String role, String tensor, int slice, int slices) {
            parts.put(role + ".weight", new Part(tensor + ".weight", Layout.IN_OUT, slice, slices));
            parts.put(role + ".bias", new Part(tensor + ".bias", Layout.OUT_IN, slice, slices));
            return this;
        }

        /** One tensor {@code [copies, ...]} that holds a matrix for each expert, or several side by side. */
        Table stacked(String role, String tensor, Layout layout, int slice, int slices) {
            parts.put(role + ".weight", new Part(tensor, layout, slice, slices));
            return this;
        }

        Map<String, Part> parts() {
            return parts;
        }
    }

    /**
     * The names that Llama's implementation gave to a pre-norm decoder and that most later ones kept.
     *
     * @param layer what a family adds or names otherwise
     */
    static TensorNames llamaLike(Table layer) {
        var all = new Table()
                .linear("attention.q", "self_attn.q_proj")
                .linear("attention.k", "self_attn.k_proj")
                .linear("attention.v", "self_attn.v_proj")
                .linear("attention.o", "self_attn.o_proj")
                .linear("mlp.gate", "mlp.gate_proj")
                .linear("mlp.up", "mlp.up_proj")
                .linear("mlp.down", "mlp.down_proj");
        all.parts.putAll(layer.parts());
        return new TensorNames(
                new Table()
                        .put("embedding.tokens", "embed_tokens.weight")
                        .linear("final_norm", "norm")
                        .linear("head", "lm_head")
                        .parts(),
                LAYERS,
                all.parts(),
                List.of(Pattern.compile("layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq")));
    }

    /** The same with more weights outside the layers. */
    TensorNames withTop(Table more) {
        var all = new HashMap<>(top);
        all.putAll(more.parts());
        return new TensorNames(all, layerPrefix, layer, ignored);
    }

    /** The two norms of a pre-norm layer, under Llama's names; the second is named after what it follows, not what it feeds. */
    static Table preNorms() {
        return new Table()
                .linear("attention.before", "input_layernorm")
                .linear("mlp.before", "post_attention_layernorm");
    }
}
