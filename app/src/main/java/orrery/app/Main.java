package orrery.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import orrery.app.terminal.Front;
import orrery.app.terminal.OutputClosedException;
import orrery.app.terminal.QuietLogging;

/** The entry of the command line. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        QuietLogging.install();
        System.exit(execute(Front.ofProcess(), arguments));
    }

    /**
     * Runs one command.
     *
     * @return the exit code: 0 for success, 1 for a failure, 2 for arguments that make no sense
     */
    static int execute(Front front, String... given) {
        var arguments = Commands.inOrder(given);
        var failures = new Failures(front, Failures.asJson(arguments));
        try {
            // What picocli writes itself, help and version, goes round it: it prints a trace when its output fails.
            var help = new StringWriter();
            int status = Commands.of(front, failures, new PrintWriter(help), arguments)
                    .execute(arguments);
            if (!help.toString().isEmpty()) {
                front.out().print(help);
            }
            front.err().flush();
            if (!failures.outputHasFailed()) {
                front.out().flush();
            }
            return status;
        } catch (OutputClosedException closed) {
            return failures.outputClosed(closed);
        } catch (Error error) {
            return failures.error(error);
        }
    }
}
