package orrery.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** A file that appears complete or not at all: it is written under a temporary name and then renamed. */
public final class NewFile {
    private static final String SUFFIX = ".tmp";

    private NewFile() {}

    /** Writes the file's contents. */
    @FunctionalInterface
    interface Filling {
        void write(FileChannel channel) throws IOException;
    }

    /**
     * Writes a text in UTF-8, replacing an existing file.
     *
     * @throws FormatException if it cannot be written; an existing file is then unchanged
     */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes bytes, replacing an existing file.
     *
     * @throws FormatException if it cannot be written; an existing file is then unchanged
     */
    public static void write(Path file, byte[] bytes) {
        write(file, channel -> new ChannelSink(channel).writeAll(ByteBuffer.wrap(bytes)), _ -> {});
    }

    /**
     * Writes a file and moves it to its place, replacing an existing one. If anything fails, or the process is asked to
     * terminate, the new file is removed and an existing one is unchanged. What a killed process left behind, the next
     * call removes.
     *
     * @param proof checks the complete file before others can see it; if it throws, the file is removed
     * @throws FormatException if it cannot be written; otherwise whatever {@code fill} and {@code proof} throw
     */
    static void write(Path file, Filling fill, Consumer<Path> proof) {
        Path beside = Leftover.beside(file, SUFFIX);
        Thread cleaning = Leftover.deletedAtTheEnd(beside);
        try {
            Leftover.remove(file, SUFFIX);
            try (FileChannel channel =
                    FileChannel.open(beside, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                fill.write(channel);
                channel.force(
                        true); // otherwise a crash after the rename could leave the final name on incomplete bytes
            }
            proof.accept(beside);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Leftover.deleteAfter(beside, e);
            throw new FormatException("could not write " + file + ": " + why(e), e);
        } catch (RuntimeException | Error e) {
            Leftover.deleteAfter(beside, e);
            throw e;
        } finally {
            Leftover.forget(cleaning);
        }
    }

    private static String why(IOException e) {
        return e instanceof NoSuchFileException ? "there is no such directory" : FormatException.reason(e);
    }
}
