package orrery.model;

import java.util.List;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.tensor.Tensor;

/**
 * What the engine needs of a model: the logits of a step's rows, and the draft's if it has one. {@link Decoder} runs
 * every architecture; tests can pass another implementation.
 */
public interface ForwardPass {
    /** The number of logits per row. */
    int vocabSize();

    /** The width of {@link #lastHidden}. */
    int hiddenSize();

    /** The most rows of a step. */
    int maxRows();

    /** The most rows of a step that want logits. */
    int maxLogits();

    /** The kernels, which also read results. */
    Kernels kernels();

    /** The banks of experts, in the order of their layers, the draft's last; empty for a dense model. */
    List<ExpertBank> experts();

    /**
     * Runs a step: writes its rows to the cache and computes the logits of the rows that want them.
     *
     * @return {@code [maxLogits, vocabSize]}; the first {@link Step#wantedCount} rows are valid until the next call
     * @throws IllegalArgumentException if the step has more rows, or wants more logits, than there is room for
     */
    Tensor forward(Step step, KvCache cache, RoutingObserver routing);

    /**
     * The hidden states of the last step's rows, after the final norm, {@code [maxRows, hiddenSize]}. Available for a
     * model with a draft, which {@link #draft} needs, and for a step that {@link Step#keepsHidden}; valid until the
     * next step.
     */
    Tensor lastHidden();

    /**
     * Predicts the token after the next. Row {@code i} of the step holds the token that followed a position, at that
     * position; the draft has rows of its own in the cache.
     *
     * @param hiddenStates the main model's {@link #lastHidden} at those positions, row by row
     * @return {@code [maxLogits, vocabSize]}; the first {@link Step#wantedCount} rows are valid until the next call
     * @throws IllegalStateException if the model has no draft
     */
    Tensor draft(Step step, KvCache cache, Tensor hiddenStates, RoutingObserver routing);
}
