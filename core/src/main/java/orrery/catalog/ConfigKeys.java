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
 * The keys of a family's configs that say nothing a spec could hold, each with what is done about it and why. A key
 * that is neither read into the spec nor listed here is named in a warning.
 */
final class ConfigKeys {
    /** What is done about a key. */
    sealed interface Rule {
        /** Why, in words that go on after the key. */
        String reason();

        /** Whatever it says, the model computes the same. */
        record Harmless(String reason) implements Rule {}

        /** The same, but a reader may expect otherwise: a value unlike the usual one is answered with a note. */
        record Noted(Object usual, String reason) implements Rule {}

        /** Another value than these stops the load. */
        record Only(List<Object> values, String reason) implements Rule {}
    }

    /** Of every family: what transformers' configs say of everything but the numbers. */
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

    /** Of every family with RoPE. */
    static final ConfigKeys ROTARY = COMMON.noted(
            "partial_rotary_factor", 1, "transformers rotates whole heads in this family, and so does Orrery");

    /** Of wrappers around a text model: where pictures stand among its tokens, and what is around their tower. */
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

    /** These and others, which compute the same whatever they say. */
    ConfigKeys harmless(String reason, String... keys) {
        var all = this;
        for (String key : keys) {
            all = all.with(key, new Rule.Harmless(reason));
        }
        return all;
    }

    /**
     * These and another one, which computes the same whatever it says, and is noted where it says something else than
     * usual.
     */
    ConfigKeys noted(String key, Object usual, String reason) {
        return with(key, new Rule.Noted(usual, reason));
    }

    /** These and another one, of which one value is known: true or false, a text, or a number. */
    ConfigKeys only(String key, Object value, String reason) {
        return with(key, new Rule.Only(List.of(value), reason));
    }

    /** These and another one, of which some values are known; null is as good as none of them. */
    ConfigKeys onlyOneOf(String key, List<Object> values, String reason) {
        return with(key, new Rule.Only(List.copyOf(values), reason));
    }

    private ConfigKeys with(String key, Rule rule) {
        var all = new LinkedHashMap<>(rules);
        all.put(key, rule);
        return new ConfigKeys(all);
    }

    /** What is done about a key, where it is listed. */
    Optional<Rule> rule(String key) {
        return Optional.ofNullable(rules.get(key));
    }

    /**
     * Holds a config against the rules.
     *
     * @return in words, what it says without effect
     * @throws CatalogException if it says what is not known
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
