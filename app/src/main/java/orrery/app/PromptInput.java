package orrery.app;

import java.io.IOException;
import java.io.PushbackInputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;

/** The prompt of a {@code run}: an argument, standard input, or both. */
final class PromptInput {
    /**
     * How long a pipe may stay silent if there is an argument: a caller that never closes it must not hang the program.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private PromptInput() {}

    /** The prompt; empty if there is neither an argument nor any input. */
    static Optional<String> read(Front front, @Nullable String argument) {
        if (argument == null) {
            return front.terminals().input() ? Optional.empty() : Optional.of(withoutLastLineEnd(front.readInput()));
        }
        if (argument.equals("-")) {
            return Optional.of(withoutLastLineEnd(front.readInput()));
        }
        if (front.terminals().input()) {
            return Optional.of(argument);
        }
        String piped = withoutLastLineEnd(piped(front));
        return Optional.of(piped.isEmpty() ? argument : argument + "\n\n" + piped);
    }

    private static String piped(Front front) {
        var input = new PushbackInputStream(front.input());
        var first = new CompletableFuture<Boolean>();
        Thread.ofPlatform()
                .daemon()
                .name("orrery-input")
                .start(() -> first.completeAsync(() -> speaks(input), Runnable::run));
        try {
            boolean speaks = first.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return speaks ? new Front(input, front.out(), front.err(), front.terminals()).readInput() : "";
        } catch (TimeoutException e) {
            front.warn("standard input is open, but nothing came from it for " + PATIENCE.toSeconds()
                    + " seconds; answering the argument only (< /dev/null closes standard input)");
            return "";
        } catch (ExecutionException e) {
            throw new CommandException("standard input cannot be read: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted while reading standard input", e);
        }
    }

    /** Waits for the first byte, and returns whether there is one. */
    private static boolean speaks(PushbackInputStream input) {
        try {
            int first = input.read();
            if (first >= 0) {
                input.unread(first);
            }
            return first >= 0;
        } catch (IOException e) {
            throw new CommandException("standard input cannot be read: " + e.getMessage(), e);
        }
    }

    private static String withoutLastLineEnd(String text) {
        return text.endsWith("\r\n")
                ? text.substring(0, text.length() - 2)
                : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
