package orrery.app;

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
    static int execute(Front front, String... arguments) {
        try {
            int status = Commands.of(front, arguments).execute(arguments);
            front.err().flush();
            front.out().flush();
            return status;
        } catch (OutputClosedException closed) {
            return Failures.outputClosed(front, closed);
        } catch (Error error) {
            return new Failures(front).error(error);
        }
    }
}
