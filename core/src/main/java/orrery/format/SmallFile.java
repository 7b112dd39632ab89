package orrery.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The small files beside a model's weights, read whole: tokenizers, templates, configs. In each of them a Git LFS
 * pointer is named as what it is, and a byte order mark, which some editors write, is passed over.
 */
public final class SmallFile {
    /** The longest that is read, in bytes: the tokenizer.json of 262,144 tokens takes some 35 MB. */
    public static final long LONGEST = 1L << 29;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private SmallFile() {}

    /**
     * Whether an optional file is there. A link whose target is gone, as half a download leaves it in a hub's cache,
     * counts as there, and so does a directory of that name: reading it then says what is wrong, where passing over it
     * would run the model with other settings.
     */
    public static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * The bytes of a file, whatever they mean.
     *
     * @throws FormatException if it is absent, unreadable, longer than {@link #LONGEST}, or a Git LFS pointer
     */
    public static byte[] bytes(Path file) {
        return FileBytes.read(file, LONGEST);
    }

    /**
     * A text in UTF-8 without its byte order mark.
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

    /** A text without the byte order mark that it may begin with. */
    public static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }
}
