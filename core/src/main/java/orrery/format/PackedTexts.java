package orrery.format;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Strings in one array of bytes: a vocabulary has 260,000, which would take five times the space, and time, as objects.
 */
public final class PackedTexts extends AbstractList<String> {
    private byte[] bytes = new byte[1 << 10];
    /** Text {@code i} is in the bytes from {@code start[i]} to before {@code start[i + 1]}. */
    private final int[] start;

    private int count;

    PackedTexts(int capacity) {
        start = new int[capacity + 1];
    }

    /** Copies texts; half of a surrogate pair becomes U+FFFD. */
    public static PackedTexts of(List<String> texts) {
        var packed = new PackedTexts(texts.size());
        var encoder = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .replaceWith("\uFFFD".getBytes(StandardCharsets.UTF_8));
        for (String text : texts) {
            try {
                var encoded = encoder.encode(CharBuffer.wrap(text));
                int at = packed.reserve(encoded.remaining());
                encoded.get(packed.bytes, at, encoded.remaining());
            } catch (CharacterCodingException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        return packed;
    }

    /**
     * Reserves room for one more string of {@code length} bytes of UTF-8, and returns its offset in {@link #bytes()}.
     */
    int reserve(int length) {
        int begin = start[count];
        int end = Math.addExact(begin, length);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(2L * bytes.length, end)));
        }
        start[++count] = end;
        return begin;
    }

    /** The UTF-8 of all strings, one after another; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where a string starts in {@link #bytes()}. */
    public int start(int index) {
        return start[index];
    }

    /** Where a string ends in {@link #bytes()}. */
    public int end(int index) {
        return start[index + 1];
    }

    @Override
    public String get(int index) {
        Objects.checkIndex(index, count);
        return new String(bytes, start[index], start[index + 1] - start[index], StandardCharsets.UTF_8);
    }

    @Override
    public int size() {
        return count;
    }
}
