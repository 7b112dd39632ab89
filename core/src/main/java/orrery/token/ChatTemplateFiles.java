package orrery.token;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import orrery.format.SmallFile;
import orrery.token.jinja.TemplateException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where a model's directory keeps its chat templates and the special tokens that they use. */
final class ChatTemplateFiles {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CONFIG = "tokenizer_config.json";
    private static final String TOKENS = "special_tokens_map.json";
    private static final String TEMPLATE = "chat_template";
    private static final List<String> SPECIAL_TOKENS =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private final Path directory;

    ChatTemplateFiles(Path directory) {
        this.directory = directory;
    }

    /** The sources by name, {@code default} for the one that has none; empty if there are no templates. One without a text is none. */
    Map<String, String> templates() {
        Map<String, String> sources = new LinkedHashMap<>();
        Path file = directory.resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) {
            sources.put("default", SmallFile.text(file));
        }
        sources.putAll(additional());
        for (String name : List.of("chat_template.json", CONFIG)) {
            if (sources.isEmpty()) {
                Path json = directory.resolve(name);
                json(json).map(root -> root.get(TEMPLATE)).ifPresent(node -> collect(node, json, sources));
            }
        }
        sources.replaceAll((_, source) -> SmallFile.withoutMark(source));
        sources.values().removeIf(String::isBlank);
        return sources;
    }

    private Map<String, String> additional() {
        Map<String, String> sources = new TreeMap<>();
        Path folder = directory.resolve("additional_chat_templates");
        if (!Files.isDirectory(folder)) {
            return sources;
        }
        String suffix = ".jinja";
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + suffix)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                sources.put(name.substring(0, name.length() - suffix.length()), SmallFile.text(file));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new TemplateException("cannot list " + folder + ": " + e.getMessage(), e);
        }
        return sources;
    }

    private static void collect(JsonNode node, Path file, Map<String, String> sources) {
        if (node.isNull()) {
            return;
        }
        if (node.isString()) {
            sources.put("default", node.stringValue());
            return;
        }
        if (!node.isArray()) {
            throw malformed(file, "expected a string or a list of {name, template}");
        }
        for (JsonNode entry : node) {
            JsonNode name = entry.get("name");
            JsonNode template = entry.get("template");
            if (name == null || !name.isString() || template == null || !template.isString()) {
                throw malformed(file, "entry " + sources.size() + " needs a 'name' and a 'template' that are strings");
            }
            if (sources.put(name.stringValue(), template.stringValue()) != null) {
                throw malformed(file, "the name '" + name.stringValue() + "' stands twice");
            }
        }
    }

    private static TemplateException malformed(Path file, String message) {
        return new TemplateException(file + ", key '" + TEMPLATE + "': " + message);
    }

    /** The special tokens by the variable that templates know them by. */
    Map<String, String> specialTokens() {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : List.of(TOKENS, CONFIG)) {
            Path file = directory.resolve(name);
            json(file).ifPresent(root -> {
                for (String token : SPECIAL_TOKENS) {
                    Optional.ofNullable(root.get(token))
                            .flatMap(node -> token(node, token, file))
                            .ifPresent(text -> tokens.put(token, text));
                }
            });
        }
        return tokens;
    }

    private static Optional<String> token(JsonNode node, String key, Path file) {
        if (node.isNull()) {
            return Optional.empty();
        }
        JsonNode content = node.isObject() ? node.get("content") : node;
        if (content == null || !content.isString()) {
            throw new TemplateException(
                    file + ", key '" + key + "': expected a string, or an object whose 'content' is one");
        }
        return Optional.of(content.stringValue());
    }

    private static Optional<JsonNode> json(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode root = JSON.readTree(SmallFile.text(file));
            if (!root.isObject()) {
                throw new TemplateException(file + ": expected a JSON object");
            }
            return Optional.of(root);
        } catch (JacksonException e) {
            throw new TemplateException(file + " is no valid JSON: " + e.getOriginalMessage(), e);
        }
    }
}
