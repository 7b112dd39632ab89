package orrery.app;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import orrery.app.measure.Likelihood;
import orrery.app.measure.LogitComparison;
import orrery.app.measure.MeasuredModel;
import orrery.app.measure.MeasuredText;
import orrery.app.measure.TextWindows;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Progress;
import orrery.engine.Host;
import orrery.report.Numbers;
import orrery.token.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compare-logits}: how much two models differ on a text. */
@Command(
        name = "compare-logits",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Runs a text through two models with the same vocabulary, such as a model and its quantised version, and"
                    + " reports how far their predictions differ: the Kullback-Leibler divergence of B from A in nats"
                    + " (0 if they are equal), how often their top token is the same, and the perplexity of each."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery compare-logits my-model my-model-q4_k_m.gguf --text book.txt",
            "  orrery compare-logits my-model my-model-q8_0.gguf --text book.txt --window 1024 --json"
        })
final class CompareLogitsCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(index = "0", paramLabel = "A", description = "the reference model")
    @SuppressWarnings("NullAway.Init")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "the model to compare with it")
    @SuppressWarnings("NullAway.Init")
    private Path second;

    @Mixin
    private final MeasuringFlags flags = new MeasuringFlags();

    @Option(
            names = {"-q", "--quiet"},
            description = "no progress and no notes")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object instead of the table")
    private boolean json;

    CompareLogitsCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        ModelOption.existing(first);
        ModelOption.existing(second);
        var measured = measured(flags.text(front));
        var options = flags.options();
        // Each leaves memory for the other.
        long half = Host.memory() / 2;
        try (var one = new MeasuredModel(first, options, half);
                var other = new MeasuredModel(second, options, half)) {
            requireSame(
                    "the vocabularies differ",
                    "rows of logits",
                    one.spec().vocabSize(),
                    other.spec().vocabSize());
            int reach = Math.min(one.spec().maxPositions(), other.spec().maxPositions());
            var windows = measured.windows(flags.window(), OptionalInt.empty(), MeasuringFlags.USUAL_WINDOW, reach);
            LogitComparison comparison;
            try (var progress = new Progress(front, "comparing", !quiet)) {
                long work = windows.work();
                comparison = LogitComparison.of(one, other, windows, done -> progress.at(done, work));
            }
            if (json) {
                front.out().println(Json.report("compare-logits", data(one, other, windows, comparison)));
            } else {
                print(windows, comparison);
            }
        }
        return 0;
    }

    /** The text, encoded by the first model's tokenizer, which must be the second one's, too. */
    private MeasuredText measured(String text) {
        try (var one = Tokenizer.read(first);
                var other = Tokenizer.read(second)) {
            requireSame("the vocabularies differ", "tokens", one.vocabularySize(), other.vocabularySize());
            var measured = MeasuredText.of(one, text);
            var theirs = MeasuredText.of(other, text);
            int apart = Arrays.mismatch(measured.ids(), theirs.ids());
            if (apart >= 0) {
                throw new CommandException("the vocabularies differ: " + first + " and " + second
                        + " split the text into the same tokens only up to token " + apart
                        + "; only models with the same tokenizer can be compared");
            }
            return measured;
        }
    }

    private void requireSame(String difference, String what, int one, int other) {
        if (one != other) {
            throw new CommandException(difference + ": " + first + " has " + Numbers.exact(one) + " " + what + ", and "
                    + second + " has " + Numbers.exact(other));
        }
    }

    private void print(TextWindows windows, LogitComparison comparison) {
        var out = front.out();
        var agreement = comparison.agreement();
        out.println(String.format(
                Locale.ROOT,
                "KL divergence  mean %s nats, largest %.4g (of token %d, %d of %d)",
                front.style().bold(String.format(Locale.ROOT, "%.4g", agreement.meanDivergence())),
                agreement.largestDivergence(),
                windows.ids()[comparison.worst()],
                comparison.worst() + 1,
                windows.ids().length));
        out.println(String.format(
                Locale.ROOT,
                "likeliest      the same at %.2f %% of %s",
                100 * agreement.sameBestShare(),
                Numbers.count(agreement.rows(), "position")));
        out.println(String.format(
                Locale.ROOT,
                "logits         differ by %.3g on average, %.3g at most",
                agreement.mean(),
                agreement.largest()));
        print("perplexity of A", comparison.first());
        print("perplexity of B", comparison.second());
    }

    private void print(String what, Likelihood likelihood) {
        front.out()
                .println(String.format(
                        Locale.ROOT, "%s %.4f +- %.3g", what, likelihood.perplexity(), likelihood.standardError()));
    }

    private Map<String, Object> data(
            MeasuredModel one, MeasuredModel other, TextWindows windows, LogitComparison comparison) {
        var data = new LinkedHashMap<String, Object>();
        var agreement = comparison.agreement();
        data.put("models", List.of(one.data(), other.data()));
        data.put("text", flags.name());
        data.put("mean_kl_divergence", agreement.meanDivergence());
        data.put("largest_kl_divergence", agreement.largestDivergence());
        data.put("largest_at_token", comparison.worst());
        data.put("same_argmax_share", agreement.sameBestShare());
        data.put("mean_difference", agreement.mean());
        data.put("largest_difference", agreement.largest());
        data.put(
                "perplexities",
                List.of(comparison.first().perplexity(), comparison.second().perplexity()));
        data.put("positions", agreement.rows());
        data.put("tokens", windows.ids().length);
        data.put("windows", windows.windows().size());
        data.put("window", windows.length());
        data.put("stride", windows.stride());
        return data;
    }
}
