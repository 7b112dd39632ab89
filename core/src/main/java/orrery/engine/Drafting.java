package orrery.engine;

import java.util.List;
import orrery.kernel.KvCache;
import orrery.model.ForwardPass;
import orrery.tensor.Tensor;

/** Runs a model's own draft layer after each of its steps. */
final class Drafting {
    private final ForwardPass model;
    private final KvCache cache;
    private final ExpertWatch watch;
    private final DraftRows rows;
    private final Tensor hidden;

    /** @param cache has a place for the draft's layer */
    Drafting(ForwardPass model, KvCache cache, ExpertWatch watch) {
        this.watch = watch;
        this.model = model;
        this.cache = cache;
        rows = new DraftRows(model.maxRows(), model.maxLogits());
        hidden = model.kernels().allocate(model.maxRows(), model.hiddenSize());
    }

    /** Brings the draft's cache up to date with the sequences, and drafts a token for each that continues. */
    void run(List<Sequence> stepping) {
        if (!rows.next(stepping)) {
            return;
        }
        var step = rows.step();
        model.kernels().gatherRows(hidden, model.lastHidden(), rows.sources(), step.rows());
        var logits = model.draft(step, cache, hidden, watch.over(step, rows.sequences()));
        for (int i = 0; i < rows.guesses(); i++) {
            rows.guess(i, model.kernels().argmax(logits, i));
        }
    }
}
