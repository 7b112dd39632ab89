package orrery.lab.experiment;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import orrery.lab.train.OptimizerKind;
import orrery.spec.Experts;
import orrery.spec.Op;

/**
 * Dense and sparse feed-forwards with equally many active parameters: the claims of DeepSeekMoE (arXiv:2401.06066,
 * section 3). The sparse ones have equally many parameters in all, too.
 */
record ExpertExperiment() implements Experiment {
    private static final TinyTraining TRAINING = new TinyTraining(10, OptimizerKind.ADAMW);
    private static final int STEPS = 240;
    private static final int LAYERS = 3;
    private static final int HEADS = 3;
    private static final int HEAD_SIZE = 16;
    private static final int ACTIVE_WIDTH = 128;
    private static final double RATE = 1e-2;

    @Override
    public String name() {
        return "experts";
    }

    @Override
    public String title() {
        return "dense, few wide, fine-grained and shared experts at equal active parameters";
    }

    @Override
    public SortedMap<String, String> settings() {
        var settings = TRAINING.settings();
        settings.put("learning rate", Double.toString(RATE));
        settings.put("balancing", "auxiliary loss of weight 0.01");
        return settings;
    }

    @Override
    public List<Trial> trials(GridSize size) {
        var kinds = List.<Map.Entry<String, Op.Mlp>>of(
                Map.entry("dense", TinyModel.feedForward(ACTIVE_WIDTH)),
                Map.entry("top-2 of 8", experts(8, 2, 0)),
                Map.entry("fine-grained, 8 of 32", experts(32, 8, 0)),
                Map.entry("with a shared expert, 1 + 7 of 31", experts(31, 7, 1)));
        var task = TinyTraining.text();
        var attention = TinyModel.attention(HEADS, HEADS, HEAD_SIZE);
        var model = new TinyModel(task.vocabulary(), HEADS * HEAD_SIZE, TinyTraining.CONTEXT);
        return TinyTraining.trials(
                size,
                TinyTraining.SEEDS,
                seed -> kinds.stream()
                        .map(kind -> new Trial(
                                Map.of("feed-forward", kind.getKey()),
                                model.preNorm(kind.getKey(), LAYERS, _ -> attention, kind.getValue()),
                                TRAINING.plan(STEPS, RATE, STEPS / 10, seed),
                                task))
                        .toList());
    }

    /** Experts of which those that a token uses, with the shared ones, are as wide as the dense feed-forward. */
    private static Experts experts(int count, int active, int shared) {
        int width = ACTIVE_WIDTH / (active + shared);
        return new Experts(
                count,
                active,
                TinyModel.feedForward(width),
                Experts.Router.softmax(true),
                shared == 0 ? Optional.empty() : Optional.of(TinyModel.feedForward(shared * width)));
    }
}
