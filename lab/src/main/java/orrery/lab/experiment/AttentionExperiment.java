package orrery.lab.experiment;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import orrery.lab.train.OptimizerKind;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Latent;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Scores;

/**
 * Kinds of attention at equal parameters: the question of DeepSeek V2's report (arXiv:2405.04434, appendix D). Whatever
 * parameters an attention saves, its model's feed-forwards have.
 */
record AttentionExperiment() implements Experiment {
    private static final TinyTraining TRAINING = new TinyTraining(10, OptimizerKind.ADAMW);
    private static final int STEPS = 240;
    private static final int LAYERS = 3;
    private static final int HEADS = 4;
    private static final int HEAD_SIZE = 16;
    private static final int HIDDEN = HEADS * HEAD_SIZE;
    private static final int LATENT = 24;
    private static final int ROTARY = 8;
    private static final int WIDTH = 128;
    private static final double RATE = 1e-2;

    @Override
    public String name() {
        return "attention";
    }

    @Override
    public String title() {
        return "MHA, GQA, MQA and MLA at equal parameters";
    }

    @Override
    public SortedMap<String, String> settings() {
        var settings = TRAINING.settings();
        settings.put("learning rate", Double.toString(RATE));
        settings.put("query heads", HEADS + " of " + HEAD_SIZE);
        return settings;
    }

    @Override
    public List<Trial> trials(GridSize size) {
        var kinds = List.of(
                Map.entry("MHA", TinyModel.attention(HEADS, HEADS, HEAD_SIZE)),
                Map.entry("GQA", TinyModel.attention(HEADS, 2, HEAD_SIZE)),
                Map.entry("MQA", TinyModel.attention(HEADS, 1, HEAD_SIZE)),
                Map.entry("MLA", latent()));
        var task = TinyTraining.text();
        return TinyTraining.trials(
                size,
                TinyTraining.SEEDS,
                seed -> kinds.stream()
                        .map(kind -> new Trial(
                                Map.of("attention", kind.getKey()),
                                spec(kind.getKey(), task.vocabulary(), kind.getValue()),
                                TRAINING.plan(STEPS, RATE, STEPS / 10, seed),
                                task))
                        .toList());
    }

    private static Latent latent() {
        return new Latent(
                HEADS,
                OptionalInt.empty(),
                LATENT,
                HEAD_SIZE,
                HEAD_SIZE,
                new Position.Rope(TinyModel.ROPE_BASE, ROTARY),
                TinyModel.NORM,
                Scores.overRootOf(HEAD_SIZE + ROTARY),
                false);
    }

    /** The width whose model is nearest in parameters to that of multi-head attention. */
    private static ArchitectureSpec spec(String label, int vocabulary, Op.Attention attention) {
        long wanted = sized(label, vocabulary, TinyModel.attention(HEADS, HEADS, HEAD_SIZE), WIDTH)
                .parameters();
        long own = sized(label, vocabulary, attention, WIDTH).parameters();
        long perWidth = 3L * HIDDEN * LAYERS;
        return sized(label, vocabulary, attention, WIDTH + (int) Math.round((double) (wanted - own) / perWidth));
    }

    private static ArchitectureSpec sized(String label, int vocabulary, Op.Attention attention, int width) {
        return new TinyModel(vocabulary, HIDDEN, TinyTraining.CONTEXT)
                .preNorm(label, LAYERS, _ -> attention, TinyModel.feedForward(width));
    }
}
