package orrery.app;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import orrery.app.bench.BenchData;
import orrery.app.bench.BenchTables;
import orrery.app.bench.PhaseBars;
import orrery.app.curves.BenchHistory;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Ticker;
import orrery.catalog.Catalog;
import orrery.engine.EngineException;
import orrery.engine.EngineOptions;
import orrery.engine.Host;
import orrery.format.FormatException;
import orrery.measure.Bench;
import orrery.measure.BenchPlan;
import orrery.measure.MeasureException;
import orrery.measure.Results;
import orrery.measure.Subject;
import orrery.measure.WeightType;
import orrery.measure.Workload;
import orrery.report.ModelData;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: measures or predicts how fast a model runs on this machine. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Shows how fast a model runs here, or would run. First by arithmetic, as a roofline: the bytes it has to"
                    + " read and the operations it has to do, against the machine's measured peaks. Then as measured,"
                    + " as a share of those peaks. Takes about a minute.",
            "",
            "A model is a directory with weights, or any shape that orrery describe knows, filled with random weights."
                    + " If a shape does not fit into memory, only some of its layers are run, and the speed of the"
                    + " whole model is predicted from them. The latest result of each model is kept for orrery curves."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery bench --model path/to/model",
            "  orrery bench --shape llama-3.2-1b --type q4_k",
            "  orrery bench --shape qwen3-30b-a3b --type bf16 --memory 12G --batch 1,4,16",
            "  orrery bench --shape gemma-3-1b --prompt 128,512 --context 0,4096 --json",
            "  orrery bench --shape llama-3.2-1b --context 32768 --kv-type q8"
        })
final class BenchCommand implements Callable<Integer> {
    private static final int PROMPT = 256;
    private static final int TOKENS = 128;

    private final Front front;

    @Option(
            names = "--shape",
            paramLabel = "WHAT",
            description = "a release's name (orrery models lists them) or a config.json; runs its shape with random"
                    + " weights")
    private @Nullable String shape;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "bf16",
            description =
                    "data type of a shape's weights: f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1, q4_k, q5_k, q6_k,"
                            + " iq4_nl, mxfp4, q1_0, q2_0, q2_k, q3_k, iq1_s, iq1_m, iq2_xxs, iq2_xs, iq2_s, iq3_xxs,"
                            + " iq3_s, iq4_xs, tq1_0, tq2_0, nvfp4, fp8, q4_k_m, q5_k_m (default: bf16)")
    private String typeName = "bf16";

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = MemorySize.class,
            description = "memory for a shape's weights and KV cache, such as 8G (default: half of the machine's)")
    private @Nullable Long memory;

    @Option(
            names = {"-p", "--prompt"},
            paramLabel = "N",
            split = ",",
            description = "prompt length in tokens; several with commas (default: 256)")
    private @Nullable List<Integer> prompts;

    @Option(
            names = {"-c", "--context"},
            paramLabel = "N",
            converter = TokenCount.class,
            split = ",",
            description =
                    "context length at which decoding starts; several with commas (default: the first prompt length)")
    private @Nullable List<Integer> contexts;

    @Option(
            names = {"-b", "--batch"},
            paramLabel = "N",
            split = ",",
            description = "sequences decoded at once; several with commas (default: 1)")
    private @Nullable List<Integer> batches;

    @Option(
            names = {"-n", "--tokens"},
            paramLabel = "N",
            description = "tokens to decode per sequence, over all rounds (default: 128)")
    private @Nullable Integer tokens;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "how often to measure each (default: 8, or as many as fit into half a minute, but at least" + " 3)")
    private @Nullable Integer rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "8",
            description = "seconds to run first, until the JVM has compiled everything (default: 8)")
    private double warmUp = 8;

    @Option(
            names = {"-q", "--quiet"},
            description = "no progress and no notes")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object instead of the tables")
    private boolean json;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final ComputeFlags compute = new ComputeFlags();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    BenchCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        var options = options();
        return shape == null ? measureFiles(options) : measureShape(shape, options);
    }

    private int measureFiles(EngineOptions options) {
        for (String name : List.of("--type", "--memory")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(name)) {
                throw usage(name + " is for --shape: model files have their own weights");
            }
        }
        try (var subject = Subject.ofFiles(model.path())) {
            var named = ModelData.of(subject.cut().whole().name(), model.path());
            measure(named, subject, plan(subject.cut().spec(), subject.storedAs(), options), options);
        }
        return 0;
    }

    private int measureShape(String what, EngineOptions options) {
        if (model.isNamed()) {
            throw usage("--model and --shape each name a model, expected one of them");
        }
        var type = type();
        long most = memory();
        var architecture = Catalog.describe(what).spec();
        var plan = plan(architecture, type.of(architecture.withoutDraft()), options);
        try (var subject = made(architecture, type, plan, most)) {
            measure(ModelData.of(architecture.name(), what), subject, plan, options);
        }
        return 0;
    }

    private Subject made(ArchitectureSpec architecture, WeightType type, BenchPlan plan, long most) {
        try (var bars = new PhaseBars(front, !quiet)) {
            return Subject.ofShape(architecture, type, plan, most, bars);
        }
    }

    private void measure(Map<String, Object> named, Subject subject, BenchPlan plan, EngineOptions options) {
        if (!quiet) {
            subject.notes().forEach(front::note);
        }
        try (var bench = opened(subject, plan, options)) {
            var tables = new BenchTables(front, subject, plan, options);
            if (!json) {
                tables.printCard(bench);
            }
            var results = results(bench);
            var resident = ResidentMemory.residentNow();
            String data = Json.report("bench", BenchData.of(named, subject, plan, options, bench, results, resident));
            if (json) {
                front.out().println(data);
            } else {
                tables.printResults(results, resident);
            }
            keep(subject.cut().whole().name(), data);
        }
    }

    /** Stores the result for {@code orrery curves}, which draws it next to its predictions. */
    private void keep(String name, String data) {
        try {
            BenchHistory.keep(name, data);
        } catch (IOException e) {
            notKept(FormatException.reason(e));
        } catch (FormatException e) {
            notKept(String.valueOf(e.getMessage()));
        }
    }

    private void notKept(String why) {
        if (!quiet) {
            front.note("the result is not remembered for orrery curves: " + why);
        }
    }

    private Bench opened(Subject subject, BenchPlan plan, EngineOptions options) {
        try (var _ = new Ticker(front, "probing the machine", !quiet)) {
            return Bench.open(subject, plan, options);
        }
    }

    private Results results(Bench bench) {
        front.out().flush();
        try (var bars = new PhaseBars(front, !quiet)) {
            return bench.measure(bars);
        }
    }

    /** Defaults, limited by the model's maximum context. */
    private BenchPlan plan(
            ArchitectureSpec architecture, BiFunction<String, WeightSpec, DType> storedAs, EngineOptions options) {
        int most = architecture.maxPositions();
        var lengths = prompts == null ? List.of(Math.min(PROMPT, Math.max(1, most / 2))) : prompts;
        int decoded = tokens == null ? Math.min(TOKENS, Math.max(1, most / 2)) : tokens;
        var pasts = contexts == null ? List.of(Math.max(0, Math.min(lengths.getFirst(), most - decoded))) : contexts;
        var workloads = new ArrayList<Workload>();
        lengths.forEach(length -> workloads.add(new Workload.Prefill(length)));
        for (int past : pasts) {
            for (int batch : batches == null ? List.of(1) : batches) {
                workloads.add(new Workload.Decode(past, batch));
            }
        }
        var count = rounds == null ? OptionalInt.empty() : OptionalInt.of(rounds);
        try {
            return new BenchPlan(workloads, decoded, count, warmUp, options.kvTypeOf(architecture, storedAs));
        } catch (MeasureException e) {
            throw usage(e);
        }
    }

    private EngineOptions options() {
        try {
            return compute.applyTo(EngineOptions.defaults());
        } catch (EngineException e) {
            throw usage(e);
        }
    }

    private WeightType type() {
        try {
            return WeightType.named(typeName);
        } catch (MeasureException e) {
            throw usage(e);
        }
    }

    private long memory() {
        long machine = Host.memory();
        if (memory == null) {
            return machine / 2;
        }
        if (memory > machine) {
            throw usage("--memory is " + Numbers.bytes(memory) + ", but this machine has " + Numbers.bytes(machine));
        }
        return memory;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private ParameterException usage(RuntimeException refusal) {
        return new ParameterException(spec.commandLine(), String.valueOf(refusal.getMessage()), refusal);
    }
}
