package orrery.token;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import orrery.format.FormatException;
import orrery.format.Metadata;
import orrery.format.SmallFile;
import orrery.token.jinja.TemplateException;

/** Reads chat templates and their special tokens from a model's directory. */
final class ChatTemplateFiles {
    private static final String CONFIG = "tokenizer_config.json";
    private static final String TOKENS = "special_tokens_map.json";
    private static final String TEMPLATE = "chat_template";
    private static final List<String> SPECIAL_TOKENS =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private final Path directory;

    ChatTemplateFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * The sources by name, {@code default} for the unnamed one; empty if there are no templates. An empty template does
     * not count.
     */
    Map<String, String> templates() {
        Map<String, String> sources = new LinkedHashMap<>();
        Path file = directory.resolve("chat_template.jinja");
        if (SmallFile.isThere(file)) {
            sources.put("default", SmallFile.text(file));
        }
        sources.putAll(additional());
        for (String name : List.of("chat_template.json", CONFIG)) {
            if (sources.isEmpty()) {
                json(directory.resolve(name))
                        .filter(config -> config.has(TEMPLATE))
                        .ifPresent(config -> collect(config, sources));
            }
        }
        sources.replaceAll((_, source) -> SmallFile.withoutMark(source));
        sources.values().removeIf(String::isBlank);
        return sources;
    }

    private Map<String, String> additional() {
        Map<String, String> sources = new TreeMap<>();
        Path folder = directory.resolve("additional_chat_templates");
        if (!SmallFile.isThere(folder)) {
            return sources;
        }
        String suffix = ".jinja";
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + suffix)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                sources.put(name.substring(0, name.length() - suffix.length()), SmallFile.text(file));
            }
        } catch (DirectoryIteratorException e) {
            throw new TemplateException(
                    "could not list " + folder + ": " + FormatException.reason(Objects.requireNonNull(e.getCause())),
                    e);
        } catch (IOException e) {
            throw new TemplateException("could not list " + folder + ": " + FormatException.reason(e), e);
        }
        return sources;
    }

    private static void collect(Metadata config, Map<String, String> sources) {
        if (!config.isList(TEMPLATE)) {
            if (!config.isText(TEMPLATE)) {
                throw malformed(config, "is neither a text nor a list of {name, template}");
            }
            sources.put("default", config.text(TEMPLATE));
            return;
        }
        for (Metadata entry : config.children(TEMPLATE)) {
            String name = entry.text("name");
            if (sources.put(name, entry.text("template")) != null) {
                throw malformed(config, "has the name '" + name + "' twice");
            }
        }
    }

    private static TemplateException malformed(Metadata config, String message) {
        return new TemplateException(config.origin() + ": " + TEMPLATE + " " + message);
    }

    /** The special tokens by their template variable. */
    Map<String, String> specialTokens() {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : List.of(TOKENS, CONFIG)) {
            Path file = directory.resolve(name);
            json(file).ifPresent(config -> {
                for (String token : SPECIAL_TOKENS) {
                    if (config.has(token)) {
                        tokens.put(
                                token,
                                config.isObject(token)
                                        ? config.requireChild(token).text("content")
                                        : config.text(token));
                    }
                }
            });
        }
        return tokens;
    }

    private static Optional<Metadata> json(Path file) {
        return SmallFile.isThere(file) ? Optional.of(Metadata.readJson(file)) : Optional.empty();
    }
}
