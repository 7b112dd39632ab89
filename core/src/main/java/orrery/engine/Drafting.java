package orrery.engine;

import java.util.List;
import orrery.kernel.KvCache;
import orrery.model.Decoder;
import orrery.tensor.Tensor;

/** Runs a model's own draft after each of its steps. */
final class Drafting {
    private final Decoder decoder;
    private final KvCache cache;
    private final ExpertWatch watch;
    private final DraftRows rows;
    private final Tensor hidden;

    /**
     * @param cache with a place for the draft's layer
     */
    Drafting(Decoder decoder, KvCache cache, ExpertWatch watch) {
        this.watch = watch;
        this.decoder = decoder;
        this.cache = cache;
        rows = new DraftRows(decoder.maxRows(), decoder.maxLogits());
        hidden = decoder.kernels().allocate(decoder.maxRows(), decoder.spec().hiddenSize());
    }

    /** Brings the draft's past up to that of the sequences, and leaves each that goes on a guess. */
    void run(List<Sequence> stepping) {
        if (!rows.next(stepping)) {
            return;
        }
        var step = rows.step();
        decoder.kernels().pick(hidden, decoder.lastHidden(), rows.sources(), step.rows());
        var logits = decoder.draft(step, cache, hidden, watch.over(step, rows.sequences()));
        for (int i = 0; i < rows.guesses(); i++) {
            rows.guess(i, decoder.kernels().argmax(logits, i));
        }
    }
}
