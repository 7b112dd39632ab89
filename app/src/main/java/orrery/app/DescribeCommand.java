package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.catalog.Catalog;
import orrery.catalog.CatalogException;
import orrery.catalog.Slice;
import orrery.format.ModelFile;
import orrery.report.ArchitectureReport;
import orrery.report.Card;
import orrery.report.CardLayout;
import orrery.report.StoredWeights;
import orrery.tensor.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code describe}: a model's card. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Shows what a model is made of, what it weighs, and what it remembers of each token.",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery describe deepseek-v3",
            "  orrery describe path/to/config.json",
            "  orrery describe path/to/model-directory --json",
            "  orrery describe path/to/model.gguf",
            "  orrery describe gemma-3n-e4b --slice E2B"
        })
final class DescribeCommand implements Callable<Integer> {
    private static final int WIDTH = 80;

    private final Front front;

    @Parameters(
            paramLabel = "WHAT",
            description =
                    "a model's directory, a GGUF file, a config.json, or the name of a release (orrery models lists them)")
    @SuppressWarnings("NullAway.Init")
    private String what;

    @Option(names = "--json", description = "one JSON object instead of the card")
    private boolean json;

    @Option(
            names = "--slice",
            paramLabel = "SPEC",
            converter = SliceConverter.class,
            description = SliceConverter.DESCRIPTION)
    private @Nullable Slice slice;

    private Optional<String> disagreement = Optional.empty();

    DescribeCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        var whole = Catalog.describe(what);
        var description = slice == null ? whole : whole.sliced(slice);
        var stored = slice == null ? stored() : List.<StoredWeights>of();
        var report = ArchitectureReport.of(description).with(stored, List.of());
        if (!description.notUnderstood().isEmpty()) {
            front.warn("the config has keys that Orrery does not know, and this card leaves out what they mean: "
                    + String.join(", ", description.notUnderstood()));
        }
        if (json) {
            var data = report.data();
            data.put("not_used", description.notUsed());
            data.put("not_understood", List.copyOf(description.notUnderstood()));
            front.out().println(Json.line(data));
        } else {
            print(report.card());
            if (!description.notUsed().isEmpty()) {
                front.out().println();
                front.out()
                        .println("Only the text model is described, without "
                                + String.join(", ", description.notUsed()));
            }
        }
        if (disagreement.isPresent()) {
            front.err().println("orrery: " + disagreement.get());
            return Failures.FAILED;
        }
        return 0;
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

    /** Holds every tensor of the files against the spec: none missing, none left over, each of its shape. */
    private void prove(ModelFile file) {
        try {
            Catalog.open(file).notes().forEach(front::note);
        } catch (CatalogException e) {
            disagreement = Optional.of("the card is what " + file.metadata().origin()
                    + " says, and the weights are not those of it: " + e.getMessage());
        }
    }

    /** What the weights take in their files, by dtype; nothing where there are no files. */
    private List<StoredWeights> stored() {
        var found = Catalog.file(what).filter(DescribeCommand::holdsWeights);
        if (found.isEmpty()) {
            return List.of();
        }
        var path = found.get();
        Map<DType, StoredWeights> byType = new EnumMap<>(DType.class);
        try (var file = ModelFile.open(path)) {
            // GGUF files that hold a vocabulary alone are models without weights.
            if (!file.tensors().isEmpty()) {
                prove(file);
            }
            file.tensors().values().forEach(tensor -> {
                long elements = tensor.shape().elements();
                byType.merge(
                        tensor.dtype(),
                        new StoredWeights(
                                tensor.dtype().name(),
                                1,
                                elements,
                                tensor.data().byteSize()),
                        (one, other) -> new StoredWeights(
                                one.dtype(),
                                one.tensors() + other.tensors(),
                                one.elements() + other.elements(),
                                one.bytes() + other.bytes()));
            });
        }
        return List.copyOf(byType.values());
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
            throw new CommandException("could not list " + path + ": " + e.getMessage(), e);
        }
    }
}
