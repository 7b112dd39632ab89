package orrery.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads whole small files, and the beginning of large ones, without mapping them. */
final class FileBytes {
    private static final String POINTER = "version https://git-lfs";

    private FileBytes() {}

    /**
     * The whole file.
     *
     * @throws FormatException if it does not exist, is not a regular file, is unreadable, is longer than {@code limit}
     *     bytes, or is a Git LFS pointer
     */
    static byte[] read(Path file, long limit) {
        requireRegular(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > limit) {
                throw new FormatException(
                        file + " is " + size + " bytes long, more than the " + limit + " that such a file may have");
            }
            requireNoPointer(file, channel);
            return read(file, channel, 0, (int) size);
        } catch (IOException e) {
            throw FormatException.unreadable(file, e);
        }
    }

    /**
     * Exactly {@code count} bytes from {@code position}; a file that shrinks during the read is an error, not a short
     * array.
     */
    static byte[] read(Path file, FileChannel channel, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new FormatException(
                        "could not read " + file + ": it ended early, it must have changed while it was read");
            }
        }
        return bytes.array();
    }

    /** A checkout without Git LFS has a few lines of text instead of each large file. */
    static void requireNoPointer(Path file, FileChannel channel) throws IOException {
        byte[] beginning = read(file, channel, 0, (int) Math.min(channel.size(), POINTER.length()));
        if (new String(beginning, StandardCharsets.ISO_8859_1).equals(POINTER)) {
            throw new FormatException(
                    file + " is a Git LFS pointer and not the file itself; fetch it with: git lfs pull");
        }
    }

    /** Opening anything but a regular file may block for ever (a named pipe) or never end (a device). */
    static void requireRegular(Path file) {
        BasicFileAttributes attributes = attributes(file, "a file");
        if (attributes.isDirectory()) {
            throw new FormatException(file + " is a directory, expected a file");
        }
        if (!attributes.isRegularFile()) {
            throw new FormatException(file + " is not a regular file");
        }
    }

    /**
     * The attributes of the path. Unlike {@code Files.exists}, this distinguishes a missing file from one without
     * permission, and from a dangling link: hub caches are full of links.
     */
    static BasicFileAttributes attributes(Path path, String expected) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            String absent = Files.isSymbolicLink(path)
                    ? " is a link to something that does not exist, expected "
                    : " does not exist, expected ";
            throw new FormatException(path + absent + expected, e);
        } catch (IOException e) {
            throw FormatException.unreadable(path, e);
        }
    }
}
