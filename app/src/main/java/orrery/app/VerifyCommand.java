package orrery.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.Callable;
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
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify}: a model's outputs against those of a reference implementation. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Runs recorded inputs through a model and compares its logits, hidden states and greedy continuation with what a"
                    + " reference implementation recorded. Succeeds only if every logit is within the tolerance and every"
                    + " continuation the same.",
            "",
            "The recording is a safetensors file with input_ids [B, T] and logits [B, T, V], and perhaps greedy [B, N] and"
                    + " hidden.0 [B, T, D] after the embedding, hidden.1 after the first layer and so on, the last one after"
                    + " the final norm, and mtp_logits [B, T - 1, V] of multi-token prediction."
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

    @Parameters(index = "1", paramLabel = "GOLDEN", description = "what the reference recorded")
    @SuppressWarnings("NullAway.Init")
    private Path golden;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            defaultValue = "2e-4",
            description = "largest absolute difference of a logit (default: ${DEFAULT-VALUE})")
    private double tolerance;

    @Mixin
    private final ComputeFlags compute = new ComputeFlags();

    @Option(
            names = "--slice",
            paramLabel = "SPEC",
            converter = SliceConverter.class,
            description = SliceConverter.DESCRIPTION)
    private @Nullable Slice slice;

    @Option(names = "--quiet", description = "nothing but the exit code and errors")
    private boolean quiet;

    @Option(names = "--json", description = "one JSON object instead of the table")
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
        var outcome = outcome(options());
        if (json) {
            front.out().println(Json.line(outcome.data()));
        } else if (!quiet) {
            print(outcome);
        }
        return outcome.passes() ? 0 : Failures.FAILED;
    }

    private EngineOptions options() {
        var options = compute.options(EngineOptions.defaults());
        return slice == null ? options : options.withSlice(slice);
    }

    private Outcome outcome(EngineOptions options) {
        try (var open = OpenCheckpoint.open(ModelOption.existing(model))) {
            var spec = options.partOf(open.checkpoint()).description().spec();
            try (var recorded = GoldenFile.open(golden, spec);
                    var verification = open.reading(() -> Verification.of(open.checkpoint(), options, recorded));
                    var progress = new Progress(front, "comparing", !quiet)) {
                long work = Verification.work(recorded);
                return open.reading(() -> verification.run(tolerance, done -> progress.at(done, work)));
            }
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
        out.println(String.format(
                Locale.ROOT,
                "KL divergence in nats: mean %.3g, largest %.3g%nthe best token is the same at %.2f %% of %d positions",
                logits.meanDivergence(),
                logits.largestDivergence(),
                100 * logits.sameBestShare(),
                logits.rows()));
        outcome.greedy().ifPresent(greedy -> out.println(greedy(greedy)));
        outcome.notes().forEach(note -> out.println("note: " + note));
        out.println();
        out.println(
                outcome.passes()
                        ? style.good("passes") + " within " + Numbers.plain(outcome.tolerance())
                        : style.bad("fails") + why(outcome));
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
