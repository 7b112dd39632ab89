package orrery.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import orrery.lab.data.Recall;
import orrery.lab.data.Task;
import orrery.lab.data.TextTask;
import orrery.lab.train.OptimizerKind;
import orrery.lab.train.TrainingPlan;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Reach;

/**
 * Sliding windows in several shares of the layers, on recall and on text: the question of Gemma 3's report
 * (arXiv:2503.19786, section 5.2). The last layer of each period has full attention, as in Gemma 3. The report's 3:1 is
 * 2:1 here, because it does not divide six layers.
 */
record WindowExperiment() implements Experiment {
    private static final TinyTraining TRAINING = new TinyTraining(16, OptimizerKind.MUON);
    private static final List<Integer> RATIOS = List.of(1, 2, 5);
    private static final List<Integer> WINDOWS = List.of(4, 8);
    private static final int RECALL_STEPS = 200;
    private static final int TEXT_STEPS = 160;
    private static final int KEYS = 8;
    private static final int VALUES = 8;
    private static final int LAYERS = 6;
    private static final int HEADS = 2;
    private static final int HEAD_SIZE = 16;
    private static final int WIDTH = 64;
    private static final double RATE = 1e-2;

    /** Which layers have full attention, by index. */
    private interface Layers {
        boolean full(int layer);
    }

    @Override
    public String name() {
        return "windows";
    }

    @Override
    public String title() {
        return "sliding windows in several shares of the layers, on recall and on text";
    }

    @Override
    public SortedMap<String, String> settings() {
        var settings = TRAINING.settings();
        settings.put("layers", Integer.toString(LAYERS));
        settings.put("learning rate", Double.toString(RATE));
        return settings;
    }

    @Override
    public List<Trial> trials(GridSize size) {
        return TinyTraining.trials(size, size == GridSize.FULL ? TinyTraining.SEEDS : 1, WindowExperiment::row);
    }

    private static List<Trial> row(long seed) {
        var trials = new ArrayList<Trial>();
        for (Task task : List.of(new Recall(TinyTraining.CONTEXT, KEYS, VALUES), TinyTraining.text())) {
            int steps = task instanceof TextTask ? TEXT_STEPS : RECALL_STEPS;
            var plan = TRAINING.plan(steps, RATE, steps / 10, seed);
            trials.add(trial(task, "all global", "", _ -> true, 1, plan));
            for (int window : WINDOWS) {
                String tokens = Integer.toString(window);
                for (int ratio : RATIOS) {
                    trials.add(
                            trial(task, ratio + ":1", tokens, layer -> (layer + 1) % (ratio + 1) == 0, window, plan));
                }
                trials.add(trial(task, "all local", tokens, _ -> false, window, plan));
            }
        }
        return trials;
    }

    private static Trial trial(Task task, String label, String tokens, Layers layers, int window, TrainingPlan plan) {
        var factors = new TreeMap<>(Map.of("task", task.name(), "layers", label));
        if (!tokens.isEmpty()) {
            factors.put("window", tokens);
        }
        return new Trial(
                factors, spec(task, label, layers, window), plan, task, tokens.isEmpty() ? WINDOWS : List.of());
    }

    private static ArchitectureSpec spec(Task task, String label, Layers layers, int window) {
        var full = TinyModel.attention(HEADS, HEADS, HEAD_SIZE);
        var local = full.withReach(new Reach.Window(window));
        return new TinyModel(task.vocabulary(), HEADS * HEAD_SIZE, TinyTraining.CONTEXT)
                .preNorm(label, LAYERS, i -> layers.full(i) ? full : local, TinyModel.feedForward(WIDTH));
    }
}
