package orrery.app.measure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import orrery.app.verify.FedSequence;
import orrery.catalog.OpenCheckpoint;
import orrery.engine.BoundModel;
import orrery.engine.EngineOptions;
import orrery.engine.LoadListener;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.model.Weights;
import orrery.report.ModelData;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.KvType;
import orrery.tensor.Tensor;

/** A model that runs one window of tokens after another. The caller closes it. */
public final class MeasuredModel implements AutoCloseable {
    /** Rows per step: the logits of a large vocabulary take a megabyte each. */
    static final int ROWS = 64;

    private final Path path;
    private final OpenCheckpoint open;
    private final BoundModel model;
    private final KvType kvType;
    private final List<String> notes;
    private final Step step = new Step(ROWS);

    /**
     * Opens a model as an engine with these options would.
     *
     * @param otherBytes memory that is also needed, such as for another model, in bytes
     * @throws orrery.OrreryException if the model cannot be read or run
     */
    public MeasuredModel(Path path, EngineOptions options, long otherBytes) {
        this.path = path;
        open = OpenCheckpoint.open(path);
        try {
            var checkpoint = options.partOf(open.checkpoint());
            var spec = checkpoint.description().spec();
            kvType = options.kvTypeOf(spec, checkpoint.storedAs());
            var weights = new Weights(spec, checkpoint.weights());
            var use = new BoundModel.Use(ROWS, ROWS, otherBytes, false);
            model = open.reading(() -> BoundModel.of(weights, options, use, LoadListener.NONE));
            var all = new ArrayList<>(checkpoint.notes());
            all.addAll(model.notes());
            notes = List.copyOf(all);
        } catch (RuntimeException | Error e) {
            try (open) {
                throw e;
            }
        }
    }

    /** Identifies the model, as data for JSON. */
    public Map<String, Object> data() {
        return ModelData.of(spec().name(), path);
    }

    public ArchitectureSpec spec() {
        return model.decoder().spec();
    }

    /** In words, what the files contain that the model does not use, and what makes it slower. */
    public List<String> notes() {
        return notes;
    }

    /** The kernels in words. */
    public String kernels() {
        return model.kernels();
    }

    /** One window in progress, some rows at a time. */
    final class Running implements AutoCloseable {
        private final int[] tokens;
        private final KvCache cache;
        private final FedSequence sequence;
        private int done;

        private Running(int[] tokens) {
            this.tokens = tokens;
            int pages = tokens.length / KvCache.DEFAULT_PAGE_SIZE + 1;
            cache = new KvCache(spec().caches(), kvType, KvCache.DEFAULT_PAGE_SIZE, pages);
            sequence = new FedSequence(cache, tokens.length);
        }

        /**
         * Runs the next rows, at most {@link #ROWS}, and returns their logits; they are valid until the next call for
         * any window.
         */
        Logits next() {
            int count = Math.min(ROWS, tokens.length - done);
            sequence.fill(step, Arrays.copyOfRange(tokens, done, done + count));
            Tensor logits = open.reading(() -> model.decoder().forward(step, cache));
            sequence.forget();
            done += count;
            return new Logits(logits, count);
        }

        @Override
        public void close() {
            sequence.close();
            cache.close();
        }
    }

    /** The logits of some rows of a window. */
    final class Logits {
        private final Tensor logits;
        private final int count;

        private Logits(Tensor logits, int count) {
            this.logits = logits;
            this.count = count;
        }

        /** The number of rows. */
        int count() {
            return count;
        }

        /** Copies the logits {@code [vocabSize]} of one of these rows. */
        void read(float[] target, int index) {
            model.decoder().kernels().read(target, logits, index);
        }
    }

    /** Starts a window. */
    Running running(int[] tokens) {
        return new Running(tokens);
    }

    @Override
    public void close() {
        try (open) {
            model.close();
        }
    }
}
