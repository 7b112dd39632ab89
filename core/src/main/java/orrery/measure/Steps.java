package orrery.measure;

import java.util.SplittableRandom;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.model.Decoder;

/** Runs workloads through a decoder, with random tokens and without sampling. */
final class Steps {
    private final Decoder decoder;
    private final KvCache cache;
    private final SyntheticPast past;
    private final LayerClock clock;
    private final int prefillRows;
    private final Step step;
    private final SplittableRandom random = new SplittableRandom(3);

    Steps(Decoder decoder, KvCache cache, SyntheticPast past, LayerClock clock, int prefillRows) {
        this.decoder = decoder;
        this.cache = cache;
        this.past = past;
        this.clock = clock;
        this.prefillRows = prefillRows;
        step = new Step(decoder.maxRows());
    }

    /**
     * Runs a workload once.
     *
     * @param first the position to start at, at least the workload's own start
     * @param count tokens that each sequence gets
     * @return seconds of the passes
     */
    double run(Workload workload, int first, int count) {
        var sequences = past.sequences(workload.sequences(), first, first + count);
        clock.reset();
        long began = System.nanoTime();
        switch (workload) {
            case Workload.Prefill _ -> {
                for (int done = 0; done < count; done += prefillRows) {
                    step.clear();
                    var sequence = sequences.getFirst();
                    int index = step.addSequence(sequence.pages(), sequence.state());
                    int rows = Math.min(prefillRows, count - done);
                    for (int i = 0; i < rows; i++) {
                        step.add(index, token(), first + done + i, done + i == count - 1);
                    }
                    step.keepState(sequence.state());
                    pass();
                }
            }
            case Workload.Decode _ -> {
                for (int i = 0; i < count; i++) {
                    step.clear();
                    for (var sequence : sequences) {
                        int index = step.addSequence(sequence.pages(), sequence.state());
                        step.add(index, token(), first + i, true);
                        step.keepState(sequence.state());
                    }
                    pass();
                }
            }
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private int token() {
        return random.nextInt(decoder.spec().vocabSize());
    }

    private void pass() {
        clock.begin();
        decoder.forward(step, cache, clock);
        clock.end();
    }
}
