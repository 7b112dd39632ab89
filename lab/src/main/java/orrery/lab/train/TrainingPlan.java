package orrery.lab.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import orrery.catalog.Slice;

/**
 * How a model is trained; two runs with equal plans, configs and texts give the same curve on one machine.
 *
 * @param steps updates of the weights
 * @param batch sequences per step
 * @param context tokens per sequence
 * @param learningRate after the warm-up
 * @param warmUp steps in which the learning rate grows linearly to {@code learningRate}
 * @param finalRate what the learning rate falls to along a cosine, as a share of {@code learningRate}
 * @param weightDecay per unit of learning rate, of matrices that are multiplied (decoupled, arXiv:1711.05101)
 * @param clip the largest norm of the gradient; a larger one is scaled down to it
 * @param optimizer what updates the matrices
 * @param draftWeight what the loss of the spec's draft is multiplied with, if it has one
 * @param validation the share of the text, at its end, that is not trained on
 * @param every steps from one checkpoint, and one validation, to the next
 * @param seed of the initial weights and of the batches
 * @param accumulate batches per step: their gradients are added in order, each by its share of the tokens
 * @param biasStep by how much a router's correction bias changes in a step, up for experts with less than the mean load
 *     and down for those with more (arXiv:2408.15664)
 * @param balanceWeight what the auxiliary loss of routers without such a bias is multiplied with (arXiv:2101.03961)
 * @param nested a smaller model within, which every other step trains instead of the whole one (arXiv:2310.07707)
 */
public record TrainingPlan(
        int steps,
        int batch,
        int context,
        double learningRate,
        int warmUp,
        double finalRate,
        double weightDecay,
        double clip,
        OptimizerKind optimizer,
        double draftWeight,
        double validation,
        int every,
        long seed,
        int accumulate,
        double biasStep,
        double balanceWeight,
        Optional<Slice> nested) {

    /** 1,000 steps of 16 sequences of 128 tokens by AdamW. */
    public static final TrainingPlan DEFAULT =
            new TrainingPlan(1000, 16, 128, 1e-3, 100, 0.1, 0.1, 1, OptimizerKind.ADAMW, 0.1, 0.1, 100, 1);

    /** Without accumulation and a nested model, and with the usual balancing. */
    public TrainingPlan(
            int steps,
            int batch,
            int context,
            double learningRate,
            int warmUp,
            double finalRate,
            double weightDecay,
            double clip,
            OptimizerKind optimizer,
            double draftWeight,
            double validation,
            int every,
            long seed) {
        this(
                steps,
                batch,
                context,
                learningRate,
                warmUp,
                finalRate,
                weightDecay,
                clip,
                optimizer,
                draftWeight,
                validation,
                every,
                seed,
                1,
                1e-3,
                1e-2,
                Optional.empty());
    }

    public TrainingPlan {
        require(steps >= 1, "steps", steps, "1 or more");
        require(batch >= 1 && batch <= 4096, "batch", batch, "1 to 4096 sequences");
        require(
                context >= 2 && (long) batch * context <= 1 << 20,
                "context",
                context,
                "2 or more, and at most " + "1048576 tokens in a batch");
        require(learningRate > 0 && learningRate <= 10, "lr", learningRate, "more than 0, at most 10");
        require(warmUp >= 0 && warmUp <= steps, "warmup", warmUp, "0 to the number of steps, " + steps);
        require(finalRate >= 0 && finalRate <= 1, "final-lr", finalRate, "a share from 0 to 1");
        require(weightDecay >= 0 && weightDecay <= 10, "weight-decay", weightDecay, "0 to 10");
        require(clip > 0, "clip", clip, "more than 0");
        require(draftWeight >= 0 && draftWeight <= 10, "draft-weight", draftWeight, "0 to 10");
        require(validation >= 0 && validation <= 0.9, "validation", validation, "a share from 0 to 0.9");
        require(every >= 1, "every", every, "1 or more");
        require(accumulate >= 1 && accumulate <= 4096, "accumulate", accumulate, "1 to 4096 batches");
        require(biasStep >= 0 && biasStep <= 1, "bias-step", biasStep, "0 to 1");
        require(balanceWeight >= 0 && balanceWeight <= 10, "balance-weight", balanceWeight, "0 to 10");
    }

    private static void require(boolean holds, String name, Number value, String expected) {
        if (!holds) {
            throw new TrainException(name + " is " + value + ", expected " + expected);
        }
    }

    /** The learning rate of a step, counted from 0: a linear warm-up, then half a cosine (arXiv:1608.03983). */
    double learningRate(int step) {
        if (step < warmUp) {
            return learningRate * (step + 1) / warmUp;
        }
        double done = (double) (step - warmUp) / Math.max(1, steps - warmUp);
        double share = finalRate + (1 - finalRate) * 0.5 * (1 + StrictMath.cos(Math.PI * done));
        return learningRate * share;
    }

    /** Everything that the curve depends on, by the names of the options. */
    Map<String, String> said() {
        var said = new LinkedHashMap<String, String>();
        said.put("steps", Integer.toString(steps));
        said.put("batch", Integer.toString(batch));
        said.put("context", Integer.toString(context));
        said.put("lr", Double.toString(learningRate));
        said.put("warmup", Integer.toString(warmUp));
        said.put("final-lr", Double.toString(finalRate));
        said.put("weight-decay", Double.toString(weightDecay));
        said.put("clip", Double.toString(clip));
        said.put("optimizer", optimizer.label());
        said.put("draft-weight", Double.toString(draftWeight));
        said.put("validation", Double.toString(validation));
        said.put("every", Integer.toString(every));
        said.put("seed", Long.toString(seed));
        said.put("accumulate", Integer.toString(accumulate));
        said.put("bias-step", Double.toString(biasStep));
        said.put("balance-weight", Double.toString(balanceWeight));
        said.put("nested", nested.map(Slice::toString).orElse("nothing"));
        return said;
    }
}
