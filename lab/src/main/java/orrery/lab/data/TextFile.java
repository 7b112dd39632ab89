package orrery.lab.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import orrery.format.FormatException;

/**
 * A text that a user names: a file, or {@link JargonFile#NAME} for the text that comes with the program, which is then
 * a temporary file until this is closed.
 */
public final class TextFile implements AutoCloseable {
    private final Path path;
    private final boolean temporary;

    private TextFile(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /**
     * The text of that name. A file of the name comes first.
     *
     * @throws FormatException if the temporary file cannot be written
     */
    public static TextFile of(Path named) {
        if (Files.exists(named) || !named.toString().equals(JargonFile.NAME)) {
            return new TextFile(named, false);
        }
        try {
            return new TextFile(Files.write(Files.createTempFile(JargonFile.NAME, ".txt"), JargonFile.bytes()), true);
        } catch (IOException e) {
            throw new FormatException("could not write a temporary file: " + FormatException.reason(e), e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        if (temporary) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
