package orrery.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import orrery.spec.WeightSpec;
import orrery.tensor.Matrix.Layout;

/**
 * Where a family's files store each weight of a spec. Names exclude the prefixes of wrappers.
 *
 * @param top weights outside the layers, by path
 * @param layerPrefix the prefix of a layer's index in a file, such as {@code layers.}
 * @param layer weights of a layer, by path within the layer
 * @param ignored names of buffers that are not needed
 * @param repeated names of tensors that repeat others
 * @param draft the weights of a draft besides its layer, by path within the draft; files number it as a layer after the
 *     last
 */
record TensorNames(
        Map<String, List<Part>> top,
        String layerPrefix,
        Map<String, List<Part>> layer,
        List<Pattern> ignored,
        List<Pattern> repeated,
        Map<String, List<Part>> draft) {

    /** The beginning of a weight's path before the layer's index. */
    private static final String LAYERS = "layers.";

    private static final String OF_LAYER = "layer.";

    TensorNames {
        top = Map.copyOf(top);
        layer = Map.copyOf(layer);
        ignored = List.copyOf(ignored);
        repeated = List.copyOf(repeated);
        draft = Map.copyOf(draft);
    }

    /** How the copies of one weight are stored in a file. */
    enum Copies {
        /** Each in its own tensor. */
        APART,
        /** One tensor {@code [copies, ...]}. */
        STACKED,
        /** One matrix {@code [copies * out, in]}. */
        OUTPUTS,
        /** One matrix {@code [out, copies * in]}. */
        INPUTS,
        /** One matrix {@code [copies * group, in]}; each copy is at the same offset within its group. */
        GROUPED
    }

    /**
     * A tensor, or one of the equal slices of a fused one.
     *
     * @param tensor its name in the file
     * @param layout how its matrix is stored
     * @param slice which slice along its outputs
     * @param slices the number of slices
     * @param copies how the copies of a weight are stored
     * @param group outputs per group of {@link Copies#GROUPED}, otherwise 0
     * @param offset outputs before the copy in its group
     */
    record Part(String tensor, Layout layout, int slice, int slices, Copies copies, int group, int offset) {
        /** The placeholder in a name for the index of a copy. */
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

        /** The name of the tensor with a copy. */
        String tensor(int copy) {
            return tensor.replace(COPY, Integer.toString(copy));
        }

        boolean whole() {
            return slices == 1;
        }

        /** The shape of one copy's tensor. */
        List<Long> shapeOfOne(WeightSpec weight) {
            var shape = new ArrayList<Long>();
            weight.dimensions().forEach(dimension -> shape.add((long) dimension));
            shape.set(0, shape.getFirst() * slices);
            if (layout == Layout.IN_OUT && shape.size() == 2) {
                shape.add(shape.removeFirst());
            }
            return shape;
        }

        /** The shape of the tensor with all copies, or of one if each has its own. */
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
     * The possible places of a weight: some released files stack experts, others do not; the first that exists counts.
     */
    List<Part> parts(String path) {
        return required(path, found(path));
    }

    /** The possible places of a draft's weight, if the draft is numbered as the layer {@code index}. */
    List<Part> draftParts(String path, int index) {
        return required(path, foundInDraft(path, index));
    }

    /** The same; empty if the family has no name for the weight. */
    List<Part> found(String path) {
        if (path.startsWith(LAYERS)) {
            int dot = path.indexOf('.', LAYERS.length());
            return inLayer(
                    path.substring(LAYERS.length(), dot), layer.getOrDefault(path.substring(dot + 1), List.of()));
        }
        return top.getOrDefault(path, List.of());
    }

    /** The same for a draft. */
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

        /** A weight with several possible places. */
        Table put(String role, Part... options) {
            parts.put(role, List.of(options));
            return this;
        }

        /** A weight whose copies are side by side in one matrix. */
        Table sideBySide(String role, String tensor, Copies copies) {
            return put(role, new Part(tensor, Layout.OUT_IN, 0, 1, copies));
        }

        /** A linear layer or norm: its {@code .weight} and its {@code .bias}. */
        Table linear(String role, String tensor) {
            return put(role + ".weight", tensor + ".weight").put(role + ".bias", tensor + ".bias");
        }

        /** A linear layer whose matrix is stored as {@code [in, out]}, as one of several slices side by side. */
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
         * @param tensor the prefix of the expert's index
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
     * The names that Llama's implementation introduced for a pre-norm decoder and that most later ones kept.
     *
     * @param layer weights that a family adds or names differently
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

    /** The same, ignoring some tensors. */
    TensorNames ignoring(Pattern tensors) {
        return new TensorNames(top, layerPrefix, layer, List.of(tensors), repeated, draft);
    }

    /** The same with tensors that repeat others. */
    TensorNames repeating(Pattern tensors) {
        return new TensorNames(top, layerPrefix, layer, ignored, List.of(tensors), draft);
    }

    /** The same with a draft. */
    TensorNames withDraft(Table more) {
        return new TensorNames(top, layerPrefix, layer, ignored, repeated, more.parts());
    }

    /** The two norms of a pre-norm layer, under Llama's names; the second is named after the block before it. */
    static Table preNorms() {
        return new Table()
                .linear("attention.before", "input_layernorm")
                .linear("mlp.before", "post_attention_layernorm");
    }
}
