package orrery.app.terminal;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * The log of a server: one line per message, with its time. A message that quotes line breaks is still one line, and
 * the lines that follow an error are indented, so that nothing can pass for another message. The lines are for people
 * or, as JSON, for programs; then a map among a message's parameters becomes fields of its object.
 */
public final class ServerLog extends Handler implements AutoCloseable {
    /** Prompts and answers; a logger of its own, because only its own level may turn it on. */
    private static final Logger PROMPTS = Logger.getLogger("orrery.prompts");

    private static final Logger OURS = Logger.getLogger("orrery");
    private static final Logger ALL = Logger.getLogger("");

    private final SimpleFormatter formatter = new SimpleFormatter();
    private final PrintWriter out;
    private final boolean json;
    private final List<Handler> before = List.of(OURS.getHandlers());

    private ServerLog(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /**
     * Sends everything that is logged to one writer, until it is closed; if the user has named a configuration of the
     * JDK's logging, that one applies.
     *
     * @param level of Orrery's messages; of libraries' messages, warnings and errors are shown
     * @param json whether lines are JSON objects
     * @param prompts whether prompts and answers are logged
     */
    public static ServerLog start(PrintWriter out, Level level, boolean json, boolean prompts) {
        var log = new ServerLog(out, json);
        if (System.getProperty("java.util.logging.config.file") == null) {
            LastingLogManager.last();
            log.before.forEach(OURS::removeHandler);
            OURS.setUseParentHandlers(false);
            OURS.setLevel(level);
            PROMPTS.setLevel(prompts ? Level.ALL : Level.INFO);
            OURS.addHandler(log);
            ALL.setLevel(level.intValue() > Level.WARNING.intValue() ? level : Level.WARNING);
            Arrays.stream(ALL.getHandlers()).forEach(ALL::removeHandler);
            ALL.addHandler(log);
        }
        return log;
    }

    @Override
    public void publish(LogRecord entry) {
        if (!isLoggable(entry)) {
            return;
        }
        String line = json ? json(entry) : text(entry);
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    private static String level(LogRecord entry) {
        var level = System.Logger.Level.TRACE;
        for (var known : System.Logger.Level.values()) {
            if (known != System.Logger.Level.OFF && entry.getLevel().intValue() >= severity(known)) {
                level = known;
            }
        }
        return level.name().toLowerCase(Locale.ROOT);
    }

    private static int severity(System.Logger.Level level) {
        return switch (level) {
            case ALL, TRACE -> Level.FINER.intValue();
            case DEBUG -> Level.FINE.intValue();
            case INFO -> Level.INFO.intValue();
            case WARNING -> Level.WARNING.intValue();
            case ERROR, OFF -> Level.SEVERE.intValue();
        };
    }

    private String text(LogRecord entry) {
        var text = new StringBuilder(
                entry.getInstant() + " " + level(entry) + " " + OneLine.of(formatter.formatMessage(entry)));
        if (entry.getThrown() != null) {
            StackTrace.of(entry.getThrown())
                    .lines()
                    .forEach(line -> text.append("\n    ").append(OneLine.of(line)));
        }
        return text.toString();
    }

    private String json(LogRecord entry) {
        var object = new LinkedHashMap<String, Object>();
        object.put("ts", entry.getInstant().toString());
        object.put("level", level(entry));
        object.put("logger", String.valueOf(entry.getLoggerName()));
        object.put("message", formatter.formatMessage(entry));
        if (entry.getParameters() != null) {
            for (Object parameter : entry.getParameters()) {
                if (parameter instanceof Map<?, ?> fields) {
                    fields.forEach((name, value) -> object.put(String.valueOf(name), value));
                }
            }
        }
        if (entry.getThrown() != null) {
            object.put("stack_trace", StackTrace.of(entry.getThrown()));
        }
        return Json.line(object);
    }

    @Override
    public void flush() {
        out.flush();
    }

    /** Restores the handlers that there were before. */
    @Override
    public void close() {
        OURS.removeHandler(this);
        ALL.removeHandler(this);
        PROMPTS.setLevel(Level.INFO);
        for (var handler : before) {
            OURS.addHandler(handler);
        }
    }
}
