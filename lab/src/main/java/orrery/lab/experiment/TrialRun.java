package orrery.lab.experiment;

import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import orrery.ablation.Cell;
import orrery.lab.train.ModelTrainer;
import orrery.lab.train.StepReport;

/** Runs one cell: trains its model and measures it. A loss that is not a finite number is a result like any other. */
final class TrialRun {
    /** A step whose loss is this many nats above the mean of the steps before it is a spike. */
    private static final double LOSS_SPIKE = 0.5;
    /** A step whose gradient norm is this many times the mean of the steps before it is a spike. */
    private static final double GRADIENT_SPIKE = 3;
    /** How many steps before it a step is compared with. */
    private static final int BEFORE = 20;

    private static final int VALIDATION = 128;

    private final Trial trial;
    private final SortedMap<String, Double> measures = new TreeMap<>();
    private final double[] losses;
    private final double[] norms;

    private TrialRun(Trial trial) {
        this.trial = trial;
        losses = new double[trial.plan().steps()];
        norms = new double[losses.length];
    }

    /** Learns of every step that is done. */
    @FunctionalInterface
    interface Steps {
        void stepped(StepReport report);
    }

    /**
     * Runs a cell.
     *
     * @param seconds a clock
     */
    static Cell run(Trial trial, int threads, DoubleSupplier seconds, Steps listener) {
        return new TrialRun(trial).run(threads, seconds, listener);
    }

    private Cell run(int threads, DoubleSupplier seconds, Steps listener) {
        double began = seconds.getAsDouble();
        var plan = trial.plan();
        try (var trainer = new ModelTrainer(trial.spec(), plan, threads)) {
            var diverged = OptionalInt.empty();
            int done = 0;
            double logit = 0;
            while (done < plan.steps() && diverged.isEmpty()) {
                var batch = trial.task().training(plan.seed(), done, plan.batch());
                var report = trainer.step(batch.tokens(), batch.targets());
                listener.stepped(report);
                if (Double.isFinite(report.loss()) && Double.isFinite(report.gradientNorm())) {
                    losses[done] = report.loss();
                    norms[done] = report.gradientNorm();
                    logit = Math.max(logit, report.largestLogit());
                    done++;
                } else {
                    diverged = OptionalInt.of(report.step());
                }
            }
            steps(done, logit);
            var sizes = new Sizes(trial.spec(), plan.context());
            sizes.addTo(measures);
            var validation = Validation.of(trainer, trial, VALIDATION);
            if (diverged.isEmpty() && !validation.finite()) {
                diverged = OptionalInt.of(plan.steps());
            }
            boolean measured = diverged.isEmpty();
            if (measured) {
                measures.putAll(validation.measures());
            }
            return new Cell(
                    new TreeMap<>(trial.factors()),
                    plan.seed(),
                    trainer.parameters(),
                    (long) done * plan.batch() * plan.context(),
                    diverged,
                    measures,
                    measured ? validation.ranges() : java.util.List.of(),
                    seconds.getAsDouble() - began);
        }
    }

    private void steps(int done, double logit) {
        double largest = 0;
        int lossSpikes = 0;
        int gradientSpikes = 0;
        for (int i = 0; i < done; i++) {
            largest = Math.max(largest, norms[i]);
            if (i >= BEFORE) {
                lossSpikes += losses[i] > mean(losses, i) + LOSS_SPIKE ? 1 : 0;
                gradientSpikes += norms[i] > GRADIENT_SPIKE * mean(norms, i) ? 1 : 0;
            }
        }
        measures.put("largest_gradient_norm", largest);
        measures.put("last_gradient_norm", mean(norms, done));
        measures.put("largest_attention_logit", logit);
        measures.put("loss_spikes", (double) lossSpikes);
        measures.put("gradient_spikes", (double) gradientSpikes);
    }

    /** Of the last steps before a step. */
    private static double mean(double[] numbers, int step) {
        double sum = 0;
        int from = Math.max(0, step - BEFORE);
        for (int i = from; i < step; i++) {
            sum += numbers[i];
        }
        return step == 0 ? 0 : sum / (step - from);
    }
}
