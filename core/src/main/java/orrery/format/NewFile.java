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

/** A file that appears complete or not at all: it is written beside its place and then renamed. */
public final class NewFile {
    private static final String SUFFIX = ".tmp";

    private NewFile() {}

    /** Writes all that the file is to hold. */
    @FunctionalInterface
    interface Filling {
        void write(FileChannel channel) throws IOException;
    }

    /**
     * Writes a text in UTF-8, over a file that is there already.
     *
     * @throws FormatException if it cannot be written; what was there before is then unchanged
     */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes bytes, over a file that is there already.
     *
     * @throws FormatException if it cannot be written; what was there before is then unchanged
     */
    public static void write(Path file, byte[] bytes) {
        write(file, channel -> new ChannelSink(channel).writeAll(ByteBuffer.wrap(bytes)), _ -> {});
    }

    /**
     * Writes a file and puts it in its place, over one that is there already. Whatever goes wrong, nothing of it
     * remains, and what was there before is unchanged; that holds too when the process is asked to end meanwhile. What
     * one left that was killed, the next one removes.
     *
     * @param proof given the whole file before it is seen by others; what it throws keeps the file from its place
     * @throws FormatException if it cannot be written; what {@code fill} and {@code proof} throw otherwise
     */
    static void write(Path file, Filling fill, Consumer<Path> proof) {
        Path beside = Leftover.beside(file, SUFFIX);
        Thread cleaning = Leftover.deletedAtTheEnd(beside);
        try {
            Leftover.remove(file, SUFFIX);
            try (FileChannel channel =
                    FileChannel.open(beside, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                fill.write(channel);
                channel.force(true); // or a crash after the rename could leave a complete name on incomplete bytes
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
