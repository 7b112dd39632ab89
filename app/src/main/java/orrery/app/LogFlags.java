package orrery.app;

import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.Front;
import orrery.app.terminal.ServerLog;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --log}, {@code --log-json}, {@code --log-prompts}, {@code --quiet}: what a server logs. */
final class LogFlags {
    private static final System.Logger LOG = System.getLogger("orrery.serve");

    @Option(
            names = "--log",
            paramLabel = "LEVEL",
            description = "what is logged to standard error: error, warning, info (a line for each request), debug"
                    + " (default: info)")
    private @Nullable String level;

    @Option(names = "--log-json", description = "log one JSON object a line")
    private boolean json;

    @Option(
            names = "--log-prompts",
            description = "log what models are asked and what they answer, too (default: neither appears in any log)")
    private boolean prompts;

    @Option(
            names = {"-q", "--quiet"},
            description = "nothing but errors")
    private boolean quiet;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** Logs as these flags say, until it is closed. */
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

    /** Whether the terminal may show the start's progress. */
    boolean showsProgress() {
        return !quiet && !json;
    }

    /** Prints a line at the start, or logs it if the log is JSON. */
    void say(Front front, String message) {
        if (json) {
            LOG.log(System.Logger.Level.INFO, "{0}", message);
        } else if (!quiet) {
            front.err().println(message);
            front.err().flush();
        }
    }
}
