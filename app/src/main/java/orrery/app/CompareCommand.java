package orrery.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.OrreryException;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.catalog.Catalog;
import orrery.report.ModelData;
import orrery.report.compare.ComparedModel;
import orrery.report.compare.Comparison;
import orrery.report.compare.ComparisonLayout;
import orrery.report.compare.ComparisonMarkdown;
import orrery.report.compare.NearestFamily;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compare}: models side by side. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Compares models side by side and says how each differs from the first.",
            "A single model is compared with the release that it resembles most."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery compare gemma-3-27b mistral-small-3.1-24b",
            "  orrery compare llama-3-8b olmo-2-7b --differences structure",
            "  orrery compare path/to/model-directory",
            "  orrery compare deepseek-v3 llama-3.1-405b gemma-3-27b --width 120"
        })
final class CompareCommand implements Callable<Integer> {
    private static final int NARROWEST = 40;
    private static final int MOST_COLUMNS = 1000;

    private final Front front;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Parameters(
            arity = "1..*",
            paramLabel = "WHAT",
            description =
                    "model directories, GGUF files, config.json files, or release names (orrery models lists them)")
    @SuppressWarnings("NullAway.Init")
    private List<String> what;

    @Option(
            names = "--differences",
            paramLabel = "KIND",
            description = "show only differences: structure (what is built differently) or all (numbers too)")
    private @Nullable Differing differences;

    @Option(names = "--only-differences", description = "the same as --differences all")
    private boolean onlyDifferences;

    @Option(names = "--json", description = "print one JSON object instead of the table")
    private boolean json;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or markdown (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init")
    private Format format;

    @Option(
            names = "--width",
            paramLabel = "COLUMNS",
            description = "minimum width of the table in columns, " + NARROWEST + " (default: the terminal's, or 80)")
    private @Nullable Integer width;

    /** The output format. */
    enum Format {
        text,
        markdown
    }

    CompareCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        if (width != null && (width < NARROWEST || width > MOST_COLUMNS)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--width is " + width + ", expected " + NARROWEST + " to " + MOST_COLUMNS + " columns");
        }
        if (json && format == Format.markdown) {
            throw new ParameterException(command.commandLine(), "--json and --format markdown exclude each other");
        }
        var subjects = subjects();
        var whole = Comparison.of(subjects);
        var comparison = differences != null
                ? whole.onlyDifferences(differences.kinds())
                : onlyDifferences ? whole.onlyDifferences() : whole;
        if (json) {
            front.out().println(Json.report("compare", comparison.data(models(subjects))));
            return 0;
        }
        switch (format) {
            case markdown -> front.out().print(ComparisonMarkdown.of(comparison));
            case text -> print(comparison);
        }
        return 0;
    }

    /** The models as data; a release that was added comes first. */
    private List<Map<String, Object>> models(List<ComparedModel> subjects) {
        var models = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < subjects.size(); i++) {
            String name = subjects.get(i).name();
            int given = i - (subjects.size() - what.size());
            models.add(given < 0 ? ModelData.of(name) : ModelData.of(name, what.get(given)));
        }
        return models;
    }

    /** The models in order; for a single one, the nearest release comes first. */
    private List<ComparedModel> subjects() {
        var subjects = new ArrayList<ComparedModel>();
        what.forEach(one -> subjects.add(subject(one)));
        if (subjects.size() == 1) {
            var own = subjects.getFirst();
            var itself = Catalog.release(what.getFirst());
            var known = Catalog.releases().stream()
                    .filter(release -> itself.isEmpty()
                            || !release.name().equals(itself.get().name()))
                    .map(release -> new ComparedModel(release.name(), "", release.spec()))
                    .toList();
            var nearest = NearestFamily.of(own.spec(), known)
                    .orElseThrow(() -> new CommandException("the catalog has no other release to compare with"));
            subjects.addFirst(subject(nearest.known().name()));
        }
        return subjects;
    }

    private ComparedModel subject(String name) {
        var description = describe(name);
        if (!description.notUnderstood().isEmpty()) {
            front.warn(name
                    + ": the config has keys that Orrery does not know, so the comparison ignores them: "
                    + String.join(", ", description.notUnderstood()));
        }
        if (!description.notUsed().isEmpty()) {
            front.note(name + ": only the text model is compared, without " + String.join(", ", description.notUsed()));
        }
        return ComparedModel.of(description.spec(), description.family());
    }

    /** Names the model that cannot be read, since there are several. */
    private static Catalog.Description describe(String name) {
        try {
            return Catalog.describe(name);
        } catch (OrreryException e) {
            String message = String.valueOf(e.getMessage());
            throw message.contains(name) ? e : new CommandException(name + ": " + message, e);
        }
    }

    private void print(Comparison comparison) {
        var style = front.style();
        for (var line : ComparisonLayout.lines(comparison, width())) {
            front.out()
                    .println(
                            switch (line.style()) {
                                case TITLE -> line.label() + style.accent(line.text());
                                case HEADING -> style.bold(line.text());
                                case SAME -> style.dim(line.label() + line.text());
                                case DIFFERENT -> style.changed(line.label()) + line.text();
                                case TEXT -> style.dim(line.label()) + line.text();
                                case BLANK -> "";
                            });
        }
    }

    private int width() {
        return width != null ? width : front.terminals().output() ? front.width() : 80;
    }
}
