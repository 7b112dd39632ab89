package orrery.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.format.Metadata;

/**
 * The keys of a family's configs that are not part of a spec, each with how it is handled and why. A key that is
 * neither read into the spec nor listed here causes a warning.
 */
final class ConfigKeys {
    /** How a key is handled. */
    sealed interface Rule {
        /** The reason, in words that follow the key. */
        String reason();

        /** Its value does not change what the model computes. */
        record Harmless(String reason) implements Rule {}

        /** The same, but a reader may expect otherwise: a value other than the usual one causes a note. */
        record Noted(Object usual, String reason) implements Rule {}

        /** Any other value stops the load. */
        record Only(List<Object> values, String reason) implements Rule {}
    }

    /** For every family: keys of transformers' configs that do not describe the architecture. */
    static final ConfigKeys COMMON = new ConfigKeys(Map.of())
            .harmless(
                    "names files and versions",
                    "_name_or_path",
                    "_commit_hash",
                    "architectures",
                    "auto_map",
                    "transformers_version")
            .harmless(
                    "is the type that the weights were saved in, which the weights say themselves",
                    "dtype",
                    "torch_dtype")
            .harmless(
                    "belongs to the tokenizer",
                    "bos_token_id",
                    "eos_token_id",
                    "pad_token_id",
                    "sep_token_id",
                    "unk_token_id",
                    "tokenizer_class")
            .harmless(
                    "matters in training only",
                    "attention_dropout",
                    "initializer_range",
                    "initializer_factor",
                    "pretraining_tp",
                    "problem_type",
                    "id2label",
                    "label2id",
                    "task_specific_params")
            .harmless(
                    "concerns how a program runs and what it returns, not the result",
                    "_attn_implementation",
                    "_attn_implementation_autoset",
                    "cache_implementation",
                    "chunk_size_feed_forward",
                    "output_attentions",
                    "output_hidden_states",
                    "return_dict",
                    "use_cache",
                    "is_decoder")
            .only("is_encoder_decoder", false, "this family decodes only");

    /** For every family with RoPE. */
    static final ConfigKeys ROTARY = COMMON.noted(
            "partial_rotary_factor", 1, "transformers rotates whole heads in this family, and so does Orrery");

    /** For wrappers around a text model: image tokens, and settings of the vision tower. */
    static final ConfigKeys WRAPPER = COMMON.harmless(
            "marks other modalities among the tokens, and only the text model runs",
            "audio_soft_tokens_per_image",
            "audio_token_id",
            "boa_token_id",
            "boi_token_id",
            "boi_token_index",
            "eoa_token_id",
            "eoi_token_id",
            "eoi_token_index",
            "image_token_id",
            "image_token_index",
            "mm_tokens_per_image",
            "multimodal_projector_bias",
            "projector_hidden_act",
            "spatial_merge_size",
            "vision_feature_layer",
            "vision_soft_tokens_per_image");

    private final Map<String, Rule> rules;

    private ConfigKeys(Map<String, Rule> rules) {
        this.rules = rules;
    }

    /** Adds keys whose values do not change what the model computes. */
    ConfigKeys harmless(String reason, String... keys) {
        var all = this;
        for (String key : keys) {
            all = all.with(key, new Rule.Harmless(reason));
        }
        return all;
    }

    /** Adds a key whose value does not change what the model computes, but causes a note if it is not the usual one. */
    ConfigKeys noted(String key, Object usual, String reason) {
        return with(key, new Rule.Noted(usual, reason));
    }

    /** Adds a key with one supported value: true or false, a text, or a number. */
    ConfigKeys only(String key, Object value, String reason) {
        return with(key, new Rule.Only(List.of(value), reason));
    }

    /** Adds a key with several supported values; null counts as absent. */
    ConfigKeys onlyOneOf(String key, List<Object> values, String reason) {
        return with(key, new Rule.Only(List.copyOf(values), reason));
    }

    private ConfigKeys with(String key, Rule rule) {
        var all = new LinkedHashMap<>(rules);
        all.put(key, rule);
        return new ConfigKeys(all);
    }

    /** How a key is handled, if it is listed. */
    Optional<Rule> rule(String key) {
        return Optional.ofNullable(rules.get(key));
    }

    /**
     * Checks a config against the rules.
     *
     * @return in words, values without effect
     * @throws CatalogException if a value is not supported
     */
    List<String> check(Metadata config) {
        var notes = new ArrayList<String>();
        rules.forEach((key, rule) -> {
            if (!config.has(key)) {
                return;
            }
            switch (rule) {
                case Rule.Harmless _ -> {}
                case Rule.Noted(var usual, var reason) -> {
                    if (!says(config, key, usual)) {
                        notes.add(key + " changes nothing: " + reason);
                    }
                }
                case Rule.Only(var values, var reason) -> {
                    if (values.stream().noneMatch(value -> says(config, key, value))) {
                        String expected = values.isEmpty()
                                ? "none"
                                : values.stream().map(ConfigKeys::shown).collect(Collectors.joining(" or "));
                        throw new CatalogException(config.origin() + ": " + key + " is " + said(config, key)
                                + ", expected " + expected + ": " + reason);
                    }
                }
            }
        });
        return notes;
    }

    private static boolean says(Metadata config, String key, Object value) {
        return switch (value) {
            case Boolean flag -> config.flag(key) == flag;
            case Number number -> config.decimal(key) == number.doubleValue();
            default -> config.text(key).equals(value);
        };
    }

    private static String said(Metadata config, String key) {
        return Stream.<Optional<Object>>of(
                        config.isFlag(key) ? Optional.of(config.flag(key)) : Optional.empty(),
                        config.isText(key) ? Optional.of(config.text(key)) : Optional.empty(),
                        config.isNumber(key) ? Optional.of(config.decimal(key)) : Optional.empty())
                .flatMap(Optional::stream)
                .findFirst()
                .map(ConfigKeys::shown)
                .orElse("given");
    }

    private static String shown(Object value) {
        return value instanceof String text ? "\"" + text + "\"" : value.toString();
    }
}
