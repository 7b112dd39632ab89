package orrery.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Reads the small files next to a model's weights: tokenizers, templates, configs. A Git LFS pointer is reported as
 * such, and a byte order mark, which some editors write, is skipped.
 */
public final class SmallFile {
    /** The longest file that is read, in bytes: the tokenizer.json of 262,144 tokens takes some 35 MB. */
    public static final long LONGEST = 1L << 29;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private SmallFile() {}

    /**
     * Whether an optional file exists. A dangling link, which an incomplete download leaves in a hub's cache, counts as
     * existing, and so does a directory with that name: reading it then reports the problem, whereas skipping it would
     * run the model with other settings.
     */
    public static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * The bytes of a file.
     *
     * @throws FormatException if it does not exist, is unreadable, is longer than {@link #LONGEST}, or is a Git LFS
     *     pointer
     */
    public static byte[] bytes(Path file) {
        return FileBytes.read(file, LONGEST);
    }

    /**
     * A UTF-8 text without its byte order mark.
     *
     * @throws FormatException as {@link #bytes} does, and if it is not UTF-8
     */
    public static String text(Path file) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(file)));
            return withoutMark(text.toString());
        } catch (CharacterCodingException e) {
            throw FormatException.unreadable(file, e);
        }
    }

    /** A text without the byte order mark that it may start with. */
    public static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }
}
