package orrery.engine;

import java.util.concurrent.atomic.AtomicLong;

/** Counters of an engine, written by its thread; any thread may read them. */
final class EngineCounts {
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong promptRows = new AtomicLong();
    private final AtomicLong answerRows = new AtomicLong();
    private final AtomicLong guessRows = new AtomicLong();
    final AtomicLong preemptions = new AtomicLong();
    final AtomicLong cancellations = new AtomicLong();
    final AtomicLong late = new AtomicLong();

    void step() {
        steps.incrementAndGet();
    }

    /** A sequence has rows in a step. */
    void rows(Sequence sequence) {
        int prompt = Math.clamp(sequence.promptLength() - sequence.from, 0, sequence.planned);
        promptRows.addAndGet(prompt);
        answerRows.addAndGet(sequence.planned - prompt);
        guessRows.addAndGet(sequence.guessPlanned ? 1 : 0);
    }

    EngineStatistics now() {
        return new EngineStatistics(
                steps.get(),
                promptRows.get(),
                answerRows.get(),
                guessRows.get(),
                preemptions.get(),
                cancellations.get(),
                late.get());
    }
}
