package orrery.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import orrery.app.terminal.Front;
import orrery.app.terminal.OutputClosedException;
import orrery.app.terminal.QuietLogging;

/** The entry point of the command line. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        QuietLogging.install();
        System.exit(execute(Front.ofProcess(), arguments));
    }

    /**
     * Runs one command.
     *
     * @return the exit code: 0 for success, 1 for a failure, 2 for invalid arguments
     */
    static int execute(Front front, String... given) {
        var arguments = Commands.inOrder(given);
        var failures = new Failures(front, Failures.asJson(arguments));
        try {
            // picocli's own output, help and version, is captured: picocli prints a trace if writing fails.
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
