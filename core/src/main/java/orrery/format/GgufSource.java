package orrery.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads the header of a GGUF file without mapping it: a truncated file gives an error, not a fault. Before anything is
 * allocated, it checks that the file has that many more bytes. Every error names the file, what was read and the byte
 * offset.
 */
final class GgufSource {
    /** The longest header that is read, in bytes: a vocabulary of 260,000 tokens with its merges takes some 15 MB. */
    static final long LONGEST_HEADER = 1L << 28;

    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final long limit;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long read;

    GgufSource(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        size = channel.size();
        limit = Math.min(size, LONGEST_HEADER);
    }

    /** Bytes read so far. */
    long position() {
        return read - buffer.remaining();
    }

    /** Bytes of the whole file. */
    long size() {
        return size;
    }

    /** Bytes that may still be read. */
    long remaining() {
        return limit - position();
    }

    int integer(String what) throws IOException {
        return next(Integer.BYTES, what).getInt();
    }

    long number(String what) throws IOException {
        return next(Long.BYTES, what).getLong();
    }

    byte[] bytes(int count, String what) throws IOException {
        require(count, 1, what);
        var bytes = new byte[count];
        int at = 0;
        while (at < count) {
            var piece = next(Math.min(BUFFER, count - at), what);
            int length = Math.min(BUFFER, count - at);
            piece.get(bytes, at, length);
            at += length;
        }
        return bytes;
    }

    /** A string: its length in bytes, then UTF-8. */
    String text(String what) throws IOException {
        long length = number("the length of " + what);
        require(length, 1, what);
        byte[] bytes = bytes((int) length, what);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FormatException(at(what + " is not UTF-8"), e);
        }
    }

    /** {@code count} strings, one after another. */
    PackedTexts texts(int count, String what) throws IOException {
        var texts = new PackedTexts(count);
        String lengthOf = "the length of " + what;
        for (int i = 0; i < count; i++) {
            long length = number(lengthOf);
            require(length, 1, what);
            int begin = texts.reserve((int) length);
            int end = texts.end(i);
            for (int at = begin; at < end; ) {
                int part = Math.min(BUFFER, end - at);
                next(part, what).get(texts.bytes(), at, part);
                at += part;
            }
            if (Utf8.invalid(texts.bytes(), begin, end) >= 0) {
                throw wrong(what + " is not UTF-8");
            }
        }
        return texts;
    }

    /**
     * Checks that {@code count} items of at least {@code bytesEach} bytes may follow.
     *
     * @param count as in the file: unsigned
     */
    void require(long count, int bytesEach, String what) {
        if (count < 0 || count > remaining() / bytesEach) {
            String many = Long.toUnsignedString(count);
            String kind = bytesEach == 1 ? " bytes" : " of them, " + bytesEach + " bytes each at least";
            throw wrong(what + " should take " + many + kind + ", but "
                    + (limit < size
                            ? "a header may take only " + LONGEST_HEADER
                            : "only " + remaining() + " bytes follow")
                    + "; the file is truncated or damaged");
        }
    }

    private ByteBuffer next(int count, String what) throws IOException {
        require(count, 1, what);
        if (buffer.remaining() < count) {
            long start = position();
            int length = (int) Math.min(limit - start, BUFFER);
            buffer = ByteBuffer.wrap(FileBytes.read(file, channel, start, length))
                    .order(ByteOrder.LITTLE_ENDIAN);
            read = start + length;
        }
        return buffer;
    }

    FormatException wrong(String what) {
        return new FormatException(at(what));
    }

    /** The error message, with the place. */
    String at(String what) {
        return file + ", byte " + position() + ": " + what;
    }
}
