package orrery.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.engine.EngineOptions;
import orrery.lab.data.TextFile;
import orrery.lab.train.ByteTokens;
import orrery.lab.train.ChatTokens;
import orrery.lab.train.ModelTokens;
import orrery.lab.train.TextTokens;
import orrery.lab.train.TrainedModel;
import orrery.lab.train.TrainingPlan;
import orrery.lab.train.TrainingRun;
import orrery.report.ModelData;
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code train}: a small model from a config and a text. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Trains a small model of any architecture that Orrery knows, from random weights, on a text: in F32, on this"
                    + " machine's processors.",
            "",
            "--out becomes a model's directory that every other command takes, from the first checkpoint on. It also holds"
                    + " loss.jsonl, a line for each step, and training.state, from which --resume goes on with a run that"
                    + " was stopped or killed: its losses are then the same, bit for bit, as without the stop. The same"
                    + " seed gives the same losses on the same machine, whatever --threads is."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery train config.json jargon --out my-model",
            "  orrery train config.json book.txt --out my-model",
            "  orrery train config.json book.txt --out my-model --resume",
            "  orrery train config.json book.txt --out my-model --tokenizer demo-model --steps 5000 \\",
            "    --batch 32 --context 256 --lr 2e-3 --optimizer muon",
            "  orrery train config.json chats.jsonl --chats --tokenizer demo-model --out my-model",
            "  orrery run --model my-model \"Once upon a time\""
        })
final class TrainCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(
            index = "0",
            paramLabel = "SPEC",
            description = "a config.json in Hugging Face's form, or a directory with one; weights there are not used")
    @SuppressWarnings("NullAway.Init")
    private Path source;

    @Parameters(
            index = "1",
            paramLabel = "TEXT",
            description = "the file to train on, or jargon: the Jargon File 4.4.7, 1.4 MB of English")
    @SuppressWarnings("NullAway.Init")
    private Path text;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "the new model's directory")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--resume", description = "go on with the run in --out, given the same options as before")
    private boolean resume;

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description = "a directory with a tokenizer, which is copied (default: every byte is a token)")
    private @Nullable Path tokenizer;

    @Option(
            names = "--chats",
            description = "TEXT is JSON Lines with messages, which the tokenizer's chat template turns into text; the"
                    + " assistant's answers are learned")
    private boolean chats;

    @Mixin
    private final TrainingFlags flags = new TrainingFlags();

    @Option(
            names = "--log",
            paramLabel = "N",
            description = "steps from one line of progress to the next (default: 10)")
    private int log = 10;

    @Option(names = "--threads", paramLabel = "N", description = "number of compute threads (default: one per core)")
    private @Nullable Integer threads;

    @Option(
            names = {"-q", "--quiet"},
            description = "print only errors")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object per line of progress")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    TrainCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        int workers = threads == null ? EngineOptions.defaults().threads() : threads;
        if (workers < 1) {
            throw new ParameterException(spec.commandLine(), "--threads is " + threads + ", expected 1 or more");
        }
        if (log < 1) {
            throw new ParameterException(spec.commandLine(), "--log is " + log + ", expected 1 or more");
        }
        var tokens = tokens();
        var model = TrainedModel.read(source, tokens);
        if (!quiet && !model.notUnderstood().isEmpty()) {
            front.note("not understood in " + model.source() + ": " + String.join(", ", model.notUnderstood()));
        }
        var plan = flags.plan(model.spec().maxPositions());
        long began = System.nanoTime();
        try (var file = TextFile.of(text);
                var run = resume
                        ? TrainingRun.resume(model, tokens, file.path(), plan, workers, out)
                        : TrainingRun.start(model, tokens, file.path(), plan, workers, out)) {
            if (!quiet && !json) {
                introduce(run, plan);
            }
            run.train(new TrainingProgress(front, plan, log, quiet, json));
            double seconds = (System.nanoTime() - began) / 1e9;
            if (json) {
                front.out().println(Json.report("train", data(run, plan, seconds)));
            } else if (!quiet) {
                front.out()
                        .println(out + " holds the model after " + Numbers.count(run.step(), "step") + ": orrery run"
                                + " --model " + out + " \"…\"");
            }
        }
        return 0;
    }

    private TextTokens tokens() {
        if (tokenizer != null) {
            var tokens = ModelTokens.of(tokenizer);
            return chats ? ChatTokens.of(tokens) : tokens;
        }
        if (chats) {
            throw new ParameterException(
                    spec.commandLine(), "--chats needs --tokenizer, a directory that also has a chat template");
        }
        return new ByteTokens();
    }

    private void introduce(TrainingRun run, TrainingPlan plan) {
        var out = front.out();
        out.println(Numbers.exact(run.parameters()) + " parameters, "
                + Numbers.exact(run.trainingTokens()) + " tokens to train on, "
                + Numbers.exact(run.validationTokens()) + " held back for validation");
        out.println((run.step() > 0 ? "from step " + Numbers.exact(run.step()) + " on, of " : "")
                + Numbers.count(plan.steps(), "step") + " of " + plan.batch() + " x " + plan.context() + " tokens by "
                + plan.optimizer().label() + ", " + run.kernels() + " kernels");
        out.flush();
    }

    private Map<String, Object> data(TrainingRun run, TrainingPlan plan, double seconds) {
        var data = new LinkedHashMap<String, Object>();
        data.put("model", ModelData.of(out));
        data.put("parameters", run.parameters());
        data.put("steps", run.step());
        data.put("training_tokens", run.trainingTokens());
        data.put("validation_tokens", run.validationTokens());
        data.put("batch", plan.batch());
        data.put("accumulate", plan.accumulate());
        data.put("context", plan.context());
        data.put("optimizer", plan.optimizer().label());
        data.put("seed", plan.seed());
        data.put("kernels", run.kernels());
        data.put("elapsed_seconds", seconds);
        return data;
    }
}
