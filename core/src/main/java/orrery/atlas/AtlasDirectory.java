package orrery.atlas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import orrery.format.FormatException;

/** Which directories an atlas may take the place of. */
final class AtlasDirectory {
    /** A file that says that a directory is an atlas. */
    static final String MARKER = ".orrery-atlas";

    /** What it says to a person who finds it. */
    static final String MARK = "This directory was written by \"orrery atlas\", which may replace it as a whole.\n";

    private static final Set<String> OURS = Set.of(
            MARKER,
            "index.html",
            "compare.html",
            "timeline.html",
            "mechanisms.html",
            "mechanisms",
            "models",
            "data",
            "assets");

    private AtlasDirectory() {}

    /** Whether it is a directory with nothing in it. */
    static boolean isEmpty(Path directory) {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && names(directory).isEmpty();
    }

    /**
     * Only an empty directory, or an atlas and nothing beside it: whatever else a person keeps is not deleted.
     *
     * @throws FormatException for any other
     */
    static void requireReplaceable(Path directory) {
        var names = names(directory);
        if (!names.isEmpty() && !names.contains(MARKER)) {
            throw new FormatException(directory + " is not empty and holds no " + MARKER
                    + "; only an atlas, or an empty directory, is replaced");
        }
        names.stream().filter(name -> !OURS.contains(name)).findFirst().ifPresent(name -> {
            throw new FormatException(directory + " holds " + name
                    + ", which belongs to no atlas and would be deleted; move it away first");
        });
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
        } catch (IOException e) {
            throw new FormatException("could not read " + directory + ": " + e, e);
        }
    }
}
