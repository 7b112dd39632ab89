package orrery.catalog;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import orrery.format.GgufModel;
import orrery.format.Metadata;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * A GGUF file's keys {@code {architecture}.*}, and the equivalent config. Source: {@code gguf-py/gguf/constants.py} and
 * {@code src/llama-model.cpp} of github.com/ggml-org/llama.cpp.
 */
final class GgufKeys {
    static final String ARCHITECTURE = "general.architecture";
    static final String EMBEDDING = "token_embd.weight";
    static final String HEAD = "output.weight";

    /** For other readers: the tokenizer's keys, descriptions of the model, the writer's notes. */
    private static final List<String> OTHERS = List.of("general.", "tokenizer.", "split.", "quantize.", "imatrix.");

    /**
     * Keys that change what a model computes: an unread one stops the load, unless its value means that the feature is
     * off.
     */
    private static final List<String> TELLING = List.of(
            "attention.causal",
            "attention.clamp_kqv",
            "attention.max_alibi_bias",
            "attention.output_scale",
            "attention.scale",
            "attention.sliding_window",
            "attention.sliding_window_pattern",
            "attention.temperature_length",
            "attention.temperature_scale",
            "attn_logit_softcapping",
            "embedding_scale",
            "expert_count",
            "expert_gating_func",
            "expert_group_count",
            "expert_shared_count",
            "expert_weights_norm",
            "expert_weights_scale",
            "final_logit_softcapping",
            "interleave_moe_layer_step",
            "logit_scale",
            "nextn_predict_layers",
            "residual_scale",
            "rope.dimension_sections",
            "rope.freq_base_swa",
            "rope.scaling.attn_factor",
            "rope.scaling.yarn_attn_factor",
            "rope.scaling.yarn_ext_factor",
            "rope.scaling.yarn_log_multiplier",
            "use_parallel_residual");

    /** Those of them that are factors: 1 means off. */
    private static final Set<String> FACTORS = Set.of(
            "attention.output_scale",
            "embedding_scale",
            "expert_weights_scale",
            "logit_scale",
            "residual_scale",
            "rope.scaling.attn_factor",
            "rope.scaling.yarn_attn_factor",
            "rope.scaling.yarn_ext_factor");

    private final Metadata metadata;
    private final Map<String, Shape> shapes;
    private final Optional<Tensor> divisors;
    private final String architecture;
    private final Map<String, @Nullable Object> config = new LinkedHashMap<>();

    /** @throws CatalogException if the file contains only a part of a model */
    GgufKeys(GgufModel file) {
        this(file.metadata(), shapes(file), Optional.ofNullable(file.tensors().get(GgufRope.DIVISORS)));
    }

    /**
     * @param shapes of all tensors, by name
     * @param divisors of RoPE's frequencies, if there are any
     */
    GgufKeys(Metadata metadata, Map<String, Shape> shapes, Optional<Tensor> divisors) {
        this.metadata = metadata;
        this.shapes = shapes;
        this.divisors = divisors;
        architecture = metadata.text(ARCHITECTURE);
        String type = metadata.text("general.type", "model");
        if (!type.equals("model")) {
            throw new CatalogException(origin() + ": general.type is \"" + type + "\", expected a model");
        }
        if (shapes.isEmpty()) {
            throw new CatalogException(origin() + " holds no tensors: it is a vocabulary, not a model");
        }
        metadata.text(key("tensor_data_layout"), ""); // the origin of the first files' weights
    }

    private static Map<String, Shape> shapes(GgufModel file) {
        var shapes = new HashMap<String, Shape>();
        file.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        file.foreignTensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    String architecture() {
        return architecture;
    }

    String origin() {
        return metadata.origin();
    }

    /** The config so far. */
    Metadata config() {
        return Metadata.of(origin() + ", in the words of config.json", config);
    }

    /** A full key. */
    String key(String key) {
        return architecture + "." + key;
    }

    boolean has(String key) {
        return metadata.has(key(key));
    }

    int integer(String key) {
        return metadata.integer(key(key));
    }

    int integer(String key, int fallback) {
        return metadata.integer(key(key), fallback);
    }

    double decimal(String key, double fallback) {
        return metadata.decimal(key(key), fallback);
    }

    boolean flag(String key, boolean fallback) {
        return metadata.flag(key(key), fallback);
    }

    String text(String key, String fallback) {
        return metadata.text(key(key), fallback);
    }

    boolean isList(String key) {
        return metadata.isList(key(key));
    }

    float[] floats(String key) {
        return metadata.floatArray(key(key));
    }

    List<Boolean> flags(String key) {
        return metadata.flags(key(key));
    }

    boolean holds(String tensor) {
        return shapes.containsKey(tensor);
    }

    boolean holdsAny(Pattern name) {
        return shapes.keySet().stream().anyMatch(name.asMatchPredicate());
    }

    /** The divisors of RoPE's frequencies, if the file has them. */
    Optional<Tensor> divisors() {
        return divisors;
    }

    /** Rows of a matrix, which must exist. */
    int rows(String name) {
        var shape = shapes.get(name);
        if (shape == null) {
            throw new CatalogException(origin() + ": there is no tensor " + name);
        }
        if (shape.dimensions().size() != 2 || shape.rows() > Integer.MAX_VALUE) {
            throw new CatalogException(origin() + ": " + name + " has the shape " + shape + ", expected a matrix");
        }
        return (int) shape.rows();
    }

    /** Sets a key of the config; null counts as absent, except for readers that check whether it is present. */
    GgufKeys put(String word, @Nullable Object value) {
        config.put(word, value);
        return this;
    }

    /** Adds members to an object of the config. */
    void extend(String word, Map<String, Object> members) {
        var all = new LinkedHashMap<String, Object>();
        if (config.get(word) instanceof Map<?, ?> before) {
            before.forEach((key, value) -> all.put(String.valueOf(key), value));
        }
        all.putAll(members);
        put(word, all);
    }

    /**
     * Copies an optional number to the config; a list with one number per layer becomes one number if all are equal.
     */
    GgufKeys copy(String key, String word) {
        if (!has(key)) {
            return this;
        }
        if (!isList(key)) {
            return put(word, plain(metadata.decimal(key(key))));
        }
        var numbers = metadata.decimals(key(key)).stream().map(GgufKeys::plain).toList();
        boolean same = !numbers.isEmpty() && numbers.stream().allMatch(numbers.getFirst()::equals);
        return put(word, same ? numbers.getFirst() : numbers);
    }

    /** A whole number as an integer, so that messages show it in the usual form. */
    private static Number plain(double number) {
        long whole = (long) number;
        return whole == number ? (Number) whole : (Number) number;
    }

    /** Copies a required number to the config. */
    GgufKeys require(String key, String word) {
        if (!isList(key)) {
            metadata.decimal(key(key));
        }
        return copy(key, word);
    }

    CatalogException wrong(String key, Object value, String expected) {
        return new CatalogException(origin() + ": " + key(key) + " is " + value + ", expected " + expected);
    }

    /** Checks that no key is left that would change what the model computes. */
    void requireNothingElse() {
        var unread = metadata.unread();
        for (var key : TELLING) {
            if (unread.contains(key(key)) && !saysNone(key)) {
                throw new CatalogException(
                        origin() + ": " + key(key) + " is given, and " + architecture + " is not known with it");
            }
        }
    }

    private boolean saysNone(String key) {
        String full = key(key);
        if (metadata.isFlag(full)) {
            return metadata.flag(full) == key.equals("attention.causal");
        }
        double value = metadata.isNumber(full) ? metadata.decimal(full) : Double.NaN;
        return value == 0 || (value == 1 && FACTORS.contains(key));
    }

    /** Keys of the architecture that were not read. */
    SortedSet<String> unread() {
        return metadata.unread().stream()
                .filter(key -> OTHERS.stream().noneMatch(key::startsWith))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Sets the rows of the embedding, and whether the head is tied to it. */
    GgufKeys vocabulary() {
        int rows = rows(EMBEDDING);
        if (integer("vocab_size", rows) != rows) {
            throw wrong("vocab_size", integer("vocab_size"), "the rows of " + EMBEDDING + ", " + rows);
        }
        return put("vocab_size", rows).put("tie_word_embeddings", !holds(HEAD));
    }

    /** Sets the number of KV heads, and the head size. */
    GgufKeys heads() {
        put("num_key_value_heads", integer("attention.head_count"));
        copy("attention.head_count_kv", "num_key_value_heads");
        int size = headSize();
        if (integer("attention.value_length", size) != size) {
            throw wrong("attention.value_length", integer("attention.value_length"), "attention.key_length, " + size);
        }
        return put("head_dim", size);
    }

    /** The head size: as declared, otherwise the embedding size over the number of heads. */
    int headSize() {
        if (has("attention.key_length")) {
            return integer("attention.key_length");
        }
        int width = integer("embedding_length");
        int heads = integer("attention.head_count");
        if (heads < 1 || width % heads != 0) {
            throw wrong(
                    "embedding_length", width, "a multiple of the heads, " + heads + ", or an attention.key_length");
        }
        return width / heads;
    }
}
