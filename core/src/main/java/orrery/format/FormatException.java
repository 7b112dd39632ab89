package orrery.format;

import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import orrery.OrreryException;

/**
 * A file, or a directory of files, does not follow its format. The message names the file, the place and what was
 * expected.
 */
public final class FormatException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public FormatException(String message) {
        super(message);
    }

    public FormatException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A file that cannot be read, with the {@link #reason}. */
    static FormatException unreadable(Path file, IOException cause) {
        return new FormatException("could not read " + file + ": " + reason(cause), cause);
    }

    /** Why a file cannot be read or written, in words: Java's message is often only the path, or a class's name. */
    public static String reason(IOException cause) {
        return switch (cause) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "it does not exist";
            case NotDirectoryException _ -> "it is not a directory";
            case CharacterCodingException _ -> "it is not UTF-8";
            case CharConversionException _ -> "it is not UTF-8";
            case FileSystemException refused when refused.getReason() != null -> String.valueOf(refused.getReason());
            case FileSystemException refused ->
                "the system refuses it with " + refused.getClass().getSimpleName();
            default -> cause.getMessage() == null ? cause.toString() : cause.getMessage();
        };
    }
}
