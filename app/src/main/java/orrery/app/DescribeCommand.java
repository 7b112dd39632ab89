package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.OneLine;
import orrery.catalog.Catalog;
import orrery.catalog.CatalogException;
import orrery.catalog.Ledger;
import orrery.catalog.Slice;
import orrery.format.FormatException;
import orrery.format.ModelFile;
import orrery.report.ArchitectureReport;
import orrery.report.CacheQuestion;
import orrery.report.Card;
import orrery.report.CardLayout;
import orrery.report.ModelData;
import orrery.report.Numbers;
import orrery.report.StoredWeights;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code describe}: a model's card. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Shows a model's architecture, its size, and what each token costs in memory and compute.",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery describe deepseek-v3",
            "  orrery describe path/to/config.json",
            "  orrery describe path/to/model-directory --json",
            "  orrery describe path/to/model.gguf",
            "  orrery describe gemma-3n-e4b --slice E2B",
            "  orrery describe gemma-3-27b --context 32768 --batch 8 --kv-type bf16,q8",
            "  orrery describe olmo-2-7b --markdown"
        })
final class DescribeCommand implements Callable<Integer> {
    private static final int WIDTH = 80;

    private final Front front;

    @Parameters(
            paramLabel = "WHAT",
            description =
                    "a model directory, a GGUF file, a config.json, or a release's name (orrery models lists them)")
    @SuppressWarnings("NullAway.Init")
    private String what;

    @Option(names = "--json", description = "print one JSON object instead of the card")
    private boolean json;

    @Option(names = "--markdown", description = "the card in Markdown, for a README")
    private boolean markdown;

    @Option(
            names = "--context",
            paramLabel = "N",
            converter = TokenCount.class,
            description = "show the size of the KV cache at this context length, and the cost of a step")
    private @Nullable Integer context;

    @Option(names = "--batch", paramLabel = "N", description = "batch size for --context (default: 1)")
    private @Nullable Integer batch;

    @Option(
            names = "--kv-type",
            paramLabel = "TYPE",
            split = ",",
            description = "KV cache dtype for --context: f32, f16, bf16 or q8 (default: all of them)")
    private List<String> types = List.of();

    @Option(
            names = "--slice",
            paramLabel = "SPEC",
            converter = SliceConverter.class,
            description = SliceConverter.DESCRIPTION)
    private @Nullable Slice slice;

    private Optional<String> disagreement = Optional.empty();
    private Optional<Ledger> ledger = Optional.empty();

    /** The files' tensors of unsupported types, by type. */
    private final SortedMap<String, StoredWeights> foreign = new TreeMap<>();

    DescribeCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        if (json && markdown) {
            throw new CommandException("--json and --markdown exclude each other");
        }
        var whole = Catalog.describe(what);
        var description = slice == null ? whole : whole.sliced(slice);
        var stored = slice == null ? stored() : List.<StoredWeights>of();
        var report = ArchitectureReport.of(description).with(stored, ledger);
        if (context != null || batch != null || !types.isEmpty()) {
            report = report.with(question(description.spec()));
        }
        if (!foreign.isEmpty()) {
            front.note(what + " can be described but not run: no kernel here computes with "
                    + foreign.values().stream()
                            .map(one -> one.dtype() + " (" + Numbers.count(one.tensors(), "tensor") + ")")
                            .collect(Collectors.joining(", ")));
        }
        description.notes().forEach(front::note);
        if (!description.notUnderstood().isEmpty()) {
            front.warn("the config has keys that Orrery does not know, so this card ignores them: "
                    + String.join(", ", description.notUnderstood()));
        }
        if (json) {
            var data = report.data();
            data.put("model", ModelData.of(description.spec().name(), what));
            data.put("not_used", description.notUsed());
            data.put("not_runnable", List.copyOf(foreign.keySet()));
            data.put("notes", description.notes());
            data.put("not_understood", List.copyOf(description.notUnderstood()));
            front.out().println(Json.report("describe", data));
        } else {
            if (markdown) {
                front.out().print(report.markdown());
            } else {
                print(report.card());
            }
            if (!description.notUsed().isEmpty()) {
                front.out().println();
                front.out()
                        .println("Only the text model is described, without "
                                + String.join(", ", description.notUsed()));
            }
        }
        if (disagreement.isPresent()) {
            Failures.say(front, json, Failures.FAILED, OneLine.of(disagreement.get()));
            return Failures.FAILED;
        }
        return 0;
    }

    /** The options in the report's terms. */
    private CacheQuestion question(ArchitectureSpec spec) {
        var wanted = new ArrayList<KvType>();
        for (String name : types) {
            var type = KvType.named(name)
                    .orElseThrow(() ->
                            new CommandException("--kv-type is \"" + name + "\", expected one of " + KvType.labels()));
            wanted.add(type);
        }
        int tokens = context == null ? spec.maxPositions() : context;
        if (tokens > spec.maxPositions()) {
            front.note(Numbers.exact(tokens) + " tokens are more than the " + Numbers.exact(spec.maxPositions())
                    + " that " + spec.name() + " is made for");
        }
        return new CacheQuestion(
                tokens, batch == null ? 1 : batch, wanted.isEmpty() ? List.of(KvType.values()) : wanted);
    }

    private void print(Card card) {
        var style = front.style();
        for (var line : CardLayout.lines(card, WIDTH)) {
            front.out()
                    .println(
                            switch (line.kind()) {
                                case TITLE -> style.accent(line.text());
                                case HEADING -> style.bold(line.text());
                                case FACT -> style.dim(line.label()) + line.text();
                                case BLANK -> "";
                            });
        }
    }

    /** Checks every tensor of the files against the spec: none missing, none left over, each with its shape. */
    private void prove(ModelFile file) {
        try {
            var checkpoint = Catalog.open(file);
            checkpoint.notes().forEach(front::note);
            ledger = Optional.of(checkpoint.ledger());
            if (checkpoint.ledger().difference() != 0) {
                disagreement = Optional.of(checkpoint.ledger().text());
            }
        } catch (CatalogException e) {
            disagreement = Optional.of("the card is what " + file.metadata().origin()
                    + " says, and the weights are not those of it: " + e.getMessage());
        }
    }

    /** Bytes of the weights in their files, by dtype; empty if there are no files. */
    private List<StoredWeights> stored() {
        var found = Catalog.file(what).filter(DescribeCommand::holdsWeights);
        if (found.isEmpty()) {
            return List.of();
        }
        var path = found.get();
        Map<DType, StoredWeights> byType = new EnumMap<>(DType.class);
        try (var file = ModelFile.open(path)) {
            // GGUF files with only a vocabulary are models without weights.
            if (!file.tensors().isEmpty() && file.foreignTensors().isEmpty()) {
                prove(file);
            }
            file.foreignTensors()
                    .values()
                    .forEach(tensor -> foreign.merge(
                            tensor.type(),
                            new StoredWeights(tensor.type(), 1, tensor.shape().elements(), tensor.bytes()),
                            StoredWeights::plus));
            file.tensors().values().forEach(tensor -> {
                long elements = tensor.shape().elements();
                byType.merge(
                        tensor.dtype(),
                        new StoredWeights(
                                tensor.dtype().name(),
                                1,
                                elements,
                                tensor.data().byteSize()),
                        StoredWeights::plus);
            });
        }
        return Stream.concat(byType.values().stream(), foreign.values().stream())
                .toList();
    }

    private static boolean holdsWeights(Path path) {
        if (ModelFile.isGguf(path)) {
            return true;
        }
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (var entries = Files.newDirectoryStream(path, "*.safetensors")) {
            return entries.iterator().hasNext();
        } catch (IOException e) {
            throw new CommandException("could not list " + path + ": " + FormatException.reason(e), e);
        }
    }
}
