package orrery.app.terminal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import orrery.format.NewFile;

/** A new file that a user named. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Writes a file, which appears complete or not at all.
     *
     * @param force whether an existing file may be replaced
     * @throws orrery.OrreryException if there is one that may not be replaced, or if it cannot be written
     */
    public static void write(Path file, String text, boolean force) {
        write(file, text.getBytes(StandardCharsets.UTF_8), force);
    }

    /** The same with bytes. */
    public static void write(Path file, byte[] bytes, boolean force) {
        refuseExisting(file, force);
        if (Files.isDirectory(file)) {
            throw new CommandException(file + " is a directory, expected the name of a file");
        }
        NewFile.write(file, bytes);
    }

    /** @throws CommandException if there is a file that may not be replaced */
    public static void refuseExisting(Path file, boolean force) {
        if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandException(file + " exists already; --force replaces it");
        }
    }
}
