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
 * @param ids of the text itself; special tokens that it spells are plain characters
 * @param prefix what the tokenizer puts before every text, such as the id that begins a sequence
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
     * Cuts it into windows; a text that is shorter than a window is one.
     *
     * @param length tokens of a window; if empty, {@code usual} or what the text or the model allow
     * @param stride tokens from one window to the next; half a window if empty
     * @param reach tokens that the model can see
     * @throws CommandException if the model is too short for the length that was asked for
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
        // One window has no next one: whatever stride was asked for leaves nothing out.
        return TextWindows.of(
                ids, prefix, window, whole > window ? stride.orElse(half) : Math.min(stride.orElse(half), half));
    }
}
