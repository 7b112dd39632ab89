package orrery.app.terminal;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Hides the log lines of libraries from users, and prints our own warnings as one line. The JDK creates an instance
 * when something first logs, through {@code java.util.logging.config.class}, so that it costs nothing in a run without
 * logging.
 */
public final class QuietLogging {
    /** Tells the JDK that this class configures its logging, unless the user has set a configuration. */
    public static void install() {
        if (System.getProperty("java.util.logging.config.file") == null
                && System.getProperty("java.util.logging.config.class") == null) {
            System.setProperty("java.util.logging.config.class", QuietLogging.class.getName());
            System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
        }
    }

    public QuietLogging() {
        LogManager.getLogManager().getLogger("").setLevel(Level.OFF);
        Ours.LOGGER.setLevel(Level.WARNING);
        Ours.LOGGER.setUseParentHandlers(false);
        Ours.LOGGER.addHandler(new OneLine());
    }

    /**
     * Keeps a reference to our logger, since the log manager holds loggers only weakly; in a separate class, because
     * naming a logger creates the log manager.
     */
    private static final class Ours {
        static final Logger LOGGER = Logger.getLogger("orrery");
    }

    private static final class OneLine extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
            if (isLoggable(record)) {
                System.err.println("orrery: warning: "
                        + formatter
                                .formatMessage(record)
                                .lines()
                                .reduce((first, next) -> first + " " + next)
                                .orElse(""));
            }
        }

        @Override
        public void flush() {
            System.err.flush();
        }

        @Override
        public void close() {
            flush();
        }
    }
}
