package orrery.app.terminal;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A stack trace as text, with its causes. */
public final class StackTrace {
    private StackTrace() {}

    public static String of(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
