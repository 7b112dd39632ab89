package orrery.app.measure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import orrery.app.verify.Sequence;
import orrery.catalog.Catalog;
import orrery.catalog.Checkpoint;
import orrery.engine.EngineOptions;
import orrery.engine.KernelChoice;
import orrery.engine.LoadListener;
import orrery.engine.Machine;
import orrery.engine.Repacking;
import orrery.format.MappedReads;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.LoopBackend;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.Tensor;

/** A model that runs one window of tokens after another. Whoever opens it closes it. */
public final class OpenModel implements AutoCloseable {
    /** Rows of a step: the logits of a large vocabulary take a megabyte each. */
    static final int ROWS = 64;

    private final Path path;
    private final ModelFile file;
    private final Checkpoint checkpoint;
    private final Kernels kernels;
    private final Decoder decoder;
    private final Step step = new Step(ROWS);

    /**
     * How a model is to be run.
     *
     * @param backend by name; the best for the model if empty
     * @param threads that compute, or those of the machine
     */
    public record How(Optional<String> backend, Optional<Integer> threads) {
        Backend.Options options() {
            return threads.map(Backend.Options::new).orElseGet(Backend.Options::ofMachine);
        }
    }

    /** @throws orrery.OrreryException if the model cannot be read or run */
    public OpenModel(Path path, How how) {
        this.path = path;
        var open = new ArrayList<AutoCloseable>();
        try {
            file = ModelFile.open(path);
            open.add(file);
            checkpoint = Catalog.open(file);
            var spec = checkpoint.description().spec();
            var weights = new Weights(spec, checkpoint.weights());
            kernels = KernelChoice.of(how.backend(), spec, weights.bytes(LoopBackend::bytesOfCopy))
                    .open(how.options());
            open.add(kernels);
            // Another model may be open beside this one.
            var repacked = Repacking.of(
                            weights, kernels, EngineOptions.defaults(), Machine.memory() / 2, LoadListener.NONE)
                    .weights();
            decoder = MappedReads.reading(path, () -> new Decoder(spec, repacked, kernels, ROWS, ROWS));
        } catch (RuntimeException | Error e) {
            open.reversed().forEach(one -> closeAfter(one, e));
            throw e;
        }
    }

    private static void closeAfter(AutoCloseable one, Throwable reason) {
        try {
            one.close();
        } catch (Exception e) {
            reason.addSuppressed(e);
        }
    }

    /** What was opened, as given. */
    public Path path() {
        return path;
    }

    public ArchitectureSpec spec() {
        return decoder.spec();
    }

    /** In words, what the files hold and the model does not use. */
    public List<String> notes() {
        return checkpoint.notes();
    }

    /** In words, what computes. */
    public String kernels() {
        return kernels.description();
    }

    /** One window that is being run, some rows at a time. */
    final class Running implements AutoCloseable {
        private final int[] tokens;
        private final KvCache cache;
        private final Sequence sequence;
        private int done;

        private Running(int[] tokens) {
            this.tokens = tokens;
            int pages = tokens.length / KvCache.DEFAULT_PAGE_SIZE + 1;
            cache = new KvCache(spec().caches(), KvCache.DEFAULT_PAGE_SIZE, pages);
            sequence = new Sequence(cache, tokens.length);
        }

        /** Runs the next rows, at most {@link #ROWS}, and gives their logits; each row is valid until the next call, to whatever window. */
        Logits next() {
            int count = Math.min(ROWS, tokens.length - done);
            sequence.fill(step, Arrays.copyOfRange(tokens, done, done + count));
            Tensor logits = MappedReads.reading(path, () -> decoder.forward(step, cache));
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

        /** How many rows. */
        int count() {
            return count;
        }

        /** Copies the logits {@code [vocabSize]} of one of these rows. */
        void read(float[] target, int index) {
            decoder.kernels().read(target, logits, index);
        }
    }

    /** Begins a window. */
    Running running(int[] tokens) {
        return new Running(tokens);
    }

    @Override
    public void close() {
        try (file) {
            kernels.close();
        }
    }
}
