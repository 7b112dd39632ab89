package orrery.app;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orrery.catalog.Slice;
import orrery.lab.train.OptimizerKind;
import orrery.lab.train.TrainException;
import orrery.lab.train.TrainingPlan;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --steps}, {@code --batch}, {@code --lr} and others: all that a curve depends on besides spec and text. */
final class TrainingFlags {
    private static final TrainingPlan USUAL = TrainingPlan.DEFAULT;

    @Option(names = "--steps", paramLabel = "N", description = "updates of the weights (default: 1000)")
    private int steps = USUAL.steps();

    @Option(names = "--batch", paramLabel = "N", description = "sequences per step (default: 16)")
    private int batch = USUAL.batch();

    @Option(
            names = "--context",
            paramLabel = "N",
            description = "tokens per sequence (default: 128, or what the model allows)")
    private @Nullable Integer context;

    @Option(names = "--lr", paramLabel = "X", description = "learning rate after the warm-up (default: 0.001)")
    private double learningRate = USUAL.learningRate();

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description = "steps in which the learning rate grows (default: 100, or a tenth of the steps)")
    private @Nullable Integer warmUp;

    @Option(
            names = "--final-lr",
            paramLabel = "SHARE",
            description = "what the learning rate falls to along a cosine, as a share of --lr (default: 0.1)")
    private double finalRate = USUAL.finalRate();

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            description = "decay of multiplied matrices per unit of learning rate (default: 0.1)")
    private double weightDecay = USUAL.weightDecay();

    @Option(names = "--clip", paramLabel = "X", description = "largest norm of the gradient (default: 1)")
    private double clip = USUAL.clip();

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            description = "adamw, or muon for the matrices of layers and adamw for the rest (default: adamw)")
    private String optimizer = USUAL.optimizer().label();

    @Option(
            names = "--draft-weight",
            paramLabel = "X",
            description = "what the loss of a multi-token prediction layer is multiplied with (default: 0.1)")
    private double draftWeight = USUAL.draftWeight();

    @Option(
            names = "--validation",
            paramLabel = "SHARE",
            description = "share of the text, at its end, to measure instead of train on (default: 0.1)")
    private double validation = USUAL.validation();

    @Option(
            names = "--every",
            paramLabel = "N",
            description = "steps from one validation and checkpoint to the next (default: 100)")
    private int every = USUAL.every();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "seed of the first weights and of the order of the text (default: 1)")
    private long seed = USUAL.seed();

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            description = "batches per step, whose gradients are added (default: 1)")
    private int accumulate = USUAL.accumulate();

    @Option(
            names = "--bias-step",
            paramLabel = "X",
            description =
                    "how much a router's correction bias changes in a step, to balance the experts (default: 0.001)")
    private double biasStep = USUAL.biasStep();

    @Option(
            names = "--balance-weight",
            paramLabel = "X",
            description =
                    "what the auxiliary loss that balances experts without such a bias is multiplied with (default:"
                            + " 0.01)")
    private double balanceWeight = USUAL.balanceWeight();

    @Option(
            names = "--nested",
            paramLabel = "SLICE",
            converter = SliceConverter.class,
            description =
                    "in every other step, train a smaller model nested in this one (Gemma 3n): ffn=192, for example")
    private @Nullable Slice nested;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /**
     * What was asked for.
     *
     * @param maxPositions the most tokens that the model allows
     */
    TrainingPlan plan(int maxPositions) {
        try {
            return new TrainingPlan(
                    steps,
                    batch,
                    context == null ? Math.min(USUAL.context(), maxPositions) : context,
                    learningRate,
                    warmUp == null ? Math.clamp(steps / 10, 0, USUAL.warmUp()) : warmUp,
                    finalRate,
                    weightDecay,
                    clip,
                    OptimizerKind.named(optimizer),
                    draftWeight,
                    validation,
                    every,
                    seed,
                    accumulate,
                    biasStep,
                    balanceWeight,
                    Optional.ofNullable(nested));
        } catch (TrainException e) {
            throw new ParameterException(command.commandLine(), "--" + e.getMessage(), e);
        }
    }
}
