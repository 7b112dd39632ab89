package orrery.token;

import java.util.LinkedHashMap;
import java.util.Map;
import orrery.format.Metadata;
import orrery.format.SmallFile;
import orrery.token.jinja.TemplateException;

/**
 * The chat templates of a GGUF file and their special tokens. The unnamed one is {@code tokenizer.chat_template};
 * {@code tokenizer.chat_templates} lists the names of others, each at {@code tokenizer.chat_template.NAME} (source: the
 * GGUF specification, and {@code gguf_writer.py} of llama.cpp for the named ones).
 */
record GgufChatTemplates(Metadata file) {
    private static final String TEMPLATE = "tokenizer.chat_template";
    private static final String NAMES = "tokenizer.chat_templates";

    /** The template variables by GGUF's name of the same token; "seperator" is llama.cpp's spelling. */
    private static final Map<String, String> VARIABLES = Map.of(
            "bos", "bos_token",
            "eos", "eos_token",
            "unknown", "unk_token",
            "seperator", "sep_token",
            "padding", "pad_token",
            "cls", "cls_token",
            "mask", "mask_token");

    /**
     * The sources by name, {@code default} for the unnamed one; empty if there are no templates. An empty template does
     * not count.
     */
    Map<String, String> templates() {
        Map<String, String> sources = new LinkedHashMap<>();
        if (file.has(TEMPLATE)) {
            sources.put("default", file.text(TEMPLATE));
        }
        if (file.has(NAMES)) {
            for (String name : file.texts(NAMES)) {
                if (!file.has(TEMPLATE + "." + name)) {
                    throw new TemplateException(file.origin() + ": " + NAMES + " names " + GgufVocabulary.quoted(name)
                            + ", but there is no " + TEMPLATE + "." + name);
                }
                sources.put(name, file.text(TEMPLATE + "." + name));
            }
        }
        sources.replaceAll((_, source) -> SmallFile.withoutMark(source));
        sources.values().removeIf(String::isBlank);
        return sources;
    }

    /** The special tokens by their template variable. */
    Map<String, String> specialTokens() {
        GgufVocabulary vocabulary = GgufVocabulary.of(file);
        Map<String, String> tokens = new LinkedHashMap<>();
        VARIABLES.forEach((role, variable) -> vocabulary.text(role).ifPresent(text -> tokens.put(variable, text)));
        return tokens;
    }
}
