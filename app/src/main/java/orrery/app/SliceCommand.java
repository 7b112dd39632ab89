package orrery.app;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Progress;
import orrery.catalog.CatalogException;
import orrery.catalog.Slice;
import orrery.catalog.SliceWriter;
import orrery.report.FastMemory;
import orrery.report.ModelData;
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code slice}: a smaller model cut out of a nested one. */
@Command(
        name = "slice",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Cuts a smaller model out of a nested one (MatFormer: Gemma 3n) and writes it as a checkpoint of its own:"
                    + " fewer layers, narrower feed-forwards, the same dtypes. The model itself is not changed.",
            "",
            "Only layers that share another layer's KV cache can be dropped; a layer whose cache a kept layer reads"
                    + " must stay."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery slice --model gemma-3n-E4B-it --to E2B --out gemma-3n-E2B-it",
            "  orrery slice --model gemma-3n-E4B-it --layers 0-19,25-34 --ffn 12288 \\",
            "    --out gemma-3n-between"
        })
final class SliceCommand implements Callable<Integer> {
    private final Front front;

    @Option(
            names = {"-m", "--model"},
            required = true,
            paramLabel = "DIR",
            description = "the model to cut, a directory in Hugging Face's layout")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "the new model's directory; it is written completely or not at all")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--to", paramLabel = "NAME", description = "E2B, as its authors cut it from E4B")
    private @Nullable String to;

    @Option(
            names = "--layers",
            paramLabel = "LIST",
            description = "indices of the layers to keep, such as 0-19,25-34 (default: all)")
    private @Nullable String layers;

    @Option(
            names = "--ffn",
            paramLabel = "LIST",
            description = "feed-forward width, or one for each kept layer (default: unchanged)")
    private @Nullable String widths;

    @Option(names = "--force", description = "replace a model that --out already holds")
    private boolean force;

    @Option(
            names = {"-q", "--quiet"},
            description = "print only errors")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object instead of the summary")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    SliceCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        var slice = slice();
        var source = ModelOption.existing(model);
        if (!force && Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandException(out + " exists already; --force replaces a model");
        }
        SliceWriter.Written written;
        try (var progress = new Progress(front, "writing " + out.getFileName(), !quiet)) {
            written = SliceWriter.write(source, slice, out, force, progress::at);
        }
        if (json) {
            front.out().println(Json.report("slice", data(written)));
        } else if (!quiet) {
            print(written);
        }
        return 0;
    }

    private Slice slice() {
        if (to != null && (layers != null || widths != null)) {
            throw usage("--to already fixes the layers and widths, so --layers and --ffn cannot be given with it");
        }
        if (to != null && !to.toUpperCase(Locale.ROOT).equals("E2B")) {
            throw usage("--to is \"" + to + "\", expected E2B; --layers and --ffn make other sizes");
        }
        if (to == null && layers == null && widths == null) {
            throw usage("name the slice: --to E2B, or --layers and --ffn");
        }
        try {
            return to == null ? Slice.parse(Optional.ofNullable(layers), Optional.ofNullable(widths)) : new Slice.E2B();
        } catch (CatalogException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void print(SliceWriter.Written written) {
        var cut = written.cut();
        front.out()
                .println(out + " holds "
                        + cut.layers().size() + " of "
                        + Numbers.count(cut.whole().layers().size(), "layer") + ", "
                        + Numbers.exact(written.spec().parameters()) + " parameters"
                        + FastMemory.of(written.spec())
                                .map(memory -> " (" + Numbers.rounded(memory.effective()) + " effective)")
                                .orElse("")
                        + ", " + Numbers.bytes(written.bytes()));
        if (!written.copied().isEmpty()) {
            front.out().println("copied: " + String.join(", ", written.copied()));
        }
        written.leftOut().forEach(note -> front.out().println("left out: " + note));
    }

    private Map<String, Object> data(SliceWriter.Written written) {
        var data = new LinkedHashMap<String, Object>();
        data.put("model", ModelData.of(written.cut().whole().name(), model));
        data.put("out", out.toString());
        data.put("layers", written.cut().layers());
        data.put("intermediate_size", written.cut().widths());
        data.put("parameters", written.spec().parameters());
        FastMemory.of(written.spec()).ifPresent(memory -> data.put("effective_parameters", memory.effective()));
        data.put("bytes", written.bytes());
        data.put("copied", written.copied());
        data.put("left_out", written.leftOut());
        return data;
    }
}
