package orrery.format;

import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import orrery.OrreryException;

/**
 * A file, or a directory of files, is not what its format says. The message names the file, the place and what was
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

    /** What the operating system said, in words; its own messages are often nothing but the path. */
    static FormatException unreadable(Path file, IOException cause) {
        String why = switch (cause) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException missing -> "it does not exist";
            case CharacterCodingException coding -> "it is not UTF-8";
            case CharConversionException coding -> "it is not UTF-8";
            default -> cause.toString();
        };
        return new FormatException("could not read " + file + ": " + why, cause);
    }
}
