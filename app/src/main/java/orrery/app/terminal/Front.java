package orrery.app.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The three standard streams of a command, and their properties. Text is UTF-8 in both directions, whatever the locale,
 * because text in pipes is.
 */
public record Front(InputStream input, PrintWriter out, PrintWriter err, Terminals terminals) {

    /** The streams of this process. */
    public static Front ofProcess() {
        return new Front(
                System.in,
                writer(FileDescriptor.out),
                new PrintWriter(
                        new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8), true),
                Terminals.ofProcess());
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(
                new BufferedOutputStream(new CheckedOutput(descriptor)), StandardCharsets.UTF_8));
    }

    /** Columns of a line: {@code COLUMNS}, which shells know but do not always export; otherwise 100. */
    public int width() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 100;
    }

    /** The style of standard output. */
    public Style style() {
        return Style.of(terminals.output());
    }

    /** The style of standard error. */
    public Style errorStyle() {
        return Style.of(terminals.errors());
    }

    /** Prints a line on standard error that is useful but can be ignored. */
    public void note(String message) {
        err.println("orrery: note: " + OneLine.of(message));
        err.flush();
    }

    /** Prints a line on standard error that may require action. */
    public void warn(String message) {
        err.println("orrery: warning: " + OneLine.of(message));
        err.flush();
    }

    /**
     * All of standard input.
     *
     * @throws CommandException if it cannot be read or is not UTF-8
     */
    public String readInput() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(input.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandException("standard input is not UTF-8 text", e);
        } catch (IOException e) {
            throw new CommandException("standard input cannot be read: " + e.getMessage(), e);
        }
    }
}
