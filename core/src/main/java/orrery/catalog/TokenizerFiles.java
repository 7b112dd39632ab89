package orrery.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import orrery.format.FormatException;

/** The files in a model's directory that its tokenizer and its chat templates consist of, whatever their kind. */
public final class TokenizerFiles {
    private static final Set<String> NAMES = Set.of(
            "added_tokens.json",
            "additional_chat_templates",
            "chat_template.jinja",
            "chat_template.json",
            "merges.txt",
            "special_tokens_map.json",
            "spiece.model",
            "tekken.json",
            "tokenizer.json",
            "tokenizer.model",
            "tokenizer_config.json",
            "vocab.json");

    private TokenizerFiles() {}

    /**
     * Copies them to another directory, which has none of them yet.
     *
     * @throws orrery.OrreryException if a file cannot be copied
     */
    public static void copy(Path model, Path directory) {
        copy(model, directory, Set.of());
    }

    /** Copies them and the files with the other names; returns the names of those that there were, sorted. */
    static List<String> copy(Path model, Path directory, Set<String> others) {
        try (Stream<Path> entries = Files.list(model)) {
            var copied = new ArrayList<String>();
            for (var entry : entries.sorted().toList()) {
                String name = String.valueOf(entry.getFileName());
                if (NAMES.contains(name) || others.contains(name)) {
                    copyOne(entry, directory.resolve(name));
                    copied.add(name);
                }
            }
            return copied;
        } catch (IOException e) {
            throw new FormatException(
                    "could not copy the files beside the weights of " + model + ": " + FormatException.reason(e), e);
        }
    }

    /** Copies a file, or the folder of templates; follows links, which hub caches consist of. */
    private static void copyOne(Path from, Path to) throws IOException {
        Files.copy(from, to);
        if (Files.isDirectory(from)) {
            try (Stream<Path> entries = Files.list(from)) {
                for (var entry : entries.filter(Files::isRegularFile).toList()) {
                    Files.copy(entry, to.resolve(String.valueOf(entry.getFileName())));
                }
            }
        }
    }
}
