package orrery.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.kernel.Weight;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * The forward pass: a spec, its weights and the kernels. It keeps no state except scratch buffers; a sequence's state
 * is in the cache that is passed in. One thread at a time.
 */
public final class Decoder implements ForwardPass {
    private final ArchitectureSpec spec;
    private final Kernels kernels;
    private final Pass pass;
    private final InputRows input;
    private final List<Matrix> positions;
    private final List<Layer> layers;
    private final Trunk trunk;
    private final Norm finalNorm;
    private final Weight head;
    private final Optional<Drafter> drafter;
    private final List<ExpertBank> experts;
    private final Tensor hidden;
    private final Tensor normed;
    private final Tensor picked;
    private final Tensor logits;
    private final int maxRows;

    /**
     * Binds a model, with every weight prepared for the fastest products of {@code kernels} ({@link Kernels#prepare}).
     */
    public Decoder(ArchitectureSpec spec, Weights weights, Kernels kernels, int maxRows, int maxLogits) {
        this(spec, weights, kernels, kernels::prepare, maxRows, maxLogits);
    }

    /**
     * Binds a model, including its draft if the spec has one.
     *
     * @param prepare how {@code kernels} prepare each matrix of a product: packed or in place, with progress reports
     * @param maxRows the most rows of a step
     * @param maxLogits the most rows of a step that want logits
     * @throws ModelException if the spec contains something that cannot be run, or declares a weight that no part of
     *     the forward pass reads
     */
    public Decoder(
            ArchitectureSpec spec,
            Weights weights,
            Kernels kernels,
            Function<Matrix, Weight> prepare,
            int maxRows,
            int maxLogits) {
        this.spec = spec;
        this.kernels = kernels;
        this.maxRows = maxRows;
        var scratch = new Scratch(kernels, maxRows);
        pass = new Pass(scratch);
        var banks = new ArrayList<ExpertBank>();
        var bound = new BoundWeights(weights, kernels, prepare);
        var binder = new Binder(spec, bound, scratch, pass, banks);
        layers =
                IntStream.range(0, spec.layers().size()).mapToObj(binder::layer).toList();
        trunk = Trunk.bind(spec, bound, scratch);
        var embedding = bound.matrix(Weights.EMBEDDING);
        input = new InputRows(embedding, spec.embedding().scale(), scratch);
        positions = spec.embedding().learnedPositions() > 0 ? List.of(bound.matrix("embedding.positions")) : List.of();
        finalNorm = Norm.bind(spec.finalNorm(), "final_norm", spec.hiddenSize(), bound);
        head = spec.head().tied() ? bound.weight(embedding) : bound.weight("head.weight");
        hidden = scratch.buffer("hidden", spec.hiddenSize());
        drafter = spec.draft().map(draft -> new Drafter(spec, draft, bound, scratch, binder, input, head));
        experts = List.copyOf(banks);
        normed = scratch.buffer("final hidden", spec.hiddenSize());
        picked = kernels.allocate(maxLogits, spec.hiddenSize());
        logits = kernels.allocate(maxLogits, spec.vocabSize());
        bound.requireAllTaken();
    }

    public ArchitectureSpec spec() {
        return spec;
    }

    @Override
    public int vocabSize() {
        return spec.vocabSize();
    }

    @Override
    public int hiddenSize() {
        return spec.hiddenSize();
    }

    @Override
    public Kernels kernels() {
        return kernels;
    }

    @Override
    public int maxRows() {
        return maxRows;
    }

    @Override
    public int maxLogits() {
        return (int) logits.rows();
    }

    /**
     * Runs a step: writes its keys and values to the cache and computes the logits of the rows that want them.
     *
     * @return {@code [maxLogits, vocabSize]}; the first {@link Step#wantedCount} rows are valid until the next call
     * @throws IllegalArgumentException if the step has more rows, or wants more logits, than this decoder has room for
     */
    public Tensor forward(Step step, KvCache cache) {
        return forward(step, cache, Observer.NONE, RoutingObserver.NONE);
    }

    /** The same, with an observer of the residual stream between layers. */
    public Tensor forward(Step step, KvCache cache, Observer observer) {
        return forward(step, cache, observer, RoutingObserver.NONE);
    }

    @Override
    public Tensor forward(Step step, KvCache cache, RoutingObserver routing) {
        return forward(step, cache, Observer.NONE, routing);
    }

    /** The same, with observers of the residual stream between layers and of the routing. */
    public Tensor forward(Step step, KvCache cache, Observer observer, RoutingObserver routing) {
        return forward(step, cache, observer, routing, AttentionObserver.NONE);
    }

    /** The same, with observers of the residual stream between layers, of the routing and of the attention. */
    public Tensor forward(
            Step step, KvCache cache, Observer observer, RoutingObserver routing, AttentionObserver attention) {
        int rows = step.rows();
        if (rows > maxRows || step.wantedCount() > logits.rows()) {
            throw new IllegalArgumentException("a step of " + rows + " rows, of which " + step.wantedCount()
                    + " want logits, expected at most " + maxRows + " and " + logits.rows());
        }
        pass.begin(step, cache, routing, attention);
        input.embed(hidden, step);
        if (!positions.isEmpty()) {
            kernels.addEmbedding(hidden, positions.getFirst(), step.positions(), rows);
        }
        trunk.spread(hidden, pass);
        observer.after(0, hidden, rows);
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).apply(hidden, pass);
            observer.after(i + 1, hidden, rows);
        }
        trunk.gather(hidden, pass);
        if (drafter.isPresent() || step.keepsHidden()) {
            finalNorm.apply(normed, hidden, rows);
        }
        return logits(step);
    }

    /**
     * The logits that the step's rows would have if the layers after the current one were left out: the residual stream
     * through the final norm and the output head, which is called the logit lens (arXiv:2303.08112, section 2).
     * Parallel streams are joined as after the last layer. Only for an {@link Observer}, while it observes.
     *
     * @return {@code [maxLogits, vocabSize]}; the first {@link Step#wantedCount} rows are valid until the next call, or
     *     until the step's own logits are computed
     */
    public Tensor lens() {
        var step = pass.step();
        kernels.copy(normed, hidden, step.rows());
        trunk.gather(hidden, pass);
        logits(step);
        kernels.copy(hidden, normed, step.rows());
        return logits;
    }

    /** The final norm and the output head, for the rows that want logits. */
    private Tensor logits(Step step) {
        int wanted = step.wantedCount();
        kernels.gatherRows(picked, hidden, step.wanted(), wanted);
        finalNorm.apply(picked, picked, wanted);
        kernels.matmul(logits, picked, head, wanted);
        if (spec.head().softcap() > 0) {
            kernels.softcap(logits, spec.head().softcap(), wanted);
        }
        return logits;
    }

    @Override
    public List<ExpertBank> experts() {
        return experts;
    }

    /** Whether the model has a draft. */
    public boolean drafts() {
        return drafter.isPresent();
    }

    @Override
    public Tensor lastHidden() {
        return normed;
    }

    /** The same, without an observer of the routing. */
    public Tensor draft(Step step, KvCache cache, Tensor hiddenStates) {
        return draft(step, cache, hiddenStates, RoutingObserver.NONE);
    }

    @Override
    public Tensor draft(Step step, KvCache cache, Tensor hiddenStates, RoutingObserver routing) {
        if (step.rows() > maxRows || step.wantedCount() > logits.rows()) {
            throw new IllegalArgumentException("a draft of " + step.rows() + " rows, expected at most " + maxRows);
        }
        var found = drafter.orElseThrow(() -> new IllegalStateException(spec.name() + " has no draft"));
        pass.begin(step, cache, routing, AttentionObserver.NONE);
        found.forward(logits, picked, hiddenStates, step, pass);
        return logits;
    }
}
