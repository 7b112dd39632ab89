package orrery.app;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import orrery.OrreryException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.OneLine;
import orrery.app.terminal.OutputClosedException;
import orrery.app.terminal.StackTrace;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reports every failure of a command as one line on standard error and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    static final int FAILED = 1;
    static final int USAGE = 2;

    private static final String DEBUG = "ORRERY_DEBUG";

    private final Front front;
    private final boolean json;
    private boolean outputFailed;

    /** @param json whether errors are also reported as JSON */
    Failures(Front front, boolean json) {
        this.front = front;
        this.json = json;
    }

    /** Whether these arguments request a JSON report. */
    static boolean asJson(String... arguments) {
        return Stream.of(arguments)
                .takeWhile(argument -> !argument.equals("--"))
                .anyMatch(argument -> argument.equals("--json"));
    }

    /** A reader that has closed the pipe, as {@code head} does, ends a command normally. */
    int outputClosed(OutputClosedException closed) {
        outputFailed = true;
        if (closed.readerLeft()) {
            return 0;
        }
        say(FAILED, oneLine(closed.getMessage()));
        return FAILED;
    }

    /** Whether buffered output can no longer be written. */
    boolean outputHasFailed() {
        return outputFailed;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof OutputClosedException closed) {
            return outputClosed(closed);
        }
        if (failure instanceof OrreryException known) {
            finishLine();
            say(FAILED, oneLine(known.getMessage()));
            trace(known);
            return FAILED;
        }
        return defect(failure);
    }

    /** An error of the virtual machine: too little memory, which the user may be able to change, or a defect. */
    int error(Error error) {
        if (error instanceof OutOfMemoryError) {
            finishLine();
            say(
                    FAILED,
                    "out of memory: " + oneLine(error.getMessage())
                            + "; ORRERY_JAVA_OPTIONS=-Xmx4g sets Java's heap to 4 GB, weights are outside the heap");
            trace(error);
            return FAILED;
        }
        return defect(error);
    }

    /** An unexpected failure. */
    private int defect(Throwable failure) {
        finishLine();
        say(FAILED, "a bug in Orrery, not in your input: " + oneLine(failure.toString()));
        if (debugging()) {
            trace(failure);
        } else if (!json) {
            front.err().println("        " + DEBUG + "=1 shows where it happened; please report it with that");
        }
        return FAILED;
    }

    @Override
    public int handleParseException(ParameterException wrong, String[] arguments) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        say(USAGE, WrongArguments.explained(wrong) + " (" + command + " --help)");
        trace(wrong);
        return USAGE;
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "no reason given" : OneLine.of(message);
    }

    /** Output so far comes before the error, on lines of its own. */
    private void finishLine() {
        front.out().flush();
    }

    private void say(int status, String message) {
        say(front, json, status, message);
    }

    /** An error as one line: for people, or as JSON if that was requested. */
    static void say(Front front, boolean json, int status, String message) {
        front.err().println(json ? Json.error(message, status) : "orrery: " + message);
        front.err().flush();
    }

    private void trace(Throwable failure) {
        if (debugging()) {
            front.err().print(StackTrace.of(failure));
            front.err().flush();
        }
    }

    private static boolean debugging() {
        String value = System.getenv(DEBUG);
        return value != null && !value.isEmpty() && !value.equals("0");
    }
}
