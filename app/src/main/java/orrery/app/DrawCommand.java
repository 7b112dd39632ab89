package orrery.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.Front;
import orrery.app.terminal.OutputFile;
import orrery.catalog.Catalog;
import orrery.catalog.Slice;
import orrery.draw.BlockDiagram;
import orrery.draw.Diagram;
import orrery.draw.DrawnMechanism;
import orrery.draw.Mermaid;
import orrery.draw.OpenedPart;
import orrery.draw.SideBySide;
import orrery.draw.Theme;
import orrery.spec.ArchitectureSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code draw}: models as pictures. */
@Command(
        name = "draw",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Draws a model as SVG (or in another format): the block diagram of one model, several side by side with"
                    + " the differences marked, or the inside of one mechanism with the models' own numbers.",
            "",
            "Mechanisms:",
            "  attention             how heads share keys and values, and what is cached",
            "  feed-forward          dense feed-forwards and mixtures of experts",
            "  norms                 where the norms are placed",
            "  masks                 which positions a query attends to, in which layers",
            "  rope                  how fast each pair of dimensions rotates",
            "  per-layer-embeddings  which tables can stay in a file (Gemma 3n)",
            "  nested                a smaller model within a larger (Gemma 3n)",
            "",
            "Short names work, too: mha, gqa, mqa, mla (attention); moe, mlp (feed-forward); swa (masks); ple"
                    + " (per-layer-embeddings); matformer (nested). The block diagram itself shows nope, qk-norm, altup,"
                    + " laurel, softcap and mtp."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery draw gemma-3-27b",
            "  orrery draw llama-3-8b olmo-2-7b --out llama-olmo.svg",
            "  orrery draw deepseek-v3 --open experts,attention",
            "  orrery draw path/to/my-checkpoint gemma-3-4b --force",
            "  orrery draw llama-3-8b deepseek-v3 --mechanism attention",
            "  orrery draw llama-3-8b qwen3-8b --differences structure --png --theme dark",
            "  orrery draw gemma-3-27b --html --out figure.html",
            "  orrery draw qwen3-30b-a3b --mermaid >> README.md"
        })
final class DrawCommand implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";

    private final Front front;

    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL",
            description =
                    "a model directory, a GGUF file, a config.json, or a release's name (orrery models lists them)")
    @SuppressWarnings("NullAway.Init")
    private List<String> models;

    @Option(names = "--mechanism", paramLabel = "NAME", description = "draw the inside of this mechanism instead")
    private @Nullable String mechanism;

    @Option(
            names = "--open",
            split = ",",
            paramLabel = "PART",
            description = "show the inside of attention, feed-forward or experts beside the block diagram of one"
                    + " model, with the width of every vector; several with commas")
    private List<String> open = List.of();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "output file, - for standard output (default: a file here, named after the models; Mermaid:"
                    + " standard output). The extension .png, .html or .mmd selects that format")
    private @Nullable Path out;

    @Option(names = "--png", description = "write a PNG of twice the size instead of SVG")
    private boolean png;

    @Option(
            names = "--html",
            description = "write an HTML <figure> with a caption to paste into a page; its styles and ids do not clash"
                    + " with the page's")
    private boolean html;

    @Option(names = "--mermaid", description = "write a Mermaid flowchart of one model, for a README")
    private boolean mermaid;

    @Option(
            names = "--theme",
            paramLabel = "THEME",
            description = "light or dark, for SVG and PNG (default: SVG follows the reader's setting, PNG is light)")
    private @Nullable Shade theme;

    @Option(
            names = "--differences",
            paramLabel = "KIND",
            defaultValue = "all",
            description = "what to mark when models are side by side: structure (what is built differently) or all"
                    + " (other numbers, too) (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init")
    private Differing differences;

    @Option(names = "--force", description = "replace the file if it exists")
    private boolean force;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Fixed colours, which do not follow the reader's theme. */
    enum Shade {
        light,
        dark;

        Theme.Scheme scheme() {
            return switch (this) {
                case light -> Theme.Scheme.LIGHT;
                case dark -> Theme.Scheme.DARK;
            };
        }
    }

    DrawCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        var chosen = mechanism();
        var form = form();
        if (form == DrawnForm.MERMAID && (chosen.isPresent() || models.size() > 1)) {
            throw usage("--mermaid draws the blocks of one model, no mechanism and no models side by side");
        }
        var opened = open.stream().map(this::part).distinct().toList();
        if (!opened.isEmpty() && (form == DrawnForm.MERMAID || chosen.isPresent() || models.size() > 1)) {
            throw usage("--open opens parts of one model's block diagram, of no mechanism, Mermaid or several models");
        }
        var specs = new ArrayList<ArchitectureSpec>();
        for (String model : models) {
            var description = Catalog.describe(model);
            if (!description.notUnderstood().isEmpty()) {
                front.warn("the config of " + model + " has keys that Orrery does not know, so the drawing leaves out"
                        + " what they mean: " + String.join(", ", description.notUnderstood()));
            }
            specs.add(description.spec());
        }
        if (form == DrawnForm.MERMAID) {
            write(Mermaid.of(specs.getFirst()), out == null ? Path.of(STANDARD_OUTPUT) : out, "a Mermaid flowchart");
            return 0;
        }
        var diagram = chosen.map(one -> one.draw(specs, nested(specs.getFirst())))
                .orElseGet(() -> specs.size() == 1
                        ? BlockDiagram.of(specs.getFirst(), opened)
                        : SideBySide.of(specs, differences == Differing.all));
        var to = out == null ? Path.of(fileName(specs, chosen) + "." + form.ending()) : out;
        switch (form) {
            case SVG -> write(theme == null ? diagram.svg() : diagram.plain(theme.scheme()), to, shown(diagram, 1));
            case PNG -> {
                OutputFile.refuseExisting(to, force);
                OutputFile.write(to, Picture.png(diagram, theme == null ? Theme.Scheme.LIGHT : theme.scheme()), force);
                front.out().println(to + " holds " + shown(diagram, Picture.SCALE));
            }
            case HTML -> write(diagram.snippet(), to, shown(diagram, 1));
            case MERMAID -> throw new IllegalStateException("a flowchart is not a drawing");
        }
        return 0;
    }

    /** The form that the options name, or that of the file's extension. */
    private DrawnForm form() {
        var asked = new ArrayList<DrawnForm>();
        if (png) {
            asked.add(DrawnForm.PNG);
        }
        if (html) {
            asked.add(DrawnForm.HTML);
        }
        if (mermaid) {
            asked.add(DrawnForm.MERMAID);
        }
        if (asked.size() > 1) {
            throw usage("--png, --html and --mermaid exclude each other");
        }
        var form = asked.isEmpty()
                ? Optional.ofNullable(out).flatMap(DrawnForm::of).orElse(DrawnForm.SVG)
                : asked.getFirst();
        var named = Optional.ofNullable(out).flatMap(DrawnForm::of);
        if (named.isPresent() && named.get() != form) {
            throw usage("--" + form.name().toLowerCase(Locale.ROOT) + " writes no ."
                    + named.get().ending() + " file; name one that ends in ." + form.ending());
        }
        if (out != null && DrawnForm.isOther(out)) {
            throw usage(out + " would hold " + form.name() + ": name a file that ends in ." + form.ending());
        }
        if (form == DrawnForm.PNG && out != null && out.toString().equals(STANDARD_OUTPUT)) {
            throw usage("a PNG cannot be written to standard output: name a file with --out");
        }
        if (theme != null && form != DrawnForm.SVG && form != DrawnForm.PNG) {
            throw usage("--theme is for SVG and PNG");
        }
        if (spec.commandLine().getParseResult().hasMatchedOption("--differences")
                && (models.size() == 1 || mechanism != null)) {
            throw usage("--differences is for models side by side");
        }
        return form;
    }

    private Optional<DrawnMechanism> mechanism() {
        if (mechanism == null) {
            return Optional.empty();
        }
        var drawn = DrawnMechanism.of(mechanism);
        if (drawn.isEmpty() && !DrawnMechanism.isInBlockDiagram(mechanism)) {
            String titles = Stream.of(DrawnMechanism.values())
                    .map(DrawnMechanism::title)
                    .collect(Collectors.joining(", "));
            throw usage("--mechanism is \"" + mechanism + "\", expected one of " + titles);
        }
        if (drawn.isEmpty()) {
            front.note(mechanism + " has no drawing of its own: the block diagram shows it where a model has it");
        }
        return drawn;
    }

    private OpenedPart part(String name) {
        return OpenedPart.of(name).orElseThrow(() -> {
            String titles =
                    Stream.of(OpenedPart.values()).map(OpenedPart::title).collect(Collectors.joining(", "));
            return usage("--open is \"" + name + "\", expected one of " + titles);
        });
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static List<DrawnMechanism.Nested> nested(ArchitectureSpec whole) {
        return Slice.examples(whole).stream()
                .map(slice -> slice.of(whole))
                .map(cut -> new DrawnMechanism.Nested(cut.spec(), cut.layers()))
                .toList();
    }

    private static String shown(Diagram diagram, int scale) {
        return diagram.title() + ", " + scale * diagram.width() + " × " + scale * diagram.height() + " pixels";
    }

    private static String fileName(List<ArchitectureSpec> specs, Optional<DrawnMechanism> mechanism) {
        String names = specs.stream()
                .map(one -> one.name().replaceAll("[^A-Za-z0-9._-]+", "-"))
                .collect(Collectors.joining("+"));
        return (mechanism.isPresent() ? mechanism.get().title() + "-" : "") + names;
    }

    private void write(String text, Path to, String what) {
        if (to.toString().equals(STANDARD_OUTPUT)) {
            front.out().print(text);
            return;
        }
        OutputFile.write(to, text, force);
        front.out().println(to + " holds " + what);
    }
}
