package orrery.app;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.engine.Engine;
import orrery.token.ChatMessage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code run}: one prompt, one answer. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Answers one prompt. The answer streams to standard output, its statistics go to standard error.",
            "",
            "A model without a chat template continues the prompt as it stands, as with --raw.",
            "",
            "Sampling follows the model's generation_config.json or GGUF metadata unless options override it."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery run \"Which attention does DeepSeek V3 use?\"",
            "  orrery run \"Summarise this:\" < notes.txt",
            "  orrery run --raw --temperature 0.8 --seed 1 -n 60 \"It was a bright\"",
            "  orrery run --json-schema person.json \"Who wrote Faust?\"",
            "  orrery run --regex \"(yes|no)\" \"Does DeepSeek V3 use MLA?\"",
            "  orrery run --model path/to/model --json \"Hello\"",
            "  orrery run --model path/to/model-Q4_K_M.gguf \"Hello\""
        })
final class RunCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(
            arity = "0..1",
            paramLabel = "PROMPT",
            description =
                    "the prompt; - or none reads standard input; input piped in addition follows it after a blank line")
    private @Nullable String prompt;

    @Option(names = "--raw", description = "continue the text as it stands, without the model's chat template")
    private boolean raw;

    @Option(
            names = {"-s", "--system"},
            paramLabel = "TEXT",
            description = "the system message")
    private @Nullable String system;

    @Option(
            names = {"-q", "--quiet"},
            description = "print only the answer and errors")
    private boolean quiet;

    @Option(
            names = "--hide-thoughts",
            description = "do not print the model's thoughts, which otherwise go to standard error")
    private boolean hideThoughts;

    @Option(names = "--json", description = "print one JSON object at the end instead of streaming the answer")
    private boolean json;

    @Option(
            names = "--stats",
            description = "also show which experts of a sparse model were used, layer by layer; with --json as counts")
    private boolean stats;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final EngineFlags engineFlags = new EngineFlags();

    @Mixin
    private final SamplingFlags sampling = new SamplingFlags();

    @Mixin
    private final ConstraintFlags constraint = new ConstraintFlags();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    RunCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        if (raw && system != null) {
            throw usage("--raw and --system exclude each other");
        }
        String asked = PromptInput.read(front, prompt)
                .orElseThrow(() -> usage("there is no prompt: give one as an argument or on standard input"));
        if (asked.isBlank()) {
            throw usage("the prompt is empty");
        }
        var form = constraint.grammar();
        var path = model.path();
        long began = System.nanoTime();
        try (var engine = engineFlags.open(path, front, quiet || json)) {
            double loadSeconds = (System.nanoTime() - began) / 1e9;
            var messages = messages(engine, asked);
            var reading = messages.isEmpty() ? new Reading.Plain(form) : new Reading.Chat(path, messages, form);
            var free = sampling.applyTo(messages.isEmpty() ? engine.raw(asked) : engine.chat(messages))
                    .withCountedExperts(stats);
            var request = reading.constrained(engine, free);
            if (!quiet) {
                sampling.warnOfWhatHasNoEffect(request, front);
            }
            var answer = new Streaming(front, !quiet && !json, !json, !quiet && !hideThoughts)
                    .answer(engine, request, reading, Keyboard.NONE);
            if (json) {
                front.out().println(Json.report("run", answer.data(engine, path, loadSeconds)));
            } else if (!quiet) {
                front.out().flush();
                var style = front.errorStyle();
                Statistics.lines(answer, ResidentMemory.of(engine))
                        .forEach(line -> front.err().println(style.dim(line)));
                answer.experts()
                        .ifPresent(use -> ExpertChart.lines(use, front.width())
                                .forEach(line -> front.err().println(line)));
            }
        }
        return 0;
    }

    /** The conversation; none if the model continues the raw prompt. */
    private List<ChatMessage> messages(Engine engine, String asked) {
        if (engine.chatTemplate().isEmpty() && !raw) {
            String name = engine.description().spec().name();
            if (system != null) {
                throw new CommandException(name + " has no chat template, so a --system message cannot be used");
            }
            if (!quiet) {
                front.note(name + " has no chat template, so it continues the prompt as it stands");
            }
        }
        if (raw || engine.chatTemplate().isEmpty()) {
            return List.of();
        }
        List<ChatMessage> messages = new ArrayList<>();
        if (system != null) {
            messages.add(new ChatMessage("system", system));
        }
        messages.add(new ChatMessage("user", asked));
        if (SystemMessages.leftOut(engine, messages)) {
            front.warn("this model's chat template ignores the system message");
        }
        return messages;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
