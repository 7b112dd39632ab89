package orrery.app.terminal;

import java.io.IOException;
import java.util.Locale;
import orrery.OrreryException;

/** Standard output takes nothing more. */
public final class OutputClosedException extends OrreryException {
    private static final long serialVersionUID = 1L;

    private final boolean left;

    OutputClosedException(IOException cause) {
        super("could not write to standard output: " + cause.getMessage(), cause);
        // The system's words may be translated; "pipe" is in all translations that the C library has for EPIPE's
        // neighbours.
        left = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }

    /** Whether the reader has left, as {@code head} does, which is no failure. */
    public boolean readerLeft() {
        return left;
    }
}
