package orrery.app.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import orrery.catalog.Checkpoint;
import orrery.engine.BoundModel;
import orrery.engine.EngineOptions;
import orrery.engine.LoadListener;
import orrery.engine.Speculation;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.Observer;
import orrery.model.Weights;
import orrery.report.Agreement;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Streams;
import orrery.tensor.KvType;
import orrery.tensor.Tensor;

/**
 * Runs the recorded inputs through a model, one sequence after another and a few rows at a time, so that the logits of
 * a large vocabulary and the states of a long prompt need not all be in memory.
 */
public final class Verification implements AutoCloseable {
    /** Rows per step. */
    private static final int ROWS = 64;

    private final GoldenFile golden;
    private final BoundModel model;
    private final Decoder decoder;
    private final Step step = new Step(ROWS);
    private final FinalNorm finalNorm;
    private final int layers;
    private LongConsumer progress = _ -> {};
    private long done;

    // Of the current run.
    private Agreement logits = new Agreement();
    private List<Outcome.Hidden> hidden = List.of();
    private Optional<Draft> draft = Optional.empty();
    private Optional<Outcome.Divergence> firstDivergence = Optional.empty();
    private int same;

    /** The step and result of the layer of multi-token prediction. */
    private record Draft(Step step, Agreement logits) {}

    private Verification(Checkpoint checkpoint, GoldenFile golden, BoundModel model) {
        this.golden = golden;
        this.model = model;
        decoder = model.decoder();
        finalNorm = new FinalNorm(checkpoint);
        layers = checkpoint.description().spec().layers().size();
    }

    /**
     * Binds a model as an engine with these options would, with its layer of multi-token prediction if logits of it
     * were recorded.
     *
     * @param files the whole model
     * @throws orrery.OrreryException if it cannot be run with these options
     */
    public static Verification of(Checkpoint files, EngineOptions options, GoldenFile golden) {
        var checkpoint = options.withSpeculation(golden.hasDraft() ? Speculation.MTP : Speculation.NONE)
                .partOf(files);
        var spec = checkpoint.description().spec();
        var use = new BoundModel.Use(ROWS, ROWS, 0, false);
        var model = BoundModel.of(new Weights(spec, checkpoint.weights()), options, use, LoadListener.NONE);
        return new Verification(checkpoint, golden, model);
    }

    /** Tokens of one run. */
    public static long work(GoldenFile golden) {
        return (long) golden.sequences() * (golden.length() + Math.max(0, golden.continued() - 1));
    }

    /**
     * Compares everything that was recorded.
     *
     * @param kvType the type of the KV cache
     * @param told receives how many tokens of {@link #work} are done, for each run
     */
    public Outcome run(KvType kvType, double tolerance, LongConsumer told) {
        progress = told;
        var spec = decoder.spec();
        begin(spec);
        int positions = golden.length() + golden.continued();
        int pages = positions / KvCache.DEFAULT_PAGE_SIZE + 1;
        // A sequence, and its draft's rows, which have their own cache.
        try (var cache = new KvCache(spec.cachesWithDraft(), kvType, KvCache.DEFAULT_PAGE_SIZE, 2 * pages)) {
            for (int s = 0; s < golden.sequences(); s++) {
                try (var sequence = new FedSequence(cache, golden.length());
                        var drafted = new FedSequence(cache, golden.length() - 1)) {
                    compare(s, sequence, drafted, cache);
                }
            }
        }
        var notes = new ArrayList<String>();
        if (hidden.isEmpty() && IntStream.rangeClosed(0, layers).anyMatch(golden::hasHidden)) {
            notes.add("hidden states were not compared: the model has several residual streams");
        }
        if (golden.hasDraft() && draft.isEmpty()) {
            notes.add("mtp_logits were not compared: the model has no MTP layer");
        }
        if (golden.continued() == 0) {
            notes.add("no greedy continuation was recorded");
        }
        var greedy = golden.continued() == 0
                ? Optional.<Outcome.Greedy>empty()
                : Optional.of(new Outcome.Greedy(same, golden.sequences(), golden.continued(), firstDivergence));
        return new Outcome(kvType, tolerance, model.kernels(), logits, draft.map(Draft::logits), hidden, greedy, notes);
    }

    private void begin(ArchitectureSpec spec) {
        logits = new Agreement();
        hidden = spec.layers().getFirst().streams() instanceof Streams.Single
                ? IntStream.rangeClosed(0, layers)
                        .filter(golden::hasHidden)
                        .mapToObj(i -> new Outcome.Hidden(i, i == layers, new Agreement()))
                        .toList()
                : List.of();
        draft = decoder.drafts() ? Optional.of(new Draft(new Step(ROWS), new Agreement())) : Optional.empty();
        firstDivergence = Optional.empty();
        same = 0;
    }

    private void compare(int s, FedSequence sequence, FedSequence drafted, KvCache cache) {
        int next = 0;
        for (int from = 0; from < golden.length(); from += ROWS) {
            int start = from;
            int rows = Math.min(ROWS, golden.length() - from);
            sequence.fill(
                    step,
                    IntStream.range(from, from + rows)
                            .map(position -> golden.input(s, position))
                            .toArray());
            var output = decoder.forward(step, cache, observer(s, start));
            var row = new float[decoder.spec().vocabSize()];
            for (int r = 0; r < rows; r++) {
                decoder.kernels().read(row, output, r);
                logits.addLogits(row, golden.logits(s, from + r), s, from + r);
            }
            next = Agreement.best(row);
            if (draft.isPresent()) {
                compareDraft(s, from, rows, draft.get(), drafted, cache);
            }
            sequence.forget();
            advance(rows);
        }
        continueGreedily(s, sequence, cache, next);
    }

    /**
     * Uses the hidden states of the rows that were just run: each draft row holds the next token, which the very last
     * row lacks.
     */
    private void compareDraft(int s, int from, int rows, Draft one, FedSequence drafted, KvCache cache) {
        int followed = Math.min(rows, golden.length() - 1 - from);
        if (followed == 0) {
            return;
        }
        drafted.fill(
                one.step,
                IntStream.range(from + 1, from + 1 + followed)
                        .map(position -> golden.input(s, position))
                        .toArray());
        var output = decoder.draft(one.step, cache, decoder.lastHidden());
        var row = new float[decoder.spec().vocabSize()];
        for (int r = 0; r < followed; r++) {
            decoder.kernels().read(row, output, r);
            one.logits.addLogits(row, golden.draftLogits(s, from + r), s, from + r);
        }
        drafted.forget();
    }

    private Observer observer(int sequence, int from) {
        return hidden.isEmpty()
                ? Observer.NONE
                : (after, stream, rows) -> compareHidden(sequence, from, after, stream, rows);
    }

    private void compareHidden(int sequence, int from, int after, Tensor stream, int rows) {
        for (var one : hidden) {
            if (one.layers() != after) {
                continue;
            }
            var row = new float[decoder.spec().hiddenSize()];
            for (int r = 0; r < rows; r++) {
                decoder.kernels().read(row, stream, r);
                var actual = one.normed() ? finalNorm.of(row) : row;
                one.agreement().add(actual, golden.hidden(after, sequence, from + r), sequence, from + r);
            }
        }
    }

    /** After the first token that differs from the reference, the rest cannot be compared. */
    private void continueGreedily(int s, FedSequence sequence, KvCache cache, int first) {
        int got = first;
        var row = new float[decoder.spec().vocabSize()];
        for (int i = 0; i < golden.continued(); i++) {
            if (i > 0) {
                int rows = grow(s, sequence, cache, i);
                decoder.kernels().read(row, decoder.forward(step, cache), rows - 1);
                got = Agreement.best(row);
                sequence.forget();
                advance(1);
            }
            if (got != golden.greedy(s, i)) {
                if (firstDivergence.isEmpty()) {
                    firstDivergence = Optional.of(new Outcome.Divergence(s, i, golden.greedy(s, i), got));
                }
                return;
            }
        }
        same++;
    }

    /**
     * Fills the step with the last of {@code count} tokens of a continuation that equals the reference's so far, and
     * returns the number of rows. If the sequence has grown to a length with another key rotation, all tokens before it
     * are run again.
     */
    private int grow(int s, FedSequence sequence, KvCache cache, int continued) {
        int before = sequence.length();
        var spec = decoder.spec();
        if (spec.turnsAs(before) == spec.turnsAs(before + 1)) {
            sequence.fill(step, golden.greedy(s, continued - 1));
            return 1;
        }
        int length = golden.length() + continued;
        sequence.restart(length);
        while (true) {
            int from = sequence.length();
            int rows = Math.min(ROWS, length - from);
            sequence.fill(
                    step,
                    IntStream.range(from, from + rows)
                            .map(position -> position < golden.length()
                                    ? golden.input(s, position)
                                    : golden.greedy(s, position - golden.length()))
                            .toArray());
            if (sequence.length() == length) {
                return rows;
            }
            decoder.forward(step, cache);
            sequence.forget();
        }
    }

    private void advance(int tokens) {
        done += tokens;
        progress.accept(done);
    }

    @Override
    public void close() {
        model.close();
    }
}
