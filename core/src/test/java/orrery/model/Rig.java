package orrery.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import orrery.catalog.Catalog;
import orrery.catalog.Checkpoint;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** An open checkpoint, a decoder and a cache with small pages, for tests that choose their own steps. */
public final class Rig implements AutoCloseable {
    static final int ROWS = 128;

    private final ModelFile file;
    final Kernels kernels;
    /** The embedding, as the file has it. */
    final Matrix embedding;

    final Decoder decoder;
    final KvCache cache;
    final Step step = new Step(ROWS);

    Rig(Path checkpoint, Backend backend, int pageSize) {
        this(checkpoint, backend, pageSize, UnaryOperator.identity());
    }

    /** With a change of the checkpoint before it is bound. */
    Rig(Path checkpoint, Backend backend, int pageSize, UnaryOperator<Checkpoint> change) {
        file = ModelFile.open(checkpoint);
        var bound = change.apply(Catalog.open(file));
        kernels = backend.open(new Backend.Options(2));
        var spec = bound.description().spec();
        embedding =
                Objects.requireNonNull(bound.weights().get("embedding.tokens")).getFirst();
        decoder = new Decoder(spec, new Weights(spec, bound.weights()), kernels, ROWS, ROWS);
        cache = new KvCache(spec.cachesWithDraft(), pageSize, 4096);
    }

    /** A sequence and its pages. */
    final class Sequence {
        final PageTable[] pages = new PageTable[cache.pools()];
        private final int known;
        int length;

        private Sequence(int known) {
            this.known = known;
            for (int pool = 0; pool < pages.length; pool++) {
                pages[pool] = new PageTable();
            }
        }

        /** Adds rows for the next tokens to the step under construction; all of them want logits. */
        void add(int... tokens) {
            int index = index();
            for (int token : tokens) {
                takePage();
                step.add(index, token, length++, true);
            }
        }

        /** Adds rows that are vectors, {@code vectors[first + i]} in place of the embedding of {@code tokens[i]}. */
        void addSoft(Tensor vectors, int first, int... tokens) {
            int index = index();
            for (int i = 0; i < tokens.length; i++) {
                takePage();
                step.addSoft(index, tokens[i], vectors, first + i, length++, true);
            }
        }

        /** Its index within the step under construction. */
        private int index() {
            int sequence = 0;
            while (sequence < step.sequenceCount() && !Arrays.equals(step.pagesOf(sequence), pages)) {
                sequence++;
            }
            if (sequence == step.sequenceCount()) {
                step.addSequence(pages);
            }
            step.expect(sequence, known);
            return sequence;
        }

        private void takePage() {
            for (int pool = 0; pool < pages.length; pool++) {
                if (length / cache.pageSize() == pages[pool].length()) {
                    pages[pool].append(cache.take(pool));
                }
            }
        }

        /** Frees the pages that no later row can see, as a scheduler does. */
        void forget() {
            for (int pool = 0; pool < pages.length; pool++) {
                int seen = cache.spec(pool).reach().firstSeenFrom(length);
                for (int run = 0; (run + 1) * cache.pageSize() <= seen; run++) {
                    if (pages[pool].page(run) != PageTable.ABSENT) {
                        cache.give(pool, pages[pool].remove(run));
                    }
                }
            }
        }
    }

    Sequence sequence() {
        return sequence(0);
    }

    /** One whose prompt length is known before all of its rows are added. */
    Sequence sequence(int known) {
        return new Sequence(known);
    }

    /** Runs the step under construction, and returns the logits of all its rows. */
    List<float[]> run() {
        return run(Observer.NONE);
    }

    List<float[]> run(Observer observer) {
        return read(decoder.forward(step, cache, observer));
    }

    /** Runs the step under construction through the draft, on the hidden states of the step before. */
    List<float[]> draft() {
        return read(decoder.draft(step, cache, decoder.lastHidden()));
    }

    private List<float[]> read(Tensor logits) {
        var rows = new ArrayList<float[]>();
        for (int r = 0; r < step.rows(); r++) {
            var row = new float[decoder.spec().vocabSize()];
            kernels.read(row, logits, r);
            rows.add(row);
        }
        step.clear();
        return rows;
    }

    int best(float[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            if (row[i] > row[best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void close() {
        cache.close();
        kernels.close();
        file.close();
    }
}
