package orrery.app;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.catalog.Nearest;
import orrery.engine.Engine;
import orrery.report.Numbers;

/** The slash commands of a chat. */
final class ChatCommands {
    static final List<String> NAMES = List.of("/help", "/quit", "/reset", "/save", "/stats", "/system");

    private static final String HELP = """
            /system TEXT   set the system message; without a text, remove it
            /reset         start a new conversation; the system message stays
            /save FILE     write the conversation to a new file, as JSON
            /stats         time and tokens of the last answer, and memory in use
            /quit          leave (also Ctrl-D)
            Ctrl-C stops an answer. A backslash at the end of a line continues it on the next.
            A line that starts with a space is not a command: " /etc is a folder".""";

    private final Front front;
    private final Engine engine;
    private final Conversation conversation;

    ChatCommands(Front front, Engine engine, Conversation conversation) {
        this.front = front;
        this.engine = engine;
        this.conversation = conversation;
    }

    /**
     * Executes a line.
     *
     * @return whether the conversation continues
     * @throws CommandException if the command fails
     */
    boolean obey(String line, List<String> lastStatistics) {
        int blank = line.indexOf(' ');
        String name = blank < 0 ? line : line.substring(0, blank);
        String rest = blank < 0 ? "" : line.substring(blank + 1).strip();
        switch (name) {
            case "/quit" -> {
                return false;
            }
            case "/help" -> say(HELP);
            case "/reset" -> {
                conversation.reset();
                say("A new conversation begins.");
            }
            case "/system" -> system(rest);
            case "/save" -> save(rest);
            case "/stats" -> statistics(lastStatistics);
            default ->
                throw new CommandException(
                        "there is no " + name + "; the nearest is " + nearest(name) + ", /help lists all");
        }
        return true;
    }

    private static String nearest(String name) {
        return NAMES.stream()
                .min(Comparator.comparingInt(known -> Nearest.distance(name, known)))
                .orElseThrow();
    }

    private void system(String text) {
        conversation.system(text);
        say(text.isEmpty() ? "No system message." : "The system message is set.");
        if (SystemMessages.leftOut(engine, conversation.asking("x"))) {
            front.warn("this model's chat template ignores the system message");
        }
    }

    private void save(String name) {
        if (name.isEmpty()) {
            throw new CommandException("/save needs the name of a file");
        }
        try {
            Files.writeString(
                    Path.of(name),
                    Json.line(conversation.data()) + "\n",
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new CommandException(name + " exists already; name another file", e);
        } catch (NoSuchFileException e) {
            throw new CommandException("there is no folder for " + name, e);
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw new CommandException("could not write " + name + ": " + e.getMessage(), e);
        }
        say(Numbers.count(conversation.answers(), "answer") + " saved to " + name);
    }

    private void statistics(List<String> last) {
        if (last.isEmpty()) {
            say(Statistics.memory(ResidentMemory.of(engine)));
        } else {
            last.forEach(this::say);
        }
        say(Numbers.count(conversation.answers(), "answer") + " so far; context of "
                + Numbers.count(engine.context(), "token") + "; " + engine.kernels());
    }

    /** On standard error: standard output only gets the model's words. */
    private void say(String text) {
        front.err().println(front.errorStyle().dim(text));
        front.err().flush();
    }
}
