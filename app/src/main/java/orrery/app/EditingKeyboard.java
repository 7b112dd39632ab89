package orrery.app;

import java.io.IOException;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Style;

/**
 * A terminal with line editing, a history for as long as the program runs, and pastes of several lines. A backslash at
 * the end of a line continues it on the next.
 */
final class EditingKeyboard implements Keyboard {
    private final Terminal terminal;
    private final LineReader reader;
    private final String prompt;
    private boolean interruptedBefore;

    EditingKeyboard(Style style) {
        try {
            terminal = TerminalBuilder.builder()
                    .system(true)
                    .dumb(true) // avoids a warning if the terminal supports nothing
                    .nativeSignals(true)
                    .build();
        } catch (IOException e) {
            throw new CommandException("the terminal cannot be opened: " + e.getMessage(), e);
        }
        var parser = new DefaultParser();
        parser.setQuoteChars(new char[0]); // an apostrophe is not a quote
        parser.setEofOnEscapedNewLine(true);
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("orrery")
                .parser(parser)
                .completer(new StringsCompleter(ChatCommands.NAMES))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // "!" is punctuation here
                .option(LineReader.Option.BRACKETED_PASTE, true)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "… ")
                .build();
        prompt = style.accent(">") + " ";
    }

    @Override
    public Optional<String> line() {
        try {
            String line = reader.readLine(prompt);
            interruptedBefore = false;
            return Optional.of(line.replace("\\\n", "\n"));
        } catch (UserInterruptException e) {
            if (!interruptedBefore && e.getPartialLine().isEmpty()) {
                terminal.writer().println("Ctrl-D or /quit leaves.");
                terminal.flush();
            }
            interruptedBefore = true;
            return Optional.of("");
        } catch (EndOfFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public Interruption onInterrupt(Runnable action) {
        var before = terminal.handle(Terminal.Signal.INT, _ -> action.run());
        return () -> terminal.handle(Terminal.Signal.INT, before);
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException e) {
            throw new CommandException("the terminal cannot be closed: " + e.getMessage(), e);
        }
    }
}
