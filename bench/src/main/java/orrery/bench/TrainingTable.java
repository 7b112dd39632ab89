package orrery.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import orrery.kernel.Ceilings;
import orrery.lab.train.ByteTokens;
import orrery.lab.train.OptimizerKind;
import orrery.lab.train.StepReport;
import orrery.lab.train.TrainedModel;
import orrery.lab.train.TrainingListener;
import orrery.lab.train.TrainingPlan;
import orrery.lab.train.TrainingRun;
import orrery.lab.train.ValidationReport;

/**
 * How fast small models are trained, as a share of the machine's arithmetic: whole steps with AdamW, of 6 operations
 * for each parameter and token (forward and backward). Every step is between two probes of the ceiling. The second
 * share is of processor time, in which other programs do not count: operations per second of it, divided by the peak of
 * one thread in its own processor time.
 *
 * <p>Options: {@code --threads n}, {@code --steps n}, {@code --hidden n} (one size instead of 256 and 512).
 */
final class TrainingTable implements TrainingListener {
    private static final int WARM_UP = 8;
    private static final int CONTEXT = 256;
    private static final int BATCH = 8;
    private static final int LAYERS = 4;
    private static final long PROBED = 64L << 20;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final List<Step> steps = new ArrayList<>();
    private final Ceilings all;
    private final Ceilings one;
    private long since;
    private long processor;
    private double peak;

    /** One step, in seconds and operations per second. */
    private record Step(double seconds, double processorSeconds, double peak, double peakOfOne) {}

    private TrainingTable(Ceilings all, Ceilings one) {
        this.all = all;
        this.one = one;
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        int count = 20;
        var sizes = List.of(256, 512);
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            int value = Integer.parseInt(arguments[i + 1]);
            switch (arguments[i]) {
                case "--threads" -> threads = value;
                case "--steps" -> count = value;
                case "--hidden" -> sizes = List.of(value);
                default ->
                    throw new IllegalArgumentException(
                            "unknown option " + arguments[i] + ", expected --threads, --steps or --hidden");
            }
        }
        var bean = ManagementFactory.getThreadMXBean();
        var folder = Files.createTempDirectory("orrery-training");
        try (var arena = java.lang.foreign.Arena.ofShared();
                var all = new Ceilings(threads, arena.allocate(PROBED, 4096), System::nanoTime);
                var one = new Ceilings(1, arena.allocate(PROBED, 4096), bean::getCurrentThreadCpuTime)) {
            System.out.printf(
                    Locale.ROOT,
                    "steps of %d x %d tokens by AdamW, %d layers, F32, %d threads%n",
                    BATCH,
                    CONTEXT,
                    LAYERS,
                    threads);
            for (int hidden : sizes) {
                new TrainingTable(all, one).measure(hidden, threads, count, folder);
            }
        } finally {
            try (var paths = Files.walk(folder)) {
                for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void measure(int hidden, int threads, int count, Path folder) throws IOException {
        var config = Files.writeString(
                Files.createDirectories(folder.resolve("" + hidden)).resolve("config.json"),
                """
                {"model_type": "llama", "vocab_size": 257, "hidden_size": %d, "intermediate_size": %d,
                 "num_hidden_layers": %d, "num_attention_heads": %d, "num_key_value_heads": %d, "head_dim": 64,
                 "max_position_embeddings": %d, "rms_norm_eps": 1e-5, "tie_word_embeddings": true}
                """.formatted(hidden, 3 * hidden, LAYERS, hidden / 64, hidden / 64, CONTEXT));
        var noise = new byte[1 << 16];
        new Random(1).nextBytes(noise);
        var text = Files.write(folder.resolve("text"), noise);
        var plan = new TrainingPlan(
                WARM_UP + count, BATCH, CONTEXT, 1e-3, 0, 1, 0.1, 1, OptimizerKind.ADAMW, 0, 0, WARM_UP + count, 1);
        var model = TrainedModel.read(config, new ByteTokens());
        try (var run =
                TrainingRun.start(model, new ByteTokens(), text, plan, threads, folder.resolve("out" + hidden))) {
            begin();
            run.train(this);
            print(hidden, run.parameters());
        }
    }

    private void begin() {
        peak = all.arithmetic();
        processor = system.getProcessCpuTime();
        since = System.nanoTime();
    }

    @Override
    public void stepped(StepReport report) {
        double seconds = (System.nanoTime() - since) / 1e9;
        double processorSeconds = (system.getProcessCpuTime() - processor) / 1e9;
        double before = peak;
        double ofOne = one.arithmetic();
        begin();
        if (report.step() > WARM_UP) {
            steps.add(new Step(seconds, processorSeconds, (before + peak) / 2, ofOne));
        }
    }

    @Override
    public void validated(ValidationReport report) {}

    @Override
    public void saved(int step) {}

    private void print(int hidden, long parameters) {
        double operations = 6.0 * parameters * BATCH * CONTEXT;
        System.out.printf(
                Locale.ROOT,
                "hidden %4d, %,11d parameters: %6.1f ms, %6.1f ms of processor time, %,7.0f tokens/s, %6.1f GFLOP/s,"
                        + " %3.0f %% of the peak; %3.0f %% by processor time%n",
                hidden,
                parameters,
                1e3 * median(Step::seconds),
                1e3 * median(Step::processorSeconds),
                BATCH * CONTEXT / median(Step::seconds),
                operations / median(Step::seconds) / 1e9,
                100 * median(step -> operations / step.seconds / step.peak),
                100 * median(step -> operations / step.processorSeconds / step.peakOfOne));
    }

    private double median(java.util.function.ToDoubleFunction<Step> value) {
        var sorted = steps.stream().mapToDouble(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
