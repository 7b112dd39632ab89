package orrery.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import orrery.app.look.LookText;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.OutputFile;
import orrery.catalog.OpenCheckpoint;
import orrery.engine.BoundModel;
import orrery.engine.EngineOptions;
import orrery.engine.LoadListener;
import orrery.look.Look;
import orrery.look.LookData;
import orrery.look.LookDrawing;
import orrery.look.LookRun;
import orrery.model.Weights;
import orrery.report.ModelData;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code look}: what a model does inside on one text. */
@Command(
        name = "look",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Shows what a model does inside on a short text: the next token, what each layer would predict (the logit"
                    + " lens), which tokens each head attends to and what its mask hides, the norms of latents, and the"
                    + " experts of each token.",
            "",
            "Without --layer and --head there is one line per layer. --layer N shows each head of that layer, with"
                    + " --head M every token of that head. Layers and heads are counted from 0."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery look --chat \"Which attention does DeepSeek V3 use?\"",
            "  orrery look --model path/to/model \"The capital of France is\"",
            "  orrery look --model path/to/model \"The capital of France is\" --layer 3",
            "  orrery look --model path/to/model \"1, 2, 3, 4,\" --layer 3 --head 0",
            "  orrery look --chat \"Hello\" --svg inside.svg",
            "  orrery look --json \"Hello\" > inside.json"
        })
final class LookCommand implements Callable<Integer> {
    /** Columns of a line at most: not all terminals say how wide they are. */
    private static final int WIDEST = 80;

    private final Front front;

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "the text; standard input if there is none")
    private @Nullable String text;

    @Option(names = "--chat", description = "put the text into the model's chat template as a user message")
    private boolean chat;

    @Option(
            names = "--layer",
            split = ",",
            paramLabel = "N",
            description = "show only this layer, the first is 0; several with commas")
    private List<Integer> layers = List.of();

    @Option(names = "--head", paramLabel = "N", description = "show only this query head, the first is 0")
    private @Nullable Integer head;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "5",
            description = "how many next tokens to show at each depth (default: ${DEFAULT-VALUE})")
    private int top;

    @Option(names = "--svg", paramLabel = "FILE", description = "also draw everything into this SVG file")
    private @Nullable Path svg;

    @Option(names = "--force", description = "replace the SVG file if it exists")
    private boolean force;

    @Option(names = "--json", description = "print one JSON object instead of the text")
    private boolean json;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final ComputeFlags compute = new ComputeFlags();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    LookCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        if (top < 1) {
            throw new ParameterException(spec.commandLine(), "--top is " + top + ", expected 1 or more");
        }
        if (svg != null) {
            OutputFile.refuseExisting(svg, force);
        }
        var path = model.path();
        String given = text != null ? text : front.readInput();
        if (given.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "the text is empty");
        }
        var look = look(path, given).only(layers, head());
        if (svg != null) {
            OutputFile.write(svg, LookDrawing.of(look).svg(), force);
            front.note(svg + " holds the drawing");
        }
        if (json) {
            front.out().println(Json.report("look", data(path, given, look)));
        } else {
            LookText.lines(
                            look,
                            !layers.isEmpty() || head != null,
                            front.style(),
                            Math.clamp(front.width(), 40, WIDEST))
                    .forEach(front.out()::println);
        }
        return 0;
    }

    private Map<String, Object> data(Path path, String given, Look look) {
        var data = new LinkedHashMap<String, Object>();
        data.put("model", ModelData.of(look.model(), path));
        data.put("text", given);
        data.put("chat", chat);
        LookData.of(look).forEach(data::putIfAbsent);
        return data;
    }

    private OptionalInt head() {
        return head == null ? OptionalInt.empty() : OptionalInt.of(head);
    }

    private Look look(Path path, String given) {
        var options = compute.options(EngineOptions.defaults());
        try (var tokenizer = Tokenizer.read(path);
                var open = OpenCheckpoint.open(path)) {
            int[] ids = chat ? prompt(path, tokenizer, given) : tokenizer.encodeWithSpecialTokens(given);
            var checkpoint = options.partOf(open.checkpoint());
            var described = checkpoint.description().spec();
            LookRun.requireParts(described, layers, head());
            LookRun.requireLength(ids.length, described.maxPositions());
            var kvType = options.kvTypeOf(described, checkpoint.storedAs());
            var weights = new Weights(described, checkpoint.weights());
            var use = new BoundModel.Use(ids.length, 1, 0, false);
            try (var bound = open.reading(() -> BoundModel.of(weights, options, use, LoadListener.NONE))) {
                return open.reading(
                        () -> LookRun.of(bound.decoder(), kvType, ids, id -> VisibleText.of(tokenizer, id), top));
            }
        }
    }

    /** The chat template around a user message; it or the tokenizer adds the BOS token. */
    private static int[] prompt(Path path, Tokenizer tokenizer, String given) {
        var template = ChatTemplate.read(path).orElseThrow(() -> new CommandException(path + " has no chat template"));
        if (!template.hearsUsers(Map.of())) {
            throw new CommandException("the chat template of " + path + " ignores user messages");
        }
        var message = new ChatMessage("user", tokenizer.guard(given));
        int[] ids = tokenizer.encodePrompt(template.render(List.of(message), true, Map.of()));
        int[] added = tokenizer.encodeWithSpecialTokens("");
        boolean begun = added.length == 0 || (ids.length > 0 && ids[0] == added[0]);
        return begun
                ? ids
                : IntStream.concat(IntStream.of(added[0]), IntStream.of(ids)).toArray();
    }
}
