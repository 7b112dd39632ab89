package orrery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The working tree that the tests run in. */
final class Checkout {
    private static final Set<String> NOT_OURS = Set.of(".git", "target", ".orrery", ".idea", ".vscode", "node_modules");

    private Checkout() {}

    /** The folder that contains the launcher, wherever below it the tests were started. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("orrery")) || !Files.exists(folder.resolve("core"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException(
                        "no checkout of Orrery around " + Path.of("").toAbsolutePath());
            }
            folder = parent;
        }
        return folder;
    }

    /** Every file that is or will be committed: all except what builds and tools generate. */
    static List<Path> files() {
        return filesUnder(root()).toList();
    }

    private static Stream<Path> filesUnder(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList().stream()
                    .filter(entry -> !NOT_OURS.contains(entry.getFileName().toString()))
                    .flatMap(entry -> Files.isDirectory(entry) ? filesUnder(entry) : Stream.of(entry));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A file's bytes, one character each, so that every file can be read as text. */
    static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
