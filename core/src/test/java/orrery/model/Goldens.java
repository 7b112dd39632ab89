package orrery.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Folders of tiny checkpoints with the reference's outputs: those of the project, and those that {@code ORRERY_GOLDENS} names. */
public final class Goldens {
    private Goldens() {}

    /** {@link #all}, and those of configs that ran with other numbers once, or not at all. */
    public static List<Path> withCases() {
        var all = new ArrayList<>(all());
        all.addAll(in(Path.of("src", "test", "resources", "cases")));
        return all;
    }

    /** Every checkpoint directory, of the project's own and of the further folder. */
    public static List<Path> all() {
        var all = new ArrayList<>(in(Path.of("src", "test", "resources", "goldens")));
        var further = System.getenv("ORRERY_GOLDENS");
        if (further != null && !further.isBlank()) {
            var found = in(Path.of(further));
            if (found.isEmpty()) {
                throw new IllegalStateException("ORRERY_GOLDENS names " + further + ", which holds no checkpoint");
            }
            all.addAll(found);
        }
        return all;
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
