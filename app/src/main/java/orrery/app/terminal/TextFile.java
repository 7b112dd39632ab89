package orrery.app.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Text in a file that appears whole or not at all: written beside its place and renamed. */
public final class TextFile {
    private TextFile() {}

    /**
     * Writes a file that a user named.
     *
     * @param force whether one that is there may be replaced
     * @throws CommandException if there is one and may not, or if it cannot be written
     */
    public static void write(Path file, String text, boolean force) {
        refuseExisting(file, force);
        try {
            replace(file, text);
        } catch (IOException e) {
            throw new CommandException("could not write " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * @throws CommandException if there is a file and it may not be replaced
     */
    public static void refuseExisting(Path file, boolean force) {
        if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandException(file + " exists already; --force replaces it");
        }
    }

    /** Writes a file, over one that is there. */
    public static void replace(Path file, String text) throws IOException {
        var beside = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.writeString(beside, text);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
