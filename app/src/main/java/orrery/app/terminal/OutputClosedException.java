package orrery.app.terminal;

import java.io.IOException;
import java.util.Locale;
import orrery.OrreryException;

/** Standard output accepts nothing more. */
public final class OutputClosedException extends OrreryException {
    private static final long serialVersionUID = 1L;

    private final boolean left;

    OutputClosedException(IOException cause) {
        super("could not write to standard output: " + cause.getMessage(), cause);
        // The system's message may be translated; all translations in the C library of EPIPE's neighbours contain
        // "pipe".
        left = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }

    /** Whether the reader has closed the pipe, as {@code head} does, which is not a failure. */
    public boolean readerLeft() {
        return left;
    }
}
