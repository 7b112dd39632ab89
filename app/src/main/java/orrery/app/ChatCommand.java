package orrery.app;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.OrreryException;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.OneLine;
import orrery.app.terminal.OutputClosedException;
import orrery.constrain.Grammar;
import orrery.engine.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chat}: a conversation. */
@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Chats with a model. The conversation stays in the KV cache, so each turn computes only what is new.",
            "",
            "On a terminal: Ctrl-C stops an answer, Ctrl-D leaves, /help lists the commands. From a pipe each line is a turn."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery chat",
            "  orrery chat --model path/to/model-Q4_K_M.gguf",
            "  orrery chat --model path/to/model --system \"Answer in one sentence.\"",
            "  orrery chat --model path/to/model --json-schema answer.json",
            "  printf 'What is RoPE?\\nWhat is GQA?\\n' | orrery chat --quiet"
        })
final class ChatCommand implements Callable<Integer> {
    private final Front front;

    @Option(
            names = {"-s", "--system"},
            paramLabel = "TEXT",
            description = "the system message")
    private @Nullable String system;

    @Option(
            names = {"-q", "--quiet"},
            description = "print only answers and errors")
    private boolean quiet;

    @Option(
            names = "--hide-thoughts",
            description = "do not print the model's thoughts, which otherwise go to standard error")
    private boolean hideThoughts;

    @Option(names = "--json", description = "print one JSON object per answer, each on its own line")
    private boolean json;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final EngineFlags engineFlags = new EngineFlags();

    @Mixin
    private final SamplingFlags sampling = new SamplingFlags();

    @Mixin
    private final ConstraintFlags constraint = new ConstraintFlags();

    private List<String> lastStatistics = List.of();
    private Optional<Grammar> form = Optional.empty();
    private boolean failed;

    ChatCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        form = constraint.grammar();
        long began = System.nanoTime();
        boolean terminal = front.terminals().input() && front.terminals().output() && !json;
        try (var engine = engineFlags.open(model.path(), front, quiet || json);
                var keyboard = terminal ? new EditingKeyboard(front.style()) : new PlainKeyboard(front)) {
            double loadSeconds = (System.nanoTime() - began) / 1e9;
            if (engine.chatTemplate().isEmpty()) {
                throw new CommandException(engine.description().spec().name()
                        + " has no chat template, so it is not a chat model; orrery run lets it continue a"
                        + " text");
            }
            var conversation = new Conversation();
            var commands = new ChatCommands(front, engine, conversation);
            if (system != null) {
                conversation.system(system);
                if (SystemMessages.leftOut(engine, conversation.asking("x"))) {
                    front.warn("this model's chat template ignores the system message");
                }
            }
            if (terminal && !quiet) {
                greet(engine);
            }
            boolean more = true;
            while (more) {
                var line = keyboard.line();
                more = line.isPresent() && turn(line.get(), engine, conversation, commands, keyboard, loadSeconds);
            }
        }
        // At a terminal, the user has seen the failure and continued; a script only has the exit code.
        return failed && !terminal ? Failures.FAILED : 0;
    }

    private void greet(Engine engine) {
        var style = front.errorStyle();
        front.err()
                .println(style.dim(engine.description().spec().name() + ", "
                        + engine.description().family() + ", on " + engine.kernels() + ". /help lists the commands."));
        front.err().flush();
    }

    /** Handles one line; an error ends only the turn, not the conversation. */
    private boolean turn(
            String line,
            Engine engine,
            Conversation conversation,
            ChatCommands commands,
            Keyboard keyboard,
            double loadSeconds) {
        if (line.isBlank()) {
            return true;
        }
        try {
            if (line.startsWith("/")) {
                return commands.obey(line.stripTrailing(), lastStatistics);
            }
            answer(line.strip(), engine, conversation, keyboard, loadSeconds);
            if (front.terminals().input() && front.terminals().output()) {
                front.out().println();
                front.out().flush();
            }
        } catch (OutputClosedException e) {
            throw e;
        } catch (OrreryException e) {
            failed = true;
            front.out().flush();
            Failures.say(front, json, Failures.FAILED, OneLine.of(String.valueOf(e.getMessage())));
        }
        return true;
    }

    private void answer(
            String question, Engine engine, Conversation conversation, Keyboard keyboard, double loadSeconds) {
        var messages = conversation.asking(question);
        var request = sampling.applyTo(engine.chat(messages));
        if (request.prompt().length >= engine.context()) {
            throw new CommandException("the conversation has " + request.prompt().length + " tokens with this, but the"
                    + " context holds " + engine.context() + "; /reset starts a new conversation, --context gives more"
                    + " room");
        }
        var reading = new Reading.Chat(model.path(), messages, form);
        var answer = new Streaming(front, !quiet && !json, !json, !quiet && !hideThoughts)
                .answer(engine, reading.constrained(engine, request), reading, keyboard);
        conversation.add(question, answer.said());
        lastStatistics = Statistics.lines(answer, ResidentMemory.of(engine));
        if (json) {
            front.out().println(Json.report("chat", answer.data(engine, model.path(), loadSeconds)));
            front.out().flush();
        }
    }
}
