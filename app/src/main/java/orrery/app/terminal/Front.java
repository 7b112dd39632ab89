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
 * The three standard streams of a command, and what is known of them. Text is UTF-8 both ways, whatever the locale
 * says: what goes through pipes is.
 */
public record Front(InputStream input, PrintWriter out, PrintWriter err, Terminals terminals) {

    /** Those of this process. */
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

    /** Columns of a line: those that {@code COLUMNS} names, which shells know but do not always hand on; else 100. */
    public int width() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 100;
    }

    /** How standard output is to look. */
    public Style style() {
        return Style.of(terminals.output());
    }

    /** How standard error is to look. */
    public Style errorStyle() {
        return Style.of(terminals.errors());
    }

    /** One line on standard error, for what a person should know and can do without. */
    public void note(String message) {
        err.println("orrery: note: " + OneLine.of(message));
        err.flush();
    }

    /** One line on standard error, for what a person should know and may want to change. */
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
