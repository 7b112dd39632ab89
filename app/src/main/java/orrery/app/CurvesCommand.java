package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.app.curves.BenchFile;
import orrery.app.curves.BenchHistory;
import orrery.app.curves.CurveJson;
import orrery.app.curves.CurveTable;
import orrery.app.curves.Scenarios;
import orrery.app.curves.TerminalChart;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.OutputFile;
import orrery.app.terminal.Ticker;
import orrery.curve.CurveChart;
import orrery.curve.CurveException;
import orrery.curve.CurveSet;
import orrery.curve.Machine;
import orrery.curve.MachineText;
import orrery.curve.MeasuredPoint;
import orrery.curve.Measurement;
import orrery.curve.Quantity;
import orrery.curve.Scenario;
import orrery.engine.EngineException;
import orrery.engine.EngineOptions;
import orrery.format.FormatException;
import orrery.measure.MeasureException;
import orrery.measure.WeightType;
import orrery.tensor.KvType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code curves}: what models demand of a machine, by context length. */
@Command(
        name = "curves",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Plots memory, work or time against context length, by arithmetic: nothing is run. Where orrery bench has"
                    + " run here, its measurements are shown beside the predictions.",
            "",
            "kv is the size of the KV cache, kv-read the part of it that one token reads; flops and bytes are those of"
                    + " decoding one token, prefill the operations for a whole prompt; time is the least time per"
                    + " token, first the least time to the first token, both on a given machine."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery curves deepseek-v3 llama-3.1-405b gemma-3-27b",
            "  orrery curves llama-3.1-8b --what time --machine h200 --type q8_0",
            "  orrery curves gemma-3-27b --kv-type bf16,q8 --batch 1,8 --machine m4-max",
            "  orrery curves llama-4-scout --what kv-read --svg scout.svg",
            "  orrery curves qwen3-30b-a3b --what time \\",
            "    --machine rig,bandwidth=800GB/s,flops=400T,memory=96GB"
        })
final class CurvesCommand implements Callable<Integer> {
    private static final int WIDTH = 80;
    private static final String DEFAULT_MACHINE = "h200";

    private final Front front;

    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL",
            description = "a model directory, a GGUF file, a config.json, or a release's name; several are possible")
    @SuppressWarnings("NullAway.Init")
    private List<String> models;

    @Option(
            names = "--what",
            paramLabel = "WHAT",
            description = "kv, kv-read, flops, bytes, prefill, time or first (default: kv, or time with --machine)")
    private @Nullable String what;

    @Option(
            names = "--machine",
            paramLabel = "MACHINE",
            description = "a machine's name, 'this' for this one, a description, or a file that holds one (default:"
                    + " h200 where one is needed)")
    private @Nullable String machine;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            description =
                    "data type of the weights, as for orrery bench; several with commas (default: as in the files, or"
                            + " bf16)")
    private @Nullable List<String> types;

    @Option(
            names = "--kv-type",
            paramLabel = "TYPE",
            split = ",",
            description = "KV cache dtype: f32, f16, bf16 or q8; several with commas (default: f16)")
    private @Nullable List<String> kvTypes;

    @Option(
            names = {"-b", "--batch"},
            paramLabel = "N",
            split = ",",
            description = "batch size; several with commas (default: 1)")
    private @Nullable List<Integer> batches;

    @Option(
            names = "--up-to",
            paramLabel = "N",
            converter = TokenCount.class,
            description = "the longest context (default: the longest of any of the models)")
    private @Nullable Integer most;

    @Option(
            names = "--measured",
            paramLabel = "FILE",
            description = "output of orrery bench --json (default: its latest result here, if types and batch agree)")
    private @Nullable Path measured;

    @Option(names = "--svg", paramLabel = "FILE", description = "also write the chart as SVG")
    private @Nullable Path svg;

    @Option(names = "--force", description = "replace the file if it exists")
    private boolean force;

    @Option(names = "--json", description = "print one JSON object with all points instead of chart and table")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    CurvesCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        var quantity = quantity();
        if (svg != null) {
            OutputFile.refuseExisting(svg, force);
        }
        var files = benchFiles(quantity, scenarios(List.of()));
        var scenarios = scenarios(files);
        var where = machine(quantity, files);
        var points = where.stream()
                .flatMap(one -> files.stream()
                        .flatMap(file -> MeasuredPoint.of(quantity, scenarios, one, file.measurements()).stream()))
                .toList();
        var set = curves(quantity, scenarios, where, points);
        if (svg != null) {
            OutputFile.write(svg, CurveChart.of(set, points).diagram().svg(), force);
        }
        if (json) {
            front.out().println(Json.report("curves", CurveJson.of(set, models, scenarios, points)));
        } else {
            print(set, scenarios, points);
        }
        return 0;
    }

    private void print(CurveSet set, List<Scenario> scenarios, List<MeasuredPoint> points) {
        var chart = CurveChart.of(set, points);
        var style = front.style();
        var out = front.out();
        out.println(style.accent(chart.title()));
        out.println();
        new TerminalChart(chart, style, WIDTH).lines().forEach(out::println);
        out.println();
        var table = CurveTable.lines(set, scenarios);
        out.println(style.bold(table.getFirst()));
        table.subList(1, table.size()).forEach(out::println);
        if (!points.isEmpty()) {
            out.println();
            CurveTable.measured(points).forEach(out::println);
        }
        if (!chart.notes().isEmpty()) {
            out.println();
            chart.notes().forEach(note -> out.println(style.dim(note)));
            set.machine().ifPresent(one -> out.println(style.dim("Its figures: " + one.source() + ".")));
        }
    }

    private Quantity quantity() {
        String name = what == null ? (machine == null ? "kv" : "time") : what;
        return Quantity.named(name)
                .orElseThrow(() -> usage("--what is \"" + name + "\", expected one of " + Quantity.labels()));
    }

    private CurveSet curves(
            Quantity quantity, List<Scenario> scenarios, Optional<Machine> where, List<MeasuredPoint> points) {
        long last = most == null ? CurveSet.most(scenarios) : most;
        long first = points.stream()
                .mapToLong(point -> Long.highestOneBit(point.context()))
                .reduce(CurveSet.first(scenarios, last), Math::min);
        try {
            return CurveSet.of(quantity, scenarios, where, first, last);
        } catch (CurveException e) {
            throw usage(e);
        }
    }

    private List<Scenario> scenarios(List<BenchFile> files) {
        try {
            return Scenarios.of(models, types(files), kvTypes(files), batches == null ? List.of(1) : batches);
        } catch (MeasureException | EngineException | CurveException e) {
            throw usage(e);
        }
    }

    /** The requested types, or those of the measurements, so that the two can be compared. */
    private List<WeightType> types(List<BenchFile> files) {
        if (types != null) {
            return types.stream().map(WeightType::named).toList();
        }
        return files.stream()
                .flatMap(file -> file.measurements().stream())
                .flatMap(one -> Arrays.stream(WeightType.values())
                        .filter(type -> type.label().equals(one.storage())))
                .distinct()
                .toList();
    }

    private List<KvType> kvTypes(List<BenchFile> files) {
        if (kvTypes != null) {
            return kvTypes.stream().map(ComputeFlags::type).toList();
        }
        var measuredIn = files.stream()
                .flatMap(file -> file.measurements().stream())
                .map(Measurement::kvType)
                .distinct()
                .toList();
        return measuredIn.isEmpty() ? List.of(KvType.F16) : measuredIn;
    }

    /** The named machine; if one is needed, that of the measurements, or else a common one. */
    private Optional<Machine> machine(Quantity quantity, List<BenchFile> files) {
        if (machine == null) {
            if (!quantity.ofMachine()) {
                return Optional.empty();
            }
            return files.isEmpty()
                    ? Optional.of(read(DEFAULT_MACHINE))
                    : Optional.of(files.getFirst().machine());
        }
        var file = Path.of(machine);
        if (!Files.isRegularFile(file)) {
            return Optional.of(read(machine));
        }
        try {
            return Optional.of(read(Files.readString(file)));
        } catch (IOException e) {
            throw new CommandException("could not read " + file + ": " + FormatException.reason(e), e);
        }
    }

    private Machine read(String text) {
        try {
            return MachineText.read(text, this::probed);
        } catch (CurveException e) {
            throw usage(e);
        }
    }

    private Machine probed() {
        try (var _ = new Ticker(front, "probing the machine", true)) {
            return Machine.probed(EngineOptions.defaults().threads(), orrery.engine.Host.memory());
        }
    }

    /** Measurements of this machine, unless another one was named. */
    private List<BenchFile> benchFiles(Quantity quantity, List<Scenario> scenarios) {
        var files = new ArrayList<BenchFile>();
        long memory = orrery.engine.Host.memory();
        if (measured != null) {
            if (!quantity.ofMachine()) {
                throw usage("--measured is for --what time and --what first");
            }
            files.add(BenchFile.read(measured, memory));
        } else if (quantity.ofMachine() && (machine == null || machine.equalsIgnoreCase(MachineText.THIS))) {
            scenarios.stream()
                    .map(one -> one.spec().name())
                    .distinct()
                    .flatMap(name -> BenchHistory.last(name).stream())
                    .forEach(file -> readKept(file, memory).ifPresent(files::add));
        }
        return files;
    }

    private Optional<BenchFile> readKept(Path file, long memory) {
        try {
            return Optional.of(BenchFile.read(file, memory));
        } catch (CommandException | CurveException e) {
            front.note("the latest result of orrery bench is not shown: " + e.getMessage());
            return Optional.empty();
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private ParameterException usage(RuntimeException refusal) {
        return new ParameterException(spec.commandLine(), String.valueOf(refusal.getMessage()), refusal);
    }
}
