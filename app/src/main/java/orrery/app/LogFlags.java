package orrery.app;

import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.Front;
import orrery.app.terminal.ServerLog;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --log}, {@code --log-json}, {@code --log-prompts}, {@code --quiet}: the server's log. */
final class LogFlags {
    private static final System.Logger LOG = System.getLogger("orrery.serve");

    @Option(
            names = "--log",
            paramLabel = "LEVEL",
            description = "the level of the log on standard error: error, warning, info (one line per request), debug"
                    + " (default: info)")
    private @Nullable String level;

    @Option(names = "--log-json", description = "log one JSON object per line")
    private boolean json;

    @Option(names = "--log-prompts", description = "also log prompts and responses (default: never)")
    private boolean prompts;

    @Option(
            names = {"-q", "--quiet"},
            description = "log errors only")
    private boolean quiet;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** Starts the log with these options; closing it ends it. */
    ServerLog start(Front front) {
        return ServerLog.start(front.err(), level(), json, prompts);
    }

    private Level level() {
        if (level == null) {
            return quiet ? Level.SEVERE : Level.INFO;
        }
        return switch (level) {
            case "error" -> Level.SEVERE;
            case "warning" -> Level.WARNING;
            case "info" -> Level.INFO;
            case "debug" -> Level.FINE;
            default ->
                throw new ParameterException(
                        command.commandLine(), "--log is " + level + ", expected error, warning, info or debug");
        };
    }

    /** Whether the terminal may show the progress of loading. */
    boolean showsProgress() {
        return !quiet && !json;
    }

    /** Prints a message, or logs it if the log is JSON. */
    void say(Front front, String message) {
        if (json) {
            LOG.log(System.Logger.Level.INFO, "{0}", message);
        } else if (!quiet) {
            front.err().println(message);
            front.err().flush();
        }
    }
}
