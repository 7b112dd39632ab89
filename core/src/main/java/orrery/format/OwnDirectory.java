package orrery.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A kind of directory that a command writes, and replaces, as a whole. A marker file in it identifies the kind.
 *
 * @param kind what such a directory is, with an article: {@code an atlas}
 * @param marker the marker file's name
 * @param command the command that writes it
 * @param ours whether an entry with that name may belong to it
 */
public record OwnDirectory(String kind, String marker, String command, Predicate<String> ours) {

    /** The marker's text, for people who find it. */
    public String mark() {
        return "This directory was written by \"" + command + "\", which may replace it as a whole.\n";
    }

    /**
     * Fills such a directory under a temporary name and moves it to its place, complete or not at all. {@code fill}
     * also writes the marker. An empty directory may always be replaced.
     *
     * @param directory its path; the parent has to exist
     * @param replace whether an existing directory of this kind may be replaced
     * @param fill writes into the directory that it gets
     * @throws FormatException if something may not be replaced, or nothing can be written
     */
    public void write(Path directory, boolean replace, Consumer<Path> fill) {
        boolean free = replace || isEmpty(directory);
        NewDirectory.write(directory, free, kind, this::requireReplaceable, fill);
    }

    /** Whether it is an empty directory. */
    private static boolean isEmpty(Path directory) {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && names(directory).isEmpty();
    }

    /**
     * Only an empty directory, or one of this kind without other contents, may be replaced: a user's other files are
     * never deleted.
     */
    private void requireReplaceable(Path directory) {
        var names = names(directory);
        if (!names.isEmpty() && !names.contains(marker)) {
            throw new FormatException(directory + " is not empty and holds no " + marker + "; only " + kind
                    + ", or an empty directory, is replaced");
        }
        names.stream()
                .filter(name -> !name.equals(marker) && !ours.test(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new FormatException(directory + " holds " + name + ", which does not belong to " + kind
                            + " and would be deleted; move it away first");
                });
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
        } catch (IOException e) {
            throw FormatException.unreadable(directory, e);
        }
    }
}
