package orrery.app.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import orrery.app.terminal.CommandException;
import orrery.format.FormatException;
import orrery.token.Tokenizer;

/**
 * A text as a model's tokens.
 *
 * @param ids of the text itself; special tokens spelled in it are plain characters
 * @param prefix tokens that the tokenizer adds before every text, such as BOS
 */
public record MeasuredText(int[] ids, int[] prefix) {

    /** @throws CommandException if the file cannot be read or is not UTF-8 */
    public static String read(Path file) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandException(file + " is not UTF-8 text", e);
        } catch (NoSuchFileException e) {
            throw new CommandException("there is no file " + file, e);
        } catch (IOException e) {
            throw new CommandException(
                    Files.isDirectory(file)
                            ? file + " is a directory, expected a text"
                            : "could not read " + file + ": " + FormatException.reason(e),
                    e);
        }
    }

    public static MeasuredText of(Tokenizer tokenizer, String text) {
        OptionalInt begin = tokenizer.beginOfSequence();
        int[] beginning = tokenizer.encodeWithSpecialTokens("");
        boolean begins = begin.isPresent() && beginning.length > 0 && beginning[0] == begin.getAsInt();
        return new MeasuredText(tokenizer.encode(text), begins ? new int[] {begin.getAsInt()} : new int[0]);
    }

    /**
     * Splits it into windows; a text that is shorter than a window is one window.
     *
     * @param length tokens of a window; if empty, {@code usual} or as many as the text or the model allow
     * @param stride tokens from one window to the next; half a window if empty
     * @param reach the model's maximum context
     * @throws CommandException if the requested length exceeds the model's maximum
     */
    public TextWindows windows(OptionalInt length, OptionalInt stride, int usual, int reach) {
        int whole = prefix.length + ids.length;
        if (length.isPresent() && length.getAsInt() > reach) {
            throw new CommandException(
                    "a window of " + length.getAsInt() + " tokens, but the model attends over at most " + reach);
        }
        if (length.isPresent() && length.getAsInt() < 2) {
            throw new CommandException("a window of " + length.getAsInt() + " tokens, expected 2 or more");
        }
        int window = Math.max(2, Math.min(length.orElse(Math.min(usual, reach)), whole));
        int half = Math.max(1, window / 2);
        // A single window has no next one: no stride leaves anything out.
        return TextWindows.of(
                ids, prefix, window, whole > window ? stride.orElse(half) : Math.min(stride.orElse(half), half));
    }
}
