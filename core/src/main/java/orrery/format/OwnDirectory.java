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
 * A kind of directory that a command writes, and replaces, as a whole. It is known by a file in it.
 *
 * @param kind what such a directory is, with its article: {@code an atlas}
 * @param marker the name of the file that says so
 * @param command the command that writes it
 * @param ours whether an entry of that name may belong to it
 */
public record OwnDirectory(String kind, String marker, String command, Predicate<String> ours) {

    /** What the marker says to a person who finds it. */
    public String mark() {
        return "This directory was written by \"" + command + "\", which may replace it as a whole.\n";
    }

    /**
     * Fills such a directory beside its place and puts it there, complete or not at all. The marker is {@code fill}'s
     * to write. An empty directory is always taken.
     *
     * @param directory where it is to be; its parent has to exist
     * @param replace whether one of this kind may be there already
     * @param fill writes into the directory that it is given
     * @throws FormatException if something is there that may not be replaced, or nothing can be written
     */
    public void write(Path directory, boolean replace, Consumer<Path> fill) {
        boolean free = replace || isEmpty(directory);
        NewDirectory.write(directory, free, kind, this::requireReplaceable, fill);
    }

    /** Whether it is a directory with nothing in it. */
    private static boolean isEmpty(Path directory) {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && names(directory).isEmpty();
    }

    /**
     * Only an empty directory, or one of this kind and nothing beside it: whatever else a person keeps is not deleted.
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
