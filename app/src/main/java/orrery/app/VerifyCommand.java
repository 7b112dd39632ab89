package orrery.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Progress;
import orrery.app.verify.GoldenFile;
import orrery.app.verify.Outcome;
import orrery.app.verify.Verification;
import orrery.catalog.OpenCheckpoint;
import orrery.catalog.Slice;
import orrery.engine.EngineOptions;
import orrery.report.Agreement;
import orrery.report.ModelData;
import orrery.report.Numbers;
import orrery.tensor.KvType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify}: compares a model's outputs with those of a reference implementation. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Runs recorded inputs through a model and compares its logits, hidden states and greedy continuation with"
                    + " those of a reference implementation. Succeeds only if every logit is within the tolerance and"
                    + " every continuation is the same.",
            "",
            "The KV cache is F32 for this. If run and chat use another KV cache dtype, its logits and continuation are"
                    + " reported as well, but do not count. With --kv-type, only that type counts. With"
                    + " --bf16-activations, its results are reported as well, but do not count.",
            "",
            "The recording is a safetensors file with input_ids [B, T] and logits [B, T, V], and optionally greedy [B,"
                    + " N], mtp_logits [B, T - 1, V] of multi-token prediction, and hidden.0 [B, T, D] after the"
                    + " embedding, hidden.1 after the first layer and so on, the last one after the final norm."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery verify my-model golden.safetensors",
            "  orrery verify my-model.gguf golden.safetensors",
            "  orrery verify my-model golden.safetensors --tolerance 1e-3 --kernels scalar"
        })
final class VerifyCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(index = "0", paramLabel = "MODEL", description = "the model's directory, or a GGUF file")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Parameters(index = "1", paramLabel = "GOLDEN", description = "the reference's recording")
    @SuppressWarnings("NullAway.Init")
    private Path golden;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            defaultValue = "2e-4",
            description = "largest absolute difference of a logit allowed (default: ${DEFAULT-VALUE})")
    private double tolerance;

    @Mixin
    private final ComputeFlags compute = new ComputeFlags();

    @Option(
            names = "--slice",
            paramLabel = "SPEC",
            converter = SliceConverter.class,
            description = SliceConverter.DESCRIPTION)
    private @Nullable Slice slice;

    @Option(names = "--quiet", description = "print only errors; the exit code tells the result")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object instead of the table")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    VerifyCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        if (!(tolerance >= 0)) {
            throw new ParameterException(spec.commandLine(), "--tolerance is " + tolerance + ", expected 0 or more");
        }
        var runs = runs(options());
        if (json) {
            front.out().println(Json.report("verify", data(runs)));
        } else if (!quiet) {
            print(runs.judged);
            runs.byDefault.ifPresent(this::printDefault);
            runs.rounded.ifPresent(this::printRounded);
            printVerdict(runs.judged);
        }
        return runs.judged.passes() ? 0 : Failures.FAILED;
    }

    /**
     * The comparisons.
     *
     * @param byDefault the same with the default KV cache type, if that is another one
     * @param rounded the same with that cache and activations rounded to BF16, if requested
     */
    private record Runs(Outcome judged, Optional<Outcome> byDefault, Optional<Outcome> rounded) {
        Map<String, Object> data() {
            var data = judged.data();
            byDefault.ifPresent(outcome -> data.put("default_cache", outcome.agreements()));
            rounded.ifPresent(outcome -> data.put("bf16_activations", outcome.agreements()));
            return data;
        }
    }

    private Map<String, Object> data(Runs runs) {
        var data = new LinkedHashMap<String, Object>();
        data.put("model", ModelData.of(model));
        data.putAll(runs.data());
        return data;
    }

    private EngineOptions options() {
        var options = compute.options(EngineOptions.defaults());
        return slice == null ? options : options.withSlice(slice);
    }

    private Runs runs(EngineOptions options) {
        try (var open = OpenCheckpoint.open(ModelOption.existing(model))) {
            var part = options.partOf(open.checkpoint());
            var spec = part.description().spec();
            var usual = options.kvTypeOf(spec, part.storedAs());
            var judged = options.kvType().orElse(KvType.F32);
            try (var recorded = GoldenFile.open(golden, spec);
                    var progress = new Progress(front, "comparing", !quiet)) {
                var types = judged == usual ? List.of(judged) : List.of(judged, usual);
                int runs = types.size() + (options.bf16Activations() ? 1 : 0);
                LongConsumer told = done -> progress.at(done, Verification.work(recorded) * runs);
                var exact = outcomes(open, recorded, options.withBf16Activations(false), types, told);
                var rounded = options.bf16Activations()
                        ? outcomes(open, recorded, options, List.of(usual), told).stream()
                                .findFirst()
                        : Optional.<Outcome>empty();
                return new Runs(exact.getFirst(), exact.stream().skip(1).findFirst(), rounded);
            }
        }
    }

    /** One for each KV cache type. */
    private List<Outcome> outcomes(
            OpenCheckpoint open, GoldenFile recorded, EngineOptions options, List<KvType> types, LongConsumer told) {
        try (var verification = open.reading(() -> Verification.of(open.checkpoint(), options, recorded))) {
            return open.reading(() -> types.stream()
                    .map(type -> verification.run(type, tolerance, told))
                    .toList());
        }
    }

    private void print(Outcome outcome) {
        var out = front.out();
        var style = front.style();
        if (!outcome.hidden().isEmpty()) {
            out.println(style.bold(String.format(
                    "%-18s %12s %12s   %s", "hidden states", "largest", "mean", "at [sequence, position, element]")));
            int wrong = outcome.firstWrong().map(Outcome.Hidden::layers).orElse(-1);
            for (var one : outcome.hidden()) {
                String mark = one.layers() == wrong ? style.bad("  <- the first beyond the tolerance") : "";
                out.println(row(one.name(), one.agreement()) + mark);
            }
            out.println();
        }
        var logits = outcome.logits();
        out.println(style.bold(String.format("%-18s %12s %12s   %s", "logits", "largest", "mean", "at")));
        out.println(row("all positions", logits));
        outcome.draft().ifPresent(draft -> out.println(row("a token further", draft)));
        out.println(bestTokens(logits));
        outcome.greedy().ifPresent(greedy -> out.println(greedy(greedy)));
        outcome.notes().forEach(note -> out.println("note: " + note));
        out.println();
    }

    /** Prints the default KV cache type, and how far its results are from the reference. */
    private void printDefault(Outcome outcome) {
        String type = outcome.kvType().label();
        printUnjudged("cache in " + type, outcome, type + " is the KV cache dtype of run and chat; it does not count");
    }

    private void printRounded(Outcome outcome) {
        printUnjudged(
                "bf16 activations",
                outcome,
                "activations are rounded to BF16 where weights are BF16, the KV cache is "
                        + outcome.kvType().label() + "; this does not count");
    }

    private void printUnjudged(String what, Outcome outcome, String meaning) {
        var out = front.out();
        out.println(front.style().bold(String.format("%-18s %12s %12s   %s", what, "largest", "mean", "at")));
        out.println(row("all positions", outcome.logits()));
        outcome.draft().ifPresent(draft -> out.println(row("a token further", draft)));
        out.println(bestTokens(outcome.logits()));
        outcome.greedy().ifPresent(greedy -> out.println(greedy(greedy)));
        out.println(meaning);
        out.println();
    }

    private void printVerdict(Outcome outcome) {
        var style = front.style();
        front.out()
                .println(
                        outcome.passes()
                                ? style.good("passes") + " within " + Numbers.plain(outcome.tolerance())
                                        + ", keys and values in "
                                        + outcome.kvType().label()
                                : style.bad("fails") + why(outcome));
    }

    private static String bestTokens(Agreement logits) {
        return String.format(
                Locale.ROOT,
                "KL divergence in nats: mean %.3g, largest %.3g%nthe top token is the same at %.2f %% of %d positions",
                logits.meanDivergence(),
                logits.largestDivergence(),
                100 * logits.sameBestShare(),
                logits.rows());
    }

    private static String row(String name, Agreement agreement) {
        var at = agreement.largestAt();
        return String.format(
                Locale.ROOT,
                "%-18s %12.3g %12.3g   [%d, %d, %d]",
                name,
                agreement.largest(),
                agreement.mean(),
                at[0],
                at[1],
                at[2]);
    }

    private static String greedy(Outcome.Greedy greedy) {
        String tokens =
                " of " + greedy.sequences() + " greedy continuations of " + greedy.tokens() + " tokens are the same";
        return greedy.first()
                .map(at -> greedy.same() + tokens + "; sequence " + at.sequence() + " leaves at token " + at.index()
                        + ": expected " + at.expected() + ", got " + at.got())
                .orElse(greedy.same() + tokens);
    }

    private static String why(Outcome outcome) {
        var reasons = new ArrayList<String>();
        String beyond = " is beyond " + Numbers.plain(outcome.tolerance());
        if (!(outcome.logits().largest() <= outcome.tolerance())) {
            reasons.add("a logit" + beyond);
        }
        if (!outcome.draftPasses()) {
            reasons.add("a logit of multi-token prediction" + beyond);
        }
        if (outcome.greedy().flatMap(Outcome.Greedy::first).isPresent()) {
            reasons.add("a continuation differs");
        }
        return ": " + String.join(", and ", reasons);
    }
}
