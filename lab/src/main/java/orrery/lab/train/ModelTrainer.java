package orrery.lab.train;

import java.util.Arrays;
import orrery.kernel.Backend;
import orrery.lab.tape.Parameters;
import orrery.lab.tape.TrainingPass;
import orrery.model.RoutingObserver;
import orrery.spec.ArchitectureSpec;

/**
 * A model that is trained in memory, without files, on whatever batches it gets: any spec, also one that no family's
 * config describes. Equal specs, plans and batches give equal losses on one machine. One thread uses it.
 */
public final class ModelTrainer implements AutoCloseable {
    private final TrainingPlan plan;
    private final Parameters parameters;
    private final TrainingPass pass;
    private final ExpertBalance balance;
    private final Optimizer optimizer;
    private int step;

    /**
     * Begins with random weights.
     *
     * @param plan its text, checkpoints and validation mean nothing here
     * @param threads that compute; they change no bit of the result
     * @throws orrery.OrreryException if the spec cannot be trained
     */
    public ModelTrainer(ArchitectureSpec spec, TrainingPlan plan, int threads) {
        this.plan = plan;
        parameters = Parameters.zeros(spec);
        try {
            InitialWeights.fill(parameters, spec, plan.seed());
            var backend = Backend.best();
            var options = new Backend.Options(threads);
            pass = new TrainingPass(spec, parameters, backend.open(options), plan.batch(), plan.context());
            pass.balance(plan.balanceWeight());
            balance = new ExpertBalance(parameters, spec, plan.biasStep());
            optimizer = Optimizers.of(plan, parameters, () -> backend.open(options));
        } catch (RuntimeException | Error e) {
            parameters.close();
            throw e;
        }
    }

    /**
     * Trains on one batch.
     *
     * @param targets the id after each token, or {@link TrainingPass#IGNORED}
     * @return what the step was like; if its loss or gradient is not finite, the weights are unchanged
     */
    public StepReport step(int[][] tokens, int[][] targets) {
        parameters.clearGradients();
        pass.loads().clear();
        double loss = pass.gradients(tokens, targets);
        double norm = parameters.gradientNorm();
        double rate = plan.learningRate(step);
        if (Double.isFinite(loss) && Double.isFinite(norm)) {
            optimizer.update(step, rate, (float) Math.min(1, plan.clip() / norm));
            balance.update(pass.loads().counts());
        }
        step++;
        return new StepReport(
                step,
                loss,
                pass.draftLoss(),
                norm,
                pass.largestScore(),
                rate,
                (int) Arrays.stream(targets)
                        .flatMapToInt(Arrays::stream)
                        .filter(id -> id >= 0)
                        .count(),
                false,
                pass.loads().counts());
    }

    /** The loss of each position in nats; NaN where it does not count. */
    public float[][] losses(int[][] tokens, int[][] targets, RoutingObserver routing) {
        return pass.losses(tokens, targets, routing);
    }

    /** The likeliest id after each token. */
    public int[][] likeliest(int[][] tokens) {
        return pass.likeliest(tokens);
    }

    /** Parameters that are trained. */
    public long parameters() {
        return parameters.count();
    }

    @Override
    public void close() {
        optimizer.close();
        pass.close();
        parameters.close();
    }
}
