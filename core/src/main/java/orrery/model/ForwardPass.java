package orrery.model;

import java.util.List;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.tensor.Tensor;

/**
 * What an engine asks of a model: logits of a step's rows, and of a draft's where there is one. {@link Decoder} is the
 * one that runs every architecture; a test can give the engine another.
 */
public interface ForwardPass {
    /** Logits of a row. */
    int vocabSize();

    /** Width of {@link #lastHidden}. */
    int hiddenSize();

    /** Rows of a step at most. */
    int maxRows();

    /** Rows of a step that may want logits at most. */
    int maxLogits();

    /** What computes, and reads what was computed. */
    Kernels kernels();

    /** The banks of experts, in the order of their layers, the draft's last; empty for a model without. */
    List<ExpertBank> experts();

    /**
     * Runs a step: writes what its rows leave behind to the cache and computes the logits of the rows that want them.
     *
     * @return {@code [maxLogits, vocabSize]}, of which the first {@link Step#wantedCount} rows are valid until the next
     *     call
     * @throws IllegalArgumentException if the step holds more rows, or wants more logits, than there is room for
     */
    Tensor forward(Step step, KvCache cache, RoutingObserver routing);

    /**
     * The hidden states of the last step's rows, after the final norm, {@code [maxRows, hiddenSize]}: those of a model
     * with a draft, which {@link #draft} needs, and of a step that {@link Step#keepsHidden}; valid until the next step.
     */
    Tensor lastHidden();

    /**
     * Guesses the token after the next. Row {@code i} of the step holds the token that followed a position, at that
     * position; its past in the cache are the draft's own rows.
     *
     * @param hiddenStates the main model's {@link #lastHidden} at those positions, row by row
     * @return {@code [maxLogits, vocabSize]}, of which the first {@link Step#wantedCount} rows are valid until the next
     *     call
     * @throws IllegalStateException if the model has no draft
     */
    Tensor draft(Step step, KvCache cache, Tensor hiddenStates, RoutingObserver routing);
}
