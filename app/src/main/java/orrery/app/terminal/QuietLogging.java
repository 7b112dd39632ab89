package orrery.app.terminal;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Keeps the log lines of libraries away from users and shows warnings of our own as one line. The JDK makes one of
 * these when something first logs, through {@code java.util.logging.config.class}, so that a run in which nothing does
 * pays nothing.
 */
public final class QuietLogging {
    /** Says to the JDK that this class configures its logging, unless the user has named a configuration. */
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
     * Keeps our logger, since the log manager holds loggers only weakly; apart, because to name one makes the log
     * manager.
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
