package orrery.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import orrery.spec.WeightSpec;
import orrery.tensor.Matrix.Layout;

/**
 * Where a family's files keep each weight of a spec. Names are given without the prefixes that wrappers put before
 * them.
 *
 * @param top weights outside the layers, by path
 * @param layerPrefix what comes before a layer's index in a file, such as {@code layers.}
 * @param layer weights of a layer, by path within the layer
 * @param ignored names of unneeded buffers that files carry
 * @param repeated names of tensors that say again what others say
 * @param draft what a draft has beside its layer, by path within the draft; files count it as a layer after the last
 */
record TensorNames(
        Map<String, List<Part>> top,
        String layerPrefix,
        Map<String, List<Part>> layer,
        List<Pattern> ignored,
        List<Pattern> repeated,
        Map<String, List<Part>> draft) {

    /** The stem of a weight's path that is followed by the layer's index. */
    private static final String LAYERS = "layers.";

    private static final String OF_LAYER = "layer.";

    TensorNames {
        top = Map.copyOf(top);
        layer = Map.copyOf(layer);
        ignored = List.copyOf(ignored);
        repeated = List.copyOf(repeated);
        draft = Map.copyOf(draft);
    }

    /** How the copies of one weight lie in a file. */
    enum Copies {
        /** Each is a tensor. */
        APART,
        /** One tensor {@code [copies, ...]}. */
        STACKED,
        /** One matrix {@code [copies * out, in]}. */
        OUTPUTS,
        /** One matrix {@code [out, copies * in]}. */
        INPUTS,
        /** One matrix {@code [copies * group, in]}, in which each copy has a place of its own within its group. */
        GROUPED
    }

    /**
     * A tensor, or one of the equal slices of a fused one.
     *
     * @param tensor its name in the file
     * @param layout how its matrix is stored
     * @param slice which slice along its outputs
     * @param slices how many there are
     * @param copies where the copies of a weight lie
     * @param group outputs of a group of {@link Copies#GROUPED}, else 0
     * @param offset outputs before the copy in its group
     */
    record Part(String tensor, Layout layout, int slice, int slices, Copies copies, int group, int offset) {
        /** What stands in a name for the index of a copy. */
        private static final String COPY = "{copy}";

        Part(String tensor) {
            this(tensor, Layout.OUT_IN, 0, 1, Copies.APART);
        }

        Part(String tensor, Layout layout, int slice, int slices, Copies copies) {
            this(tensor, layout, slice, slices, copies, 0, 0);
        }

        /** Every copy within its group of outputs of one matrix. */
        static Part grouped(String tensor, int group, int offset) {
            return new Part(tensor, Layout.OUT_IN, 0, 1, Copies.GROUPED, group, offset);
        }

        Part inLayer(String prefix) {
            return new Part(prefix + tensor, layout, slice, slices, copies, group, offset);
        }

        /** The tensor that holds a copy. */
        String tensor(int copy) {
            return tensor.replace(COPY, Integer.toString(copy));
        }

        boolean whole() {
            return slices == 1;
        }

        /** The shape of one copy where each is a tensor of its own. */
        List<Long> shapeOfOne(WeightSpec weight) {
            var shape = new ArrayList<Long>();
            weight.dimensions().forEach(dimension -> shape.add((long) dimension));
            shape.set(0, shape.getFirst() * slices);
            if (layout == Layout.IN_OUT && shape.size() == 2) {
                shape.add(shape.removeFirst());
            }
            return shape;
        }

        /** The shape of the tensor that holds all copies, or one where each has its own. */
        List<Long> shape(WeightSpec weight) {
            var shape = shapeOfOne(weight);
            switch (copies) {
                case APART -> {}
                case STACKED -> shape.addFirst((long) weight.copies());
                case OUTPUTS -> shape.set(0, shape.getFirst() * weight.copies());
                case INPUTS -> shape.set(1, shape.getLast() * weight.copies());
                case GROUPED -> shape.set(0, (long) group * weight.copies());
            }
            return shape;
        }
    }

    /**
     * Where the weight of that path may lie: released files stack experts or do not, the first that is there counts.
     */
    List<Part> parts(String path) {
        return required(path, found(path));
    }

    /** Where the weight of that path of a draft may lie, when the draft is counted as the layer of that index. */
    List<Part> draftParts(String path, int index) {
        return required(path, foundInDraft(path, index));
    }

    /** The same; empty where the family has no name for the weight. */
    List<Part> found(String path) {
        if (path.startsWith(LAYERS)) {
            int dot = path.indexOf('.', LAYERS.length());
            return inLayer(
                    path.substring(LAYERS.length(), dot), layer.getOrDefault(path.substring(dot + 1), List.of()));
        }
        return top.getOrDefault(path, List.of());
    }

    /** The same of a draft. */
    List<Part> foundInDraft(String path, int index) {
        String role = path.substring("draft.".length());
        return inLayer(
                Integer.toString(index),
                role.startsWith(OF_LAYER)
                        ? layer.getOrDefault(role.substring(OF_LAYER.length()), List.of())
                        : draft.getOrDefault(role, List.of()));
    }

    private List<Part> inLayer(String index, List<Part> parts) {
        String prefix = layerPrefix + index + ".";
        return parts.stream().map(part -> part.inLayer(prefix)).toList();
    }

    private static List<Part> required(String path, List<Part> found) {
        if (found.isEmpty()) {
            throw new IllegalStateException("the family names no tensor for the weight " + path);
        }
        return found;
    }

    boolean ignores(String tensor) {
        return matches(ignored, tensor);
    }

    boolean repeats(String tensor) {
        return matches(repeated, tensor);
    }

    private static boolean matches(List<Pattern> patterns, String tensor) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(tensor).matches());
    }

    /** A table under construction: {@code weight path -> tensor name} pairs, weights and biases alike. */
    static final class Table {
        private final Map<String, List<Part>> parts = new HashMap<>();

        Table put(String role, String tensor) {
            return put(role, new Part(tensor));
        }

        /** A weight that lies in one of several places. */
        Table put(String role, Part... options) {
            parts.put(role, List.of(options));
            return this;
        }

        /** A weight whose copies lie in one matrix, side by side. */
        Table sideBySide(String role, String tensor, Copies copies) {
            return put(role, new Part(tensor, Layout.OUT_IN, 0, 1, copies));
        }

        /** A linear layer or norm: its {@code .weight} and its {@code .bias}. */
        Table linear(String role, String tensor) {
            return put(role + ".weight", tensor + ".weight").put(role + ".bias", tensor + ".bias");
        }

        /** A linear layer whose matrix is stored {@code [in, out]}, as one of several slices side by side. */
        Table transposed(String role, String tensor, int slice, int slices) {
            parts.put(
                    role + ".weight",
                    List.of(new Part(tensor + ".weight", Layout.IN_OUT, slice, slices, Copies.APART)));
            parts.put(role + ".bias", List.of(new Part(tensor + ".bias", Layout.OUT_IN, slice, slices, Copies.APART)));
            return this;
        }

        /**
         * The three matrices of every expert: one tensor each, or all stacked in {@code gate_up_proj} and
         * {@code down_proj}.
         *
         * @param tensor what comes before the expert's index
         * @param layout how the stacked ones are stored; those of single experts are always {@code [out, in]}
         */
        Table experts(String tensor, Layout layout) {
            return expert("gate", tensor, new Part(tensor + ".gate_up_proj", layout, 0, 2, Copies.STACKED))
                    .expert("up", tensor, new Part(tensor + ".gate_up_proj", layout, 1, 2, Copies.STACKED))
                    .expert("down", tensor, new Part(tensor + ".down_proj", layout, 0, 1, Copies.STACKED));
        }

        private Table expert(String role, String tensor, Part stacked) {
            var single = new Part(tensor + "." + Part.COPY + "." + role + "_proj.weight");
            parts.put("mlp.experts." + role + ".weight", List.of(single, stacked));
            return this;
        }

        Map<String, List<Part>> parts() {
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
                List.of(Pattern.compile("layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq")),
                List.of(),
                Map.of());
    }

    /** The same with more weights outside the layers. */
    TensorNames withTop(Table more) {
        var all = new HashMap<>(top);
        all.putAll(more.parts());
        return new TensorNames(all, layerPrefix, layer, ignored, repeated, draft);
    }

    /** The same with tensors that are not needed. */
    TensorNames ignoring(Pattern tensors) {
        return new TensorNames(top, layerPrefix, layer, List.of(tensors), repeated, draft);
    }

    /** The same with tensors that say again what others say. */
    TensorNames repeating(Pattern tensors) {
        return new TensorNames(top, layerPrefix, layer, ignored, List.of(tensors), draft);
    }

    /** The same with a draft. */
    TensorNames withDraft(Table more) {
        return new TensorNames(top, layerPrefix, layer, ignored, repeated, more.parts());
    }

    /**
     * The two norms of a pre-norm layer, under Llama's names; the second is named after what it follows, not what it
     * feeds.
     */
    static Table preNorms() {
        return new Table()
                .linear("attention.before", "input_layernorm")
                .linear("mlp.before", "post_attention_layernorm");
    }
}
