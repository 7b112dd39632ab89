package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.ablation.Ablation;
import orrery.ablation.Cell;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Progress;
import orrery.engine.EngineOptions;
import orrery.format.FormatException;
import orrery.kernel.Backend;
import orrery.lab.experiment.Experiment;
import orrery.lab.experiment.GridListener;
import orrery.lab.experiment.GridRun;
import orrery.lab.experiment.GridSize;
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lab}: ablations with tiny models. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Repeats ablations of published reports with tiny models, and says what they show at this scale and what"
                    + " they do not.",
            "",
            "  norms      norm placement and QK-norm against learning rates (OLMo 2)",
            "  windows    sliding windows in several shares of the layers (Gemma 3)",
            "  attention  MHA, GQA, MQA and MLA at equal parameters (DeepSeek V2)",
            "  experts    dense, few wide, fine-grained and shared experts (DeepSeekMoE)",
            "",
            "Each experiment is a grid of training runs. Every run that ends is in the file at once; the same command"
                    + " goes on after a stop. The time that is left is estimated from measured steps and printed"
                    + " before the first run."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery lab norms --quick",
            "  orrery lab norms --out results",
            "  orrery lab windows --full --out results --json"
        })
final class LabCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(index = "0", paramLabel = "EXPERIMENT", description = "norms, windows, attention or experts")
    @SuppressWarnings("NullAway.Init")
    private String experiment;

    @Option(names = "--quick", description = "one training run")
    private boolean quick;

    @Option(names = "--full", description = "every training run of the grid (default: at most an hour on a laptop)")
    private boolean full;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "the folder of the results, EXPERIMENT.json (default: lab-results)")
    private Path out = Path.of("lab-results");

    @Option(names = "--threads", paramLabel = "N", description = "number of compute threads (default: one per core)")
    private @Nullable Integer threads;

    @Option(
            names = "--machine",
            paramLabel = "WORDS",
            description = "the machine, as the results are to name it (default: its cores and kernels)")
    private @Nullable String machine;

    @Option(
            names = {"-q", "--quiet"},
            description = "print only errors")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object instead of lines")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    LabCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        if (quick && full) {
            throw new ParameterException(spec.commandLine(), "--quick and --full exclude each other");
        }
        int workers = threads == null ? EngineOptions.defaults().threads() : threads;
        if (workers < 1) {
            throw new ParameterException(spec.commandLine(), "--threads is " + threads + ", expected 1 or more");
        }
        var chosen = Experiment.named(experiment);
        var size = quick ? GridSize.QUICK : full ? GridSize.FULL : GridSize.USUAL;
        String command = "orrery lab " + experiment + (quick ? " --quick" : full ? " --full" : "");
        var file = folder().resolve(experiment + ".json");
        Ablation results;
        try (var progress = new Progress(front, experiment, !quiet)) {
            results = GridRun.of(chosen, size, command, machine(), workers).run(file, new Lines(progress, file));
        }
        if (json) {
            front.out().println(Json.report("lab", results.data()));
        } else if (!quiet) {
            front.out().println();
            front.out().println(results.ran());
            results.findings().forEach(front.out()::println);
        }
        return 0;
    }

    private Path folder() {
        try {
            return Files.createDirectories(out);
        } catch (IOException e) {
            throw new FormatException("could not create " + out + ": " + FormatException.reason(e), e);
        }
    }

    private String machine() {
        return machine != null
                ? machine
                : Numbers.count(Runtime.getRuntime().availableProcessors(), "core") + ", "
                        + Backend.best().name() + " kernels";
    }

    /** A line for every cell, and the bar between them. */
    private final class Lines implements GridListener {
        private final Progress progress;
        private final Path file;

        Lines(Progress progress, Path file) {
            this.progress = progress;
            this.file = file;
        }

        private void print(String line) {
            if (!quiet && !json) {
                progress.clear();
                front.out().println(line);
                front.out().flush();
            }
        }

        @Override
        public void begins(int cells, int done, double seconds) {
            print(experiment + ": " + Numbers.count(cells, "training run") + " to do"
                    + (done > 0 ? ", " + done + " done before" : "")
                    + (cells > 0 ? ", about " + time(seconds) : "") + "; results in " + file);
        }

        private static String time(double seconds) {
            return seconds < 3600
                    ? Math.max(1, Math.round(seconds / 60)) + " min"
                    : String.format(Locale.ROOT, "%.1f hours", seconds / 3600);
        }

        @Override
        public void at(long done, long all) {
            progress.at(done, all);
        }

        @Override
        public void finished(Cell cell) {
            String found = cell.divergedAt().isPresent()
                    ? "diverged at step " + cell.divergedAt().getAsInt()
                    : measured(cell, "loss") + measured(cell, "accuracy");
            print(cell.name() + ":" + found + " in " + Math.round(cell.seconds()) + " s");
        }

        private static String measured(Cell cell, String measure) {
            return cell.measure(measure).stream()
                    .mapToObj(value -> String.format(Locale.ROOT, " %s %.3f", measure, value))
                    .findFirst()
                    .orElse("");
        }
    }
}
