package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Progress;
import orrery.convert.Conversion;
import orrery.convert.ConvertException;
import orrery.convert.Quantization;
import orrery.convert.Summary;
import orrery.format.FormatException;
import orrery.report.ModelData;
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code quantize}: a model as a GGUF file with fewer bits per weight. */
@Command(
        name = "quantize",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Writes a model as one GGUF file, with its tokenizer and chat template, and its matrices quantised to the"
                    + " given type. The model itself is not changed, and may be larger than memory.",
            "",
            "q8_0 is nearly lossless; q4_k_m is the usual choice: 4 bits, and 6 where they matter most. The other"
                    + " types are q6_k, q5_k_m, q5_k_s, q4_k_s (mixes: embeddings and the head in 6 bits), q5_k,"
                    + " q4_k, q5_1, q5_0, q4_1, q4_0, iq4_nl, mxfp4 (the same format throughout), and f32, bf16, f16"
                    + " (floats). Vectors, routers and small tensors always stay F32.",
            "",
            "orrery compare-logits measures what was lost."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery quantize my-model my-model-q4_k_m.gguf --type q4_k_m",
            "  orrery quantize my-model-bf16.gguf my-model-q8_0.gguf --type q8_0 --json",
            "  orrery quantize my-model nowhere.gguf --type q5_k_m --dry-run"
        })
final class QuantizeCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(index = "0", paramLabel = "IN", description = "a model directory or a GGUF file")
    @SuppressWarnings("NullAway.Init")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "the new file; it is written completely or not at all")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(
            names = {"-t", "--type"},
            required = true,
            paramLabel = "TYPE",
            converter = TypeConverter.class,
            description = "the type of its matrices, such as q4_k_m")
    @SuppressWarnings("NullAway.Init")
    private Quantization type;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "number of compute threads (default: one per" + " processor)")
    private @Nullable Integer threads;

    @Option(names = "--force", description = "replace OUT if it exists")
    private boolean force;

    @Option(names = "--dry-run", description = "only report what would be written")
    private boolean dryRun;

    @Option(
            names = {"-q", "--quiet"},
            description = "print only errors")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object instead of the table")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    QuantizeCommand(Front front) {
        this.front = front;
    }

    /** {@code --type}. */
    static final class TypeConverter implements ITypeConverter<Quantization> {
        @Override
        public Quantization convert(String name) {
            try {
                return Quantization.named(name);
            } catch (ConvertException e) {
                var refusal = new TypeConversionException(String.valueOf(e.getMessage()));
                refusal.initCause(e);
                throw refusal;
            }
        }
    }

    @Override
    public Integer call() {
        if (threads != null && threads < 1) {
            throw new ParameterException(spec.commandLine(), "--threads is " + threads + ", expected 1 or more");
        }
        var model = ModelOption.existing(in);
        if (!dryRun) {
            requireFree();
        }
        try (var conversion = Conversion.open(model, type)) {
            if (!dryRun) {
                requireSpace(conversion.bytes());
                try (var progress = new Progress(front, "writing " + out.getFileName(), !quiet)) {
                    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
                    conversion.write(out, workers, progress::at);
                }
            }
            report(conversion);
        }
        return 0;
    }

    private void requireFree() {
        if (Files.isDirectory(out)) {
            throw new CommandException(out + " is a directory, expected the new file's name");
        }
        try {
            if (Files.exists(out) && Files.isSameFile(in, out)) {
                throw new CommandException(out + " is the model that is to be converted; name another file");
            }
        } catch (IOException e) {
            throw new CommandException(
                    "could not determine whether " + out + " is " + in + ": " + FormatException.reason(e), e);
        }
        if (!force && Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandException(out + " exists already; --force replaces it");
        }
    }

    /** Checked now rather than found out in an hour. */
    private void requireSpace(long bytes) {
        var place = out.toAbsolutePath().normalize().getParent();
        if (place == null || !Files.isDirectory(place)) {
            throw new CommandException("the directory " + place + " for the new file does not exist");
        }
        try {
            var store = Files.getFileStore(place);
            // Some file systems do not report their size.
            if (store.getTotalSpace() > 0 && store.getUsableSpace() < bytes) {
                throw new CommandException(out + " takes " + Numbers.bytes(bytes) + ", but there are only "
                        + Numbers.bytes(store.getUsableSpace()) + " left on its disk");
            }
        } catch (IOException e) {
            throw new CommandException(
                    "could not determine how much space is left at " + place + ": " + FormatException.reason(e), e);
        }
    }

    private void report(Conversion conversion) {
        var summary = conversion.summary();
        if (json) {
            front.out().println(Json.report("quantize", data(conversion, summary)));
            return;
        }
        if (quiet) {
            return;
        }
        conversion.notes().forEach(front::note);
        var out = front.out();
        out.println(front.style()
                .bold(String.format(Locale.ROOT, "%-8s %8s %18s %12s", "type", "tensors", "weights", "bytes")));
        for (var share : summary.types()) {
            out.println(String.format(
                    Locale.ROOT,
                    "%-8s %8d %18s %12s",
                    share.dtype(),
                    share.tensors(),
                    Numbers.exact(share.elements()),
                    Numbers.bytes(share.bytes())));
        }
        out.println();
        out.println(String.format(
                Locale.ROOT,
                "%s: %s%s, %.2f bits per weight; %s before",
                this.out,
                dryRun ? "would take " : "",
                Numbers.bytes(summary.bytes()),
                summary.bitsPerWeight(),
                Numbers.bytes(summary.bytesBefore())));
    }

    private Map<String, Object> data(Conversion conversion, Summary summary) {
        var data = new LinkedHashMap<String, Object>();
        data.put("model", ModelData.of(in));
        data.put("out", out.toString());
        data.put("type", type.toString());
        data.put("written", !dryRun);
        data.put("bytes", summary.bytes());
        data.put("model_bytes", summary.bytesBefore());
        data.put("elements", summary.elements());
        data.put("bits_per_weight", summary.bitsPerWeight());
        data.put(
                "weights_by_type",
                summary.types().stream()
                        .map(share -> {
                            var one = new LinkedHashMap<String, Object>();
                            one.put("dtype", share.dtype().name().toLowerCase(Locale.ROOT));
                            one.put("tensors", share.tensors());
                            one.put("elements", share.elements());
                            one.put("bytes", share.bytes());
                            return one;
                        })
                        .toList());
        data.put("notes", conversion.notes());
        return data;
    }
}
