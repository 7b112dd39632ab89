package orrery.app;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import orrery.app.terminal.CommandException;

/** A text file that appears complete or not at all: it is written beside its place and then renamed. */
final class TextFile {
    private TextFile() {}

    /**
     * Writes a file in UTF-8.
     *
     * @param replace whether a file may be there already
     * @throws CommandException if one is there that is not to be replaced, or it cannot be written
     */
    static void write(Path file, String text, boolean replace) {
        if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandException(file + " exists already; --force replaces it");
        }
        if (Files.isDirectory(file)) {
            throw new CommandException(file + " is a directory, expected the name of a file");
        }
        var beside = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.writeString(beside, text);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            discard(beside, e);
            throw new CommandException("could not write " + file + ": " + why(e), e);
        }
    }

    private static String why(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such directory";
        }
        return e instanceof FileSystemException other && other.getReason() != null
                ? String.valueOf(other.getReason())
                : String.valueOf(e.getMessage());
    }

    private static void discard(Path beside, Throwable reason) {
        try {
            Files.deleteIfExists(beside);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
