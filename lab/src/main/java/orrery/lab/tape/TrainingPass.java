package orrery.lab.tape;

import java.util.List;
import java.util.Map;
import orrery.catalog.Cut;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.RoutingObserver;
import orrery.model.Weights;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.KvType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * A model in training: its own forward pass over kernels that record. A step is a batch of sequences, each from its
 * first token on, whose keys and values stay in F32.
 */
public final class TrainingPass implements AutoCloseable {
    /** The target of a position whose loss does not count. */
    public static final int IGNORED = -1;

    private static final int PAGE = 64;

    private final ArchitectureSpec spec;
    private final Parameters parameters;
    private final TapingKernels kernels;
    private final Decoder decoder;
    private final KvCache cache;
    private final PageTable[][] pages;
    private final Step step;
    private final int length;
    private final float draftWeight;
    private final int[] flatTargets;
    private final RoutingLoads loads = new RoutingLoads();
    private double balance;
    private double draftLoss = Double.NaN;

    /**
     * Binds a model to its parameters.
     *
     * @param parameters stay open as long as this
     * @param base what computes; closed with this
     * @param sequences the most of a batch
     * @param length the most tokens of a sequence
     * @throws TapeException if a weight cannot be trained by {@code base}
     * @throws orrery.model.ModelException if the spec cannot be run
     */
    public TrainingPass(ArchitectureSpec spec, Parameters parameters, Kernels base, int sequences, int length) {
        this(spec, parameters, base, sequences, length, 0);
    }

    /**
     * The same with the loss of the model's draft beside its own.
     *
     * @param draftWeight what the draft's loss is multiplied with (0.1 to 0.3 in DeepSeek V3, arXiv:2412.19437, section
     *     4.2), or 0 to leave the draft as it is
     */
    public TrainingPass(
            ArchitectureSpec spec, Parameters parameters, Kernels base, int sequences, int length, float draftWeight) {
        this(spec, parameters, parameters.matrices(), base, sequences, length, draftWeight);
    }

    /** A smaller model nested in the one that the parameters are of. */
    public static TrainingPass ofSlice(Cut cut, Parameters parameters, Kernels base, int sequences, int length) {
        return new TrainingPass(cut.spec(), parameters, cut.weights(parameters.matrices()), base, sequences, length, 0);
    }

    private TrainingPass(
            ArchitectureSpec spec,
            Parameters parameters,
            Map<String, List<Matrix>> weights,
            Kernels base,
            int sequences,
            int length,
            float draftWeight) {
        if (sequences < 1 || length < 1) {
            throw new TapeException(
                    "a batch of " + sequences + " sequences of " + length + " tokens, expected 1 or more of each");
        }
        if (!(draftWeight >= 0) || (draftWeight > 0 && spec.draft().isEmpty())) {
            throw new TapeException("a draft's loss of weight " + draftWeight + " for " + spec.name() + ", expected 0"
                    + (spec.draft().isEmpty() ? ", for it has no draft" : " or more"));
        }
        this.spec = spec;
        this.draftWeight = draftWeight;
        this.parameters = parameters;
        this.length = length;
        int rows = Math.multiplyExact(sequences, length);
        kernels = new TapingKernels(base, parameters);
        decoder = new Decoder(spec, new Weights(spec, weights), kernels, rows, rows);
        int runs = Math.ceilDiv(length, PAGE);
        cache = new KvCache(spec.cachesWithDraft(), KvType.F32, PAGE, sequences * runs);
        pages = new PageTable[sequences][cache.pools()];
        for (var tables : pages) {
            for (int pool = 0; pool < tables.length; pool++) {
                tables[pool] = new PageTable();
                for (int run = 0; run < runs; run++) {
                    tables[pool].append(cache.take(pool));
                }
            }
        }
        step = new Step(rows);
        flatTargets = new int[rows];
    }

    /** The same as {@link #gradients(int[][], int[][], float)} with weight 1. */
    public double gradients(int[][] tokens, int[][] targets) {
        return gradients(tokens, targets, 1);
    }

    /**
     * Runs a batch forwards and backwards, and adds the gradient of its loss, times {@code weight}, to those of the
     * parameters.
     *
     * @param tokens the ids of each sequence
     * @param targets the id that is to follow each of them, or {@link #IGNORED}
     * @param weight for a batch that is divided: its share
     * @return the mean cross-entropy in nats of all positions that have a target
     * @throws TapeException if there are more sequences or tokens than there is room for, or no target
     */
    public double gradients(int[][] tokens, int[][] targets, float weight) {
        fill(tokens, targets);
        kernels.balance(balance * weight);
        kernels.begin();
        var logits = decoder.forward(step, cache, loads);
        double loss = kernels.crossEntropy(logits, flatTargets, step.wantedCount(), weight);
        draftLoss = Double.NaN;
        if (draftWeight > 0 && fillDraft(tokens, targets)) {
            var drafted = decoder.draft(step, cache, decoder.lastHidden(), loads);
            draftLoss = kernels.crossEntropy(drafted, flatTargets, step.wantedCount(), weight * draftWeight);
        }
        kernels.backward();
        return loss;
    }

    /**
     * Balances the load of experts whose router has no correction bias, by the auxiliary loss of arXiv:2101.03961. Its
     * gradient is added to that of the loss.
     *
     * @param weight what it is multiplied with, 0 to leave the load as it is
     */
    public void balance(double weight) {
        balance = weight;
    }

    /** How many tokens the experts got in all calls of {@link #gradients} since it was cleared. */
    public RoutingLoads loads() {
        return loads;
    }

    /** The draft's own loss of the last {@link #gradients}, without its weight; NaN where it had none. */
    public double draftLoss() {
        return draftLoss;
    }

    /**
     * Each row holds the token after its position, and is to predict the one after that. The last row of a sequence is
     * there for the hidden states to be as many, and predicts nothing.
     *
     * @return whether anything is to be predicted
     */
    private boolean fillDraft(int[][] tokens, int[][] targets) {
        step.clear();
        for (int s = 0; s < tokens.length; s++) {
            step.addSequence(pages[s]);
            int last = tokens[s].length - 1;
            for (int i = 0; i <= last; i++) {
                add(
                        s,
                        i < last ? tokens[s][i + 1] : Math.max(0, targets[s][i]),
                        i,
                        i < last ? targets[s][i + 1] : IGNORED);
            }
        }
        return step.wantedCount() > 0;
    }

    /**
     * Runs a batch forwards alone.
     *
     * @return the cross-entropy in nats of each position of each sequence; NaN where it does not count
     */
    public float[][] losses(int[][] tokens, int[][] targets) {
        return losses(tokens, targets, RoutingObserver.NONE);
    }

    /** The same, with an observer of which experts are chosen. */
    public float[][] losses(int[][] tokens, int[][] targets, RoutingObserver routing) {
        fill(tokens, targets);
        kernels.pause();
        Tensor logits = decoder.forward(step, cache, routing);
        var flat = kernels.losses(logits, flatTargets, step.wantedCount());
        var losses = new float[tokens.length][];
        int at = 0;
        for (int s = 0; s < tokens.length; s++) {
            losses[s] = new float[tokens[s].length];
            for (int i = 0; i < losses[s].length; i++) {
                losses[s][i] = targets[s][i] >= 0 ? flat[at++] : Float.NaN;
            }
        }
        return losses;
    }

    /** The likeliest id after each token of each sequence, by a forward pass alone. */
    public int[][] likeliest(int[][] tokens) {
        fill(tokens, tokens);
        kernels.pause();
        Tensor logits = decoder.forward(step, cache);
        var row = new float[(int) logits.columns()];
        var ids = new int[tokens.length][];
        int at = 0;
        for (int s = 0; s < tokens.length; s++) {
            ids[s] = new int[tokens[s].length];
            for (int i = 0; i < ids[s].length; i++) {
                RowLoops.read(logits, at++, row);
                for (int id = 1; id < row.length; id++) {
                    ids[s][i] = row[id] > row[ids[s][i]] ? id : ids[s][i];
                }
            }
        }
        return ids;
    }

    private void fill(int[][] tokens, int[][] targets) {
        if (tokens.length > pages.length || tokens.length != targets.length) {
            throw new TapeException(tokens.length + " sequences with targets for " + targets.length
                    + ", expected as many and at most " + pages.length);
        }
        step.clear();
        for (int s = 0; s < tokens.length; s++) {
            if (tokens[s].length > length || tokens[s].length != targets[s].length) {
                throw new TapeException("sequence " + s + " has " + tokens[s].length + " tokens and "
                        + targets[s].length + " targets, expected as many and at most " + length);
            }
            step.addSequence(pages[s]);
            for (int i = 0; i < tokens[s].length; i++) {
                add(s, tokens[s][i], i, targets[s][i]);
            }
        }
    }

    /** Only rows with a target get logits. */
    private void add(int sequence, int token, int position, int target) {
        if (target >= 0) {
            flatTargets[step.wantedCount()] = target;
        }
        step.add(sequence, token, position, target >= 0);
    }

    /** The largest score of attention of the last {@link #gradients}, scaled and capped, without its sign. */
    public float largestScore() {
        return kernels.largestScore();
    }

    public ArchitectureSpec spec() {
        return spec;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** The forward pass, for observers; its kernels are those that record. */
    public Decoder decoder() {
        return decoder;
    }

    @Override
    public void close() {
        cache.close();
        kernels.close();
    }
}
