package orrery.server.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import orrery.engine.EngineOptions;

/**
 * A folder of models, named after their files: directories in Hugging Face's layout, and GGUF files.
 *
 * @param path the folder; its subfolders are not searched
 * @param options how to run its models
 */
public record ModelFolder(Path path, EngineOptions options) {
    private static final String GGUF = ".gguf";

    /** llama.cpp's names for the parts of a split model; the first part represents all. */
    private static final Pattern PART = Pattern.compile("(.*)-(\\d{5})-of-\\d{5}\\.gguf");

    /** llama.cpp's converter has this in the file names of vision and audio towers, which are not models. */
    private static final String TOWER = "mmproj";

    /**
     * The models that are in the folder now, by name: a directory's name, or a file's name without its extension. A
     * file keeps its extension if another model has that name already.
     *
     * @throws IOException if the folder cannot be read
     */
    SequencedMap<String, Path> models() throws IOException {
        var files = new ArrayList<Path>();
        var models = new TreeMap<String, Path>();
        for (var entry : entries()) {
            String name = String.valueOf(entry.getFileName());
            if (name.startsWith(".")) {
                continue;
            }
            if (Files.isDirectory(entry)) {
                if (isModel(entry)) {
                    models.put(name, entry);
                }
            } else if (name.endsWith(GGUF) && Files.isRegularFile(entry) && !name.contains(TOWER)) {
                files.add(entry);
            }
        }
        for (var file : files) {
            String name = String.valueOf(file.getFileName());
            var part = PART.matcher(name);
            if (part.matches() && Integer.parseInt(part.group(2)) != 1) {
                continue;
            }
            String called = part.matches() ? part.group(1) : name.substring(0, name.length() - GGUF.length());
            models.put(called.isEmpty() || models.containsKey(called) ? name : called, file);
        }
        return models;
    }

    private List<Path> entries() throws IOException {
        try (var entries = Files.list(path)) {
            return entries.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A directory that cannot be read, or was just deleted, is not a model: it must not hide the others. */
    private static boolean isModel(Path directory) {
        if (!Files.isRegularFile(directory.resolve("config.json"))) {
            return false;
        }
        try (var files = Files.list(directory)) {
            return files.anyMatch(file -> String.valueOf(file.getFileName()).endsWith(".safetensors"));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
