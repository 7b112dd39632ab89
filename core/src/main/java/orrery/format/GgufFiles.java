package orrery.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The GGUF files of one model.
 *
 * @param files the only one, or all splits in order
 * @param aside names of other GGUF files in the directory that are parts of multimodal models
 */
record GgufFiles(List<Path> files, List<String> aside) {
    private static final String EXTENSION = ".gguf";

    /** llama.cpp's names of the splits of a large model; they count from 1. */
    private static final Pattern SPLIT = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

    /** Vision and audio towers are in a separate file, which llama.cpp's converter names like this. */
    private static final String TOWER = "mmproj";

    private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

    /**
     * The model at a path: a GGUF file, the first of several splits, or a directory that contains the files of one
     * model and no config.json. Empty if the path is something else.
     *
     * @throws FormatException if splits are missing, or a directory contains several models
     */
    static Optional<GgufFiles> at(Path path) {
        if (isNamed(String.valueOf(path.getFileName()))) {
            FileBytes.attributes(path, "a GGUF file");
        }
        if (Files.isDirectory(path)) {
            return within(ModelDirectory.at(path));
        }
        return Files.isRegularFile(path) && (isNamed(path.toString()) || begins(path))
                ? Optional.of(new GgufFiles(splits(path), List.of()))
                : Optional.empty();
    }

    /** Whether a file has the GGUF extension. */
    static boolean isNamed(String name) {
        return name.endsWith(EXTENSION);
    }

    /** Some programs store models with a checksum as their name. */
    private static boolean begins(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() >= MAGIC.length
                    && java.util.Arrays.equals(FileBytes.read(file, channel, 0, MAGIC.length), MAGIC);
        } catch (IOException e) {
            throw FormatException.unreadable(file, e);
        }
    }

    private static Optional<GgufFiles> within(ModelDirectory directory) {
        if (directory.names().contains(ModelDirectory.CONFIG)) {
            return Optional.empty();
        }
        SortedMap<String, String> models = new TreeMap<>();
        List<String> aside = new ArrayList<>();
        for (String name : directory.names()) {
            if (isNamed(name) && name.toLowerCase(Locale.ROOT).contains(TOWER)) {
                aside.add(name);
            } else if (isNamed(name)) {
                Matcher split = SPLIT.matcher(name);
                models.putIfAbsent(split.matches() ? split.group(1) + " of " + split.group(3) : name, name);
            }
        }
        if (models.size() > 1) {
            throw new FormatException(directory.path() + " holds several GGUF models ("
                    + ModelDirectory.some(List.copyOf(models.values()))
                    + ") and does not say which to read; expected the path of one of these files");
        }
        return models.values().stream()
                .findFirst()
                .map(name -> new GgufFiles(splits(directory.path().resolve(first(name))), List.copyOf(aside)));
    }

    /** A file's name without its extension and split number. */
    static String nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        Matcher split = SPLIT.matcher(name);
        return split.matches() ? split.group(1) : name.replaceFirst("\\.gguf$", "");
    }

    /** The first split's name: a directory may contain only the others. */
    private static String first(String name) {
        Matcher split = SPLIT.matcher(name);
        return split.matches() ? name(split, 1) : name;
    }

    private static String name(Matcher split, int number) {
        return split.group(1) + "-" + String.format(Locale.ROOT, "%05d", number) + "-of-" + split.group(3) + EXTENSION;
    }

    /** All splits of a model, given the first; only the file itself if its name is not a split's. */
    private static List<Path> splits(Path path) {
        Matcher split = SPLIT.matcher(String.valueOf(path.getFileName()));
        if (!split.matches()) {
            return List.of(path);
        }
        int count = Integer.parseInt(split.group(3));
        if (Integer.parseInt(split.group(2)) != 1) {
            throw new FormatException(
                    path + " is one of " + count + " splits, expected the path of the first: " + name(split, 1));
        }
        List<Path> files = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            Path file = path.resolveSibling(name(split, number));
            if (!Files.exists(file)) {
                throw new FormatException(file + " does not exist, a split that " + path.getFileName()
                        + " implies; the download may be incomplete");
            }
            files.add(file);
        }
        return List.copyOf(files);
    }
}
