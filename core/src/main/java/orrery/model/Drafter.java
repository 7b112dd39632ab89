package orrery.model;

import orrery.kernel.Kernels;
import orrery.kernel.Step;
import orrery.kernel.Weight;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Draft;
import orrery.tensor.Tensor;

/**
 * A draft with its weights. Row {@code i} of its step holds the token that <em>followed</em> position {@code i}, at
 * position {@code i}: RoPE is relative, so counting the draft's positions one lower than the paper does changes
 * nothing, and its cache starts at position 0 like every other layer's.
 */
final class Drafter {
    private final Kernels kernels;
    private final InputRows input;
    private final Norm embeddingNorm;
    private final Norm hiddenNorm;
    private final Linear project;
    private final Layer layer;
    private final Norm finalNorm;
    private final Weight head;
    private final Tensor embedded;
    private final Tensor normed;
    private final Tensor joined;
    private final Tensor stream;
    private final float softcap;

    Drafter(
            ArchitectureSpec spec,
            Draft draft,
            BoundWeights weights,
            Scratch scratch,
            Binder binder,
            InputRows input,
            Weight head) {
        kernels = scratch.kernels();
        this.input = input;
        this.head = head;
        int hiddenSize = spec.hiddenSize();
        embeddingNorm = Norm.bind(draft.norm(), "draft.embedding_norm", hiddenSize, weights);
        hiddenNorm = Norm.bind(draft.norm(), "draft.hidden_norm", hiddenSize, weights);
        project = Linear.bind("draft.project", false, weights);
        layer = binder.draftLayer(draft);
        finalNorm = Norm.bind(draft.norm(), "draft.final_norm", hiddenSize, weights);
        embedded = scratch.buffer("draft embedding", hiddenSize);
        normed = scratch.buffer("draft hidden", hiddenSize);
        joined = scratch.buffer("draft input", 2 * hiddenSize);
        stream = scratch.buffer("draft stream", hiddenSize);
        softcap = spec.head().softcap();
    }

    /**
     * Logits for the token after the one that each row holds.
     *
     * @param hidden the main model's normalized hidden states at the rows' positions
     */
    void forward(Tensor logits, Tensor picked, Tensor hidden, Step step, Pass pass) {
        int rows = step.rows();
        input.embed(embedded, step);
        embeddingNorm.apply(embedded, embedded, rows);
        hiddenNorm.apply(normed, hidden, rows);
        // The embedding comes first, as the released weights require, although the paper's figure shows otherwise.
        kernels.place(joined, 0, embedded, rows);
        kernels.place(joined, (int) embedded.columns(), normed, rows);
        project.apply(stream, joined, rows);
        layer.apply(stream, pass);
        int wanted = step.wantedCount();
        kernels.gatherRows(picked, stream, step.wanted(), wanted);
        finalNorm.apply(picked, picked, wanted);
        kernels.matmul(logits, picked, head, wanted);
        if (softcap > 0) {
            kernels.softcap(logits, softcap, wanted);
        }
    }
}
