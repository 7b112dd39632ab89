package orrery.chat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calls without delimiters, in JSON or Python syntax; the first character tells which. */
final class BareCalls implements CallReader {
    private final CallWriter calls;
    private final CallShape shape;
    private @Nullable CallReader reader;

    BareCalls(CallWriter calls, CallShape shape) {
        this.calls = calls;
        this.shape = shape;
    }

    @Override
    public void accept(String text) {
        var unread = reader == null ? text.stripLeading() : text;
        if (reader == null && !unread.isEmpty()) {
            reader = unread.charAt(0) == '['
                    ? new PythonCalls(calls)
                    : new JsonCalls(calls, shape, true, Optional.empty(), Optional.empty(), "");
        }
        if (reader != null) {
            reader.accept(unread);
        }
    }

    @Override
    public boolean absorbs() {
        return reader != null && reader.absorbs();
    }

    @Override
    public void end(boolean delimited) {
        if (reader != null) {
            reader.end(delimited);
        }
    }
}
