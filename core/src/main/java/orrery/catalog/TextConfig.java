package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import orrery.format.Metadata;

/**
 * The text model's part of a config. Multimodal releases wrap it, and only imply its {@code model_type}.
 *
 * @param config of the text model
 * @param whole the file's config: the wrapper, or the same
 * @param notUsed parts that are recognised but not used
 */
record TextConfig(Metadata config, Metadata whole, List<String> notUsed) {

    /** Wrappers, and the {@code model_type} of the text model inside. */
    private static final Map<String, String> WRAPPERS = Map.of(
            "mistral3", "mistral",
            "gemma3", "gemma3_text",
            "gemma3n", "gemma3n_text",
            "llama4", "llama4_text");

    private static final String TEXT = "text_config";
    private static final List<String> TOWERS = List.of("vision_config", "audio_config");

    static TextConfig of(Metadata config) {
        String type = config.text("model_type", "");
        String inner = WRAPPERS.get(type);
        if (inner == null || !config.has(TEXT)) {
            return new TextConfig(config, config, List.of());
        }
        var text = config.requireChild(TEXT);
        text.assume("model_type", inner);
        // Wrappers have it for the whole model; the text part does not always repeat it.
        if (config.has("tie_word_embeddings")) {
            text.assume("tie_word_embeddings", config.flag("tie_word_embeddings"));
        }
        var notUsed = new ArrayList<String>();
        for (var part : TOWERS) {
            if (config.has(part)) {
                notUsed.add(part);
            }
        }
        return new TextConfig(text, config, notUsed);
    }

    private boolean wrapped() {
        return whole != config;
    }

    /**
     * Checks the config against its family's rules and the wrapper, if there is one, against those of wrappers; returns
     * notes.
     */
    List<String> check(ConfigKeys keys) {
        if (wrapped()) {
            ConfigKeys.WRAPPER.check(whole);
        }
        return keys.check(config);
    }

    /** Keys that were not read and that no rule covers, by their dotted paths. */
    SortedSet<String> notUnderstood(ConfigKeys keys) {
        var unread = new TreeSet<>(whole.unread());
        unread.removeIf(path -> {
            if (TOWERS.contains(path)) {
                return true;
            }
            boolean inner = wrapped() && path.startsWith(TEXT + ".");
            String key = inner ? path.substring(TEXT.length() + 1) : path;
            return (wrapped() && !inner ? ConfigKeys.WRAPPER : keys).rule(key).isPresent();
        });
        return unread;
    }
}
