package orrery.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;

/** Lines from a pipe, a file, or a terminal whose output is redirected; an interrupt ends the program as usual. */
final class PlainKeyboard implements Keyboard {
    private final BufferedReader lines;
    private final Front front;

    PlainKeyboard(Front front) {
        this.front = front;
        lines = new BufferedReader(new InputStreamReader(front.input(), StandardCharsets.UTF_8.newDecoder()));
    }

    @Override
    public Optional<String> line() {
        if (front.terminals().input() && front.terminals().errors()) {
            front.err().print("> ");
            front.err().flush();
        }
        try {
            return Optional.ofNullable(lines.readLine());
        } catch (IOException e) {
            throw new CommandException("standard input cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Interruption onInterrupt(Runnable action) {
        return () -> {};
    }

    @Override
    public void close() {}
}
