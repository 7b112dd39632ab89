package orrery.lab.train;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import orrery.catalog.CheckpointWriter;
import orrery.catalog.OpenCheckpoint;
import orrery.format.Metadata;
import orrery.format.NewDirectory;
import orrery.format.NewFile;
import orrery.kernel.Backend;
import orrery.lab.tape.Parameter;
import orrery.lab.tape.Parameters;
import orrery.lab.tape.TrainingPass;
import orrery.tensor.Tensor;

/**
 * A run that trains a model and keeps its last checkpoint in a directory: {@code config.json},
 * {@code model.safetensors} and the tokenizer's files, which make it a model's directory like any other;
 * {@code training.state}, from which a stopped run goes on; and {@code loss.jsonl}. Each file is replaced in one move.
 * One thread uses it.
 */
public final class TrainingRun implements AutoCloseable {
    private static final String WEIGHTS = "model.safetensors";

    private final TrainedModel model;
    private final TrainingPlan plan;
    private final TrainingData data;
    private final Path directory;
    private final Map<String, String> asked;
    private final Parameters parameters;
    private final TrainingPass pass;
    private final Optional<TrainingPass> nested;
    private final ExpertBalance balance;
    private final Optimizer optimizer;
    private final String kernels;
    private int step;
    private int savedStep;

    private TrainingRun(TrainedModel model, TrainingData data, TrainingPlan plan, int threads, Path directory) {
        this.model = model;
        this.plan = plan;
        this.data = data;
        this.directory = directory;
        asked = new LinkedHashMap<>(plan.said());
        asked.put("text", "sha256 " + data.digest());
        asked.put("config", model.config());
        var spec = model.spec();
        parameters = Parameters.zeros(spec);
        try {
            var backend = Backend.best();
            var options = new Backend.Options(threads);
            kernels = backend.name();
            float draftWeight = spec.draft().isPresent() ? (float) plan.draftWeight() : 0;
            pass = new TrainingPass(spec, parameters, backend.open(options), plan.batch(), plan.context(), draftWeight);
            pass.balance(plan.balanceWeight());
            nested = plan.nested()
                    .map(slice -> TrainingPass.ofSlice(
                            slice.of(spec), parameters, backend.open(options), plan.batch(), plan.context()));
            balance = new ExpertBalance(parameters, spec, plan.biasStep());
            optimizer = Optimizers.of(plan, parameters, () -> backend.open(options));
        } catch (RuntimeException | Error e) {
            parameters.close();
            throw e;
        }
    }

    /**
     * Starts a run with random weights, which are written at once as the checkpoint of step 0.
     *
     * @param directory a new one; its parent has to exist
     * @param threads that compute; they change no bit of the result
     * @throws orrery.OrreryException if the text is too short, the model cannot be trained, or nothing can be written
     */
    public static TrainingRun start(
            TrainedModel model, TextTokens tokens, Path text, TrainingPlan plan, int threads, Path directory) {
        model.requireFit(plan);
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new TrainException(directory + " exists already, expected a new directory"
                    + (Files.exists(directory.resolve(TrainingState.FILE)) ? "; --resume goes on with its run" : ""));
        }
        var run = new TrainingRun(model, TrainingData.read(text, tokens, plan), plan, threads, directory);
        try {
            InitialWeights.fill(run.parameters, model.spec(), plan.seed());
            NewDirectory.write(directory, false, fresh -> run.writeFirst(fresh, tokens));
            return run;
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }

    /**
     * Goes on with a run from its last checkpoint.
     *
     * @param directory that of the run
     * @throws orrery.OrreryException as {@link #start}, or if the run was asked for something else
     */
    public static TrainingRun resume(
            TrainedModel model, TextTokens tokens, Path text, TrainingPlan plan, int threads, Path directory) {
        model.requireFit(plan);
        var run = new TrainingRun(model, TrainingData.read(text, tokens, plan), plan, threads, directory);
        try {
            run.step = TrainingState.read(directory, run.asked, run.parameters, run.optimizer, plan.steps());
            run.savedStep = run.step;
            return run;
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }

    private void writeFirst(Path fresh, TextTokens tokens) {
        NewFile.write(fresh.resolve("config.json"), model.config());
        tokens.write(fresh, model.spec().vocabSize());
        writeWeights(fresh);
        TrainingState.write(fresh, 0, asked, parameters, optimizer);
        NewFile.write(fresh.resolve(LossLog.FILE), "");
        try (var open = OpenCheckpoint.open(fresh)) {
            var back = open.checkpoint().description().spec();
            if (!back.withName("").equals(model.spec().withName(""))) {
                throw new IllegalStateException(model.source() + " does not read back as the model that it describes");
            }
        }
    }

    private void writeWeights(Path to) {
        var config = Metadata.readJson(to.resolve("config.json"));
        CheckpointWriter.write(to.resolve(WEIGHTS), config, model.spec(), parameters.matrices());
    }

    /** Parameters that are trained. */
    public long parameters() {
        return parameters.count();
    }

    /** Steps that are done. */
    public int step() {
        return step;
    }

    /** The name of the backend that computes. */
    public String kernels() {
        return kernels;
    }

    /** Tokens that are trained on, each many times. */
    public int trainingTokens() {
        return data.trainingTokens();
    }

    /** Tokens that are held back for validation. */
    public int validationTokens() {
        return data.validationTokens();
    }

    /**
     * Trains to the end.
     *
     * @throws TrainException if a loss or a gradient is not a finite number; the last checkpoint stays
     * @throws orrery.format.FormatException if a file cannot be written; the one before stays
     */
    public void train(TrainingListener listener) {
        if (step == plan.steps()) {
            // The run was stopped after it wrote its last state, and perhaps before it wrote its last weights.
            writeWeights(directory);
        }
        try (var log = LossLog.open(directory, step)) {
            while (step < plan.steps()) {
                var report = takeStep();
                log.add(report.data());
                listener.stepped(report);
                if (step % plan.every() == 0 || step == plan.steps()) {
                    if (data.validationSequences(plan.context()) > 0) {
                        var validation = validate();
                        log.add(validation.data());
                        listener.validated(validation);
                    }
                    save();
                    listener.saved(step);
                }
            }
        }
    }

    private StepReport takeStep() {
        boolean sliced = nested.isPresent() && step % 2 == 1;
        var trained = sliced ? nested.get() : pass;
        var batches = IntStream.range(0, plan.accumulate())
                .mapToObj(i -> data.batch(plan, step * plan.accumulate() + i))
                .toList();
        int tokens = batches.stream().mapToInt(TrainingData.Batch::counted).sum();
        parameters.clearGradients();
        trained.loads().clear();
        double loss = 0;
        double draftLoss = 0;
        double largest = 0;
        for (var batch : batches) {
            double share = (double) batch.counted() / tokens;
            loss += share * trained.gradients(batch.tokens(), batch.targets(), (float) share);
            draftLoss += share * trained.draftLoss();
            largest = Math.max(largest, trained.largestScore());
        }
        double norm = parameters.gradientNorm();
        if (!Double.isFinite(loss)) {
            throw stopped("the loss is " + loss);
        }
        if (!Double.isFinite(norm)) {
            throw stopped("the gradient of " + firstInfinite() + " is not finite");
        }
        double rate = plan.learningRate(step);
        optimizer.update(step, rate, (float) Math.min(1, plan.clip() / norm));
        var loads = trained.loads().counts();
        balance.update(loads);
        step++;
        return new StepReport(step, loss, draftLoss, norm, largest, rate, tokens, sliced, loads);
    }

    private TrainException stopped(String what) {
        return new TrainException(what + " after " + step + " of " + plan.steps()
                + " steps; the run stops, and its last good checkpoint, of step " + savedStep + ", stays in "
                + directory
                + ". A lower learning rate or a longer warm-up may help");
    }

    private String firstInfinite() {
        return parameters.all().stream()
                .filter(parameter -> !finite(parameter.gradient()))
                .map(Parameter::path)
                .findFirst()
                .orElse("the model");
    }

    private static boolean finite(Tensor tensor) {
        long count = tensor.shape().elements();
        for (long i = 0; i < count; i++) {
            if (!Float.isFinite(tensor.data().getAtIndex(ValueLayout.JAVA_FLOAT, i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Measures the model on the text that is held back.
     *
     * @throws TrainException if nothing is held back
     */
    public ValidationReport validate() {
        int sequences = data.validationSequences(plan.context());
        if (sequences == 0) {
            throw new TrainException("no text is held back for validation");
        }
        var sums = new double[plan.context()];
        var counts = new int[plan.context()];
        for (int first = 0; first < sequences; first += plan.batch()) {
            var batch = data.validation(plan.context(), first, Math.min(plan.batch(), sequences - first));
            var losses = pass.losses(batch.tokens(), batch.targets());
            for (int s = 0; s < losses.length; s++) {
                for (int i = 0; i < losses[s].length; i++) {
                    if (batch.targets()[s][i] >= 0) {
                        sums[i] += losses[s][i];
                        counts[i]++;
                    }
                }
            }
        }
        var report = ValidationReport.of(step, sums, counts);
        if (!Double.isFinite(report.loss())) {
            throw stopped("the validation loss is " + report.loss());
        }
        return report;
    }

    /** The state first: from it, the weights can be written again. */
    private void save() {
        for (var parameter : parameters.all()) {
            if (!finite(parameter.value())) {
                throw stopped("the weight " + parameter.path() + " is not finite");
            }
        }
        TrainingState.write(directory, step, asked, parameters, optimizer);
        writeWeights(directory);
        savedStep = step;
    }

    @Override
    public void close() {
        optimizer.close();
        nested.ifPresent(TrainingPass::close);
        pass.close();
        parameters.close();
    }
}
