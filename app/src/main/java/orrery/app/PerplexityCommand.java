package orrery.app;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.app.measure.Likelihood;
import orrery.app.measure.MeasuredModel;
import orrery.app.measure.MeasuredText;
import orrery.app.measure.PerplexityRun;
import orrery.app.measure.TextWindows;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Progress;
import orrery.report.Numbers;
import orrery.token.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perplexity}: the perplexity of a text. */
@Command(
        name = "perplexity",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Measures a model's perplexity on a text: e to the power of the mean of -ln p over its tokens. Lower is"
                    + " better.",
            "",
            "A text longer than one window is run in overlapping windows. Every token is scored once, with at least"
                    + " (window - stride) tokens before it, except at the very beginning. Perplexities are comparable"
                    + " only between models with the same tokenizer, and with the same window and stride."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery perplexity --model my-model --text book.txt",
            "  orrery perplexity --model my-model --text book.txt --window 2048 --stride 1024 \\",
            "    --json"
        })
final class PerplexityCommand implements Callable<Integer> {
    private final Front front;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final MeasuringFlags flags = new MeasuringFlags();

    @Option(
            names = {"-s", "--stride"},
            paramLabel = "S",
            description = "tokens from the start of one window to the next (default: half a window)")
    private @Nullable Integer stride;

    @Option(
            names = {"-q", "--quiet"},
            description = "no progress and no notes")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object instead of the sentences")
    private boolean json;

    PerplexityCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        var path = model.path();
        String text = flags.text(front);
        MeasuredText measured;
        try (var tokenizer = Tokenizer.read(path)) {
            measured = MeasuredText.of(tokenizer, text);
        }
        try (var open = new MeasuredModel(path, flags.options(), 0)) {
            if (!quiet) {
                open.notes().forEach(front::note);
            }
            var windows = measured.windows(
                    flags.window(),
                    stride == null ? OptionalInt.empty() : OptionalInt.of(stride),
                    MeasuringFlags.USUAL_WINDOW,
                    open.spec().maxPositions());
            Likelihood likelihood;
            try (var progress = new Progress(front, "reading", !quiet)) {
                long work = windows.work();
                likelihood = PerplexityRun.of(open, windows, done -> progress.at(done, work));
            }
            if (json) {
                front.out().println(Json.report("perplexity", data(open, windows, likelihood)));
            } else {
                print(windows, likelihood);
            }
        }
        return 0;
    }

    private void print(TextWindows windows, Likelihood likelihood) {
        var out = front.out();
        out.println(String.format(
                Locale.ROOT,
                "perplexity %s +- %.3g (%.4f nats per token)",
                front.style().bold(String.format(Locale.ROOT, "%.4f", likelihood.perplexity())),
                likelihood.standardError(),
                likelihood.natsPerToken()));
        out.println("over " + Numbers.count(likelihood.tokens(), "token") + " of "
                + Numbers.exact(windows.ids().length) + ", in "
                + Numbers.count(windows.windows().size(), "window"));
    }

    private Map<String, Object> data(MeasuredModel open, TextWindows windows, Likelihood likelihood) {
        var data = new LinkedHashMap<String, Object>();
        data.put("model", open.data());
        data.put("text", flags.name());
        data.put("perplexity", likelihood.perplexity());
        data.put("standard_error", likelihood.standardError());
        data.put("nats_per_token", likelihood.natsPerToken());
        data.put("tokens", windows.ids().length);
        data.put("scored_tokens", likelihood.tokens());
        data.put("windows", windows.windows().size());
        data.put("window", windows.length());
        data.put("stride", windows.stride());
        data.put("kernels", open.kernels());
        return data;
    }
}
