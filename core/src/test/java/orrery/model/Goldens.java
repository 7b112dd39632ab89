package orrery.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders of tiny checkpoints with the reference's outputs: the project's, and those that {@code ORRERY_GOLDENS} names.
 */
public final class Goldens {
    private Goldens() {}

    /** {@link #all} and {@link #cases}. */
    public static List<Path> withCases() {
        var all = new ArrayList<>(all());
        all.addAll(cases());
        return all;
    }

    /**
     * Configs that once gave wrong numbers, or failed: the project's, and those of the folder that {@code ORRERY_CASES}
     * names.
     */
    static List<Path> cases() {
        var cases = new ArrayList<>(in(Path.of("src", "test", "resources", "cases")));
        cases.addAll(offered("ORRERY_CASES"));
        return cases;
    }

    /** Every checkpoint directory, of the project's own and of the further folder. */
    public static List<Path> all() {
        var all = new ArrayList<>(in(Path.of("src", "test", "resources", "goldens")));
        all.addAll(offered("ORRERY_GOLDENS"));
        return all;
    }

    /** The checkpoints of the folder that an environment variable names; none if it is not set. */
    static List<Path> offered(String variable) {
        var folder = System.getenv(variable);
        if (folder == null || folder.isBlank()) {
            return List.of();
        }
        var found = in(Path.of(folder));
        if (found.isEmpty()) {
            throw new IllegalStateException(variable + " names " + folder + ", which holds no checkpoint");
        }
        return found;
    }

    private static List<Path> in(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.exists(entry.resolve("golden.safetensors")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(folder.toString(), e);
        }
    }
}
