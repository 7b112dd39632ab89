package orrery.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orrery.format.MappedReads;
import orrery.kernel.KvCache;
import orrery.model.ExpertBank;
import orrery.model.ForwardPass;
import orrery.spec.CacheSpec;
import orrery.tensor.Tensor;

/** The single thread that owns scheduler, cache and model. Other threads leave it messages. */
final class EngineLoop {
    private final LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().name("orrery-engine").daemon().unstarted(this::run);
    private final Path path;
    private final WeightFiles files;
    private final ForwardPass model;
    private final KvCache cache;
    private final Scheduler scheduler;
    private final Supplier<Tensor> forward;
    private final Optional<Drafting> drafting;
    private final Supplier<Boolean> after;
    private final Optional<ExpertsInMemory> heldExperts;
    private final List<ExpertBank> experts;
    private final Occupancy occupancy;

    /** For each worker thread: a row of logits, and buffers to choose a token from it. */
    private final float[][] rows;

    private final Candidates[] scratch;
    private @Nullable Tensor logits;
    private volatile long bytesHeld;
    private volatile long bytesOfStep;

    /** Held while a message is left that the thread must not miss. */
    private final Object gate = new Object();

    private @Nullable EngineException ended;

    private sealed interface Message {
        record Submit(Sequence sequence) implements Message {}

        record Cancel(Sequence sequence) implements Message {}

        record Close() implements Message {}
    }

    /**
     * @param path the model's path, for error messages
     * @param weightFiles the files that weights are mapped from
     * @param layers what the cache was made for
     */
    EngineLoop(
            Path path,
            List<Path> weightFiles,
            ForwardPass model,
            KvCache cache,
            List<CacheSpec> layers,
            Scheduler scheduler,
            Speculation speculation,
            Optional<ExpertsInMemory> heldExperts) {
        this.heldExperts = heldExperts;
        // The draft's bank is the last; it is idle without speculation.
        experts = model.experts().stream()
                .filter(bank -> bank.layer() < layers.size())
                .toList();
        var watch = new ExpertWatch(model.experts(), heldExperts);
        this.path = path;
        files = new WeightFiles(weightFiles);
        this.model = model;
        this.cache = cache;
        this.scheduler = scheduler;
        forward = () -> model.forward(scheduler.step(), cache, watch.over(scheduler.step(), scheduler.stepping()));
        occupancy = new Occupancy(cache, layers);
        // One object for all steps.
        after = this::afterStep;
        drafting = speculation == Speculation.NONE ? Optional.empty() : Optional.of(new Drafting(model, cache, watch));
        int workers = model.kernels().crew().workers();
        rows = new float[workers][model.vocabSize()];
        scratch = new Candidates[workers];
        for (int worker = 0; worker < workers; worker++) {
            scratch[worker] = new Candidates(model.vocabSize());
        }
    }

    void start() {
        thread.start();
    }

    int pools() {
        return cache.pools();
    }

    /** The banks of experts that rows are routed to. */
    List<ExpertBank> experts() {
        return experts;
    }

    long bytesHeld() {
        return bytesHeld;
    }

    long bytesOfStep() {
        return bytesOfStep;
    }

    /**
     * Queues a request.
     *
     * @throws EngineException if the thread has ended
     */
    void submit(Sequence sequence) {
        synchronized (gate) {
            if (ended != null) {
                throw new EngineException(String.valueOf(ended.getMessage()), ended);
            }
            messages.add(new Message.Submit(sequence));
        }
    }

    void cancel(Sequence sequence) {
        messages.add(new Message.Cancel(sequence));
    }

    /** Ends the thread and waits for it, however long a step takes: afterwards nothing reads weights or cache. */
    void close() {
        messages.add(new Message.Close());
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var why = new EngineException("the engine was closed");
        try {
            while (handleMessages()) {
                long began = System.nanoTime();
                endLate(scheduler.waiting(), began);
                endLate(scheduler.running(), began);
                if (scheduler.next()) {
                    step();
                    scheduler.took(System.nanoTime() - began);
                }
                bytesHeld = occupancy.bytes();
            }
        } catch (InterruptedException e) {
            why = new EngineException("the engine's thread was interrupted", e);
        } catch (Throwable e) {
            // Whatever it was, sessions must not wait for ever, and close() must be able to free the memory.
            why = new EngineException("the engine has stopped: " + e, e);
            System.getLogger(EngineLoop.class.getName()).log(System.Logger.Level.ERROR, why.getMessage(), e);
        } finally {
            end(why);
        }
    }

    /** Handles messages, and waits for one if there is nothing to do; returns false when the thread has to end. */
    private boolean handleMessages() throws InterruptedException {
        boolean open = true;
        for (var next = scheduler.idle() ? messages.take() : messages.poll(); next != null; next = messages.poll()) {
            switch (next) {
                case Message.Submit(var sequence) -> scheduler.submit(sequence);
                case Message.Cancel(var sequence) -> {
                    if (!sequence.ended) {
                        scheduler.counts().cancellations.incrementAndGet();
                    }
                    scheduler.finish(sequence);
                }
                case Message.Close() -> open = false;
            }
        }
        return open;
    }

    /** Ends the sequences that have reached a time limit; one that generates ends with its next token. */
    private void endLate(List<Sequence> sequences, long now) {
        // The list shrinks.
        for (int i = sequences.size() - 1; i >= 0; i--) {
            var sequence = sequences.get(i);
            boolean generates = sequence.running && sequence.length() > sequence.promptLength();
            if (!generates && sequence.isLate(now)) {
                finishLate(sequence);
                sequence.recipient().late();
            }
        }
    }

    private void step() {
        try {
            files.check();
            logits = MappedReads.reading(path, forward);
        } catch (RuntimeException e) {
            fail(scheduler.stepping(), new EngineException("the forward pass failed: " + e.getMessage(), e));
            return;
        }
        // Before tokens are delivered: the caller that receives the last one may ask at once.
        bytesOfStep = occupancy.bytes();
        scheduler.accept();
        try {
            MappedReads.reading(path, after);
        } catch (RuntimeException e) {
            fail(scheduler.stepping(), new EngineException("the draft's pass failed: " + e.getMessage(), e));
            return;
        }
        scheduler.settle();
    }

    /** Reads weights, too: the draft layer's, and those of experts that are copied. */
    private boolean afterStep() {
        if (drafting.isPresent()) {
            drafting.get().run(scheduler.stepping());
        }
        if (heldExperts.isPresent()) {
            heldExperts.get().refresh();
        }
        return true;
    }

    private void fail(Iterable<Sequence> sequences, EngineException why) {
        for (var sequence : sequences) {
            scheduler.discard(sequence);
            sequence.recipient().fail(why);
        }
    }

    private void end(EngineException why) {
        synchronized (gate) {
            ended = why;
        }
        List<Sequence> open = new ArrayList<>(scheduler.running());
        open.addAll(scheduler.waiting());
        for (var next = messages.poll(); next != null; next = messages.poll()) {
            if (next instanceof Message.Submit(var sequence)) {
                open.add(sequence);
            }
        }
        open.forEach(sequence -> sequence.recipient().fail(why));
    }

    /**
     * A row of the logits of the last step, in an array that is reused.
     *
     * @param worker the worker thread that reads it
     */
    float[] logits(int index, int worker) {
        model.kernels().read(rows[worker], java.util.Objects.requireNonNull(logits, "no step was computed"), index);
        return rows[worker];
    }

    /** The logits of a row. */
    int vocabSize() {
        return model.vocabSize();
    }

    /** The width of {@link #hidden}. */
    int hiddenSize() {
        return model.hiddenSize();
    }

    /** The hidden state of a row of the last step; only for steps that keep them. */
    void hidden(int row, float[] target) {
        model.kernels().read(target, model.lastHidden(), row);
    }

    /** The buffers in which a worker chooses tokens. */
    Candidates scratch(int worker) {
        return scratch[worker];
    }

    void finishLate(Sequence sequence) {
        scheduler.counts().late.incrementAndGet();
        scheduler.finish(sequence);
    }

    EngineStatistics statistics() {
        return scheduler.counts().now();
    }

    void finish(Sequence sequence) {
        scheduler.finish(sequence);
    }

    void discard(Sequence sequence) {
        scheduler.discard(sequence);
    }
}
