package orrery.lab.experiment;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import orrery.lab.data.JargonFile;
import orrery.lab.data.TextTask;
import orrery.lab.train.OptimizerKind;
import orrery.lab.train.TrainingPlan;

/**
 * How the models of an experiment are trained: contexts of 64 tokens, on the Jargon File where it is a text, weight
 * decay and clipping as usual.
 *
 * @param batch sequences per step
 */
record TinyTraining(int batch, OptimizerKind optimizer) {
    static final int CONTEXT = 64;
    static final int SEEDS = 3;

    static TextTask text() {
        return new TextTask(JargonFile.bytes(), CONTEXT);
    }

    /** What all cells share, to which an experiment adds its own. */
    SortedMap<String, String> settings() {
        var settings = new TreeMap<String, String>();
        settings.put("text", "the Jargon File 4.4.7");
        settings.put("context", Integer.toString(CONTEXT));
        settings.put("batch", Integer.toString(batch));
        settings.put("optimizer", optimizer.label());
        return settings;
    }

    TrainingPlan plan(int steps, double rate, int warmUp, long seed) {
        return new TrainingPlan(steps, batch, CONTEXT, rate, warmUp, 0.1, 0.1, 1, optimizer, 0, 0, steps, seed);
    }

    /**
     * A grid seed by seed, or only its first cell if it is to be quick.
     *
     * @param seeds from 1 on
     */
    static List<Trial> trials(GridSize size, int seeds, LongFunction<List<Trial>> ofSeed) {
        return LongStream.rangeClosed(1, size == GridSize.QUICK ? 1 : seeds)
                .boxed()
                .flatMap(seed -> ofSeed.apply(seed).stream())
                .limit(size == GridSize.QUICK ? 1 : Long.MAX_VALUE)
                .toList();
    }
}
