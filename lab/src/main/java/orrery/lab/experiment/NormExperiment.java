package orrery.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import orrery.lab.data.JargonFile;
import orrery.lab.data.TextTask;
import orrery.lab.train.OptimizerKind;
import orrery.lab.train.TrainingPlan;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.HeadNorms;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;

/** Norms in several places against learning rates: the question of OLMo 2's report (arXiv:2501.00656). */
record NormExperiment() implements Experiment {
    private static final List<Double> RATES = List.of(3e-3, 1e-2, 3e-2, 1e-1);
    private static final int SEEDS = 3;
    private static final int STEPS = 128;
    private static final int BATCH = 8;
    private static final int CONTEXT = 64;
    private static final int WARM_UP = 24;
    private static final int LAYERS = 4;
    private static final int HEADS = 3;
    private static final int HEAD_SIZE = 16;
    private static final int WIDTH = 128;

    /** A norm placement. */
    private enum Norms {
        PRE("pre-norm", true, false, false, false),
        PRE_QK("pre-norm + QK-norm", true, false, false, true),
        INSIDE("norm after the branch", false, true, false, false),
        OLMO("norm after the branch + QK-norm", false, true, false, true),
        ORIGINAL("original post-norm", false, false, true, false),
        SANDWICH("norms before and after", true, true, false, false);

        private final String label;
        private final NormSpec before;
        private final NormSpec after;
        private final NormSpec outer;
        private final boolean queryKey;

        Norms(String label, boolean before, boolean after, boolean outer, boolean queryKey) {
            this.label = label;
            this.before = before ? TinyModel.NORM : NormSpec.NONE;
            this.after = after ? TinyModel.NORM : NormSpec.NONE;
            this.outer = outer ? TinyModel.NORM : NormSpec.NONE;
            this.queryKey = queryKey;
        }

        private Branch branch(Op op) {
            return new Branch(before, op, after, outer);
        }

        private ArchitectureSpec spec(int vocabulary) {
            var heads = TinyModel.attention(HEADS, HEADS, HEAD_SIZE);
            var attention = queryKey ? heads.withNorms(HeadNorms.wholeProjection(TinyModel.NORM)) : heads;
            var layer = new LayerSpec.Residual(branch(attention), branch(TinyModel.feedForward(WIDTH)));
            // The original Transformer's last norm is that of its last layer.
            var last = this == ORIGINAL ? NormSpec.NONE : TinyModel.NORM;
            return new TinyModel(vocabulary, HEADS * HEAD_SIZE, CONTEXT).of(label, LAYERS, _ -> layer, last);
        }
    }

    @Override
    public String name() {
        return "norms";
    }

    @Override
    public String title() {
        return "norm placement and QK-norm against learning rates, with and without warm-up";
    }

    @Override
    public SortedMap<String, String> settings() {
        var settings = new TreeMap<String, String>();
        settings.put("text", "the Jargon File 4.4.7");
        settings.put("context", Integer.toString(CONTEXT));
        settings.put("batch", Integer.toString(BATCH));
        settings.put("optimizer", OptimizerKind.ADAMW.label());
        settings.put("warm-up steps", Integer.toString(WARM_UP));
        double loss = new TextTask(JargonFile.bytes(), CONTEXT).lossOfFrequencies();
        settings.put("loss of letter frequencies alone", String.format(Locale.ROOT, "%.2f", loss));
        return settings;
    }

    @Override
    public List<Trial> trials(GridSize size) {
        var task = new TextTask(JargonFile.bytes(), CONTEXT);
        var trials = new ArrayList<Trial>();
        for (long seed = 1; seed <= (size == GridSize.FULL ? SEEDS : 1); seed++) {
            for (boolean warm : new boolean[] {true, false}) {
                for (double rate : RATES) {
                    for (var norms : Norms.values()) {
                        var factors = Map.of(
                                "norms", norms.label, "learning rate", text(rate), "warm-up", warm ? "yes" : "no");
                        trials.add(new Trial(factors, norms.spec(task.vocabulary()), plan(rate, warm, seed), task));
                    }
                }
            }
        }
        return size == GridSize.QUICK ? trials.subList(0, 1) : trials;
    }

    private static String text(double rate) {
        return String.format(Locale.ROOT, "%.3f", rate).replaceFirst("0+$", "");
    }

    private static TrainingPlan plan(double rate, boolean warm, long seed) {
        return new TrainingPlan(
                STEPS, BATCH, CONTEXT, rate, warm ? WARM_UP : 0, 0.1, 0.1, 1, OptimizerKind.ADAMW, 0, 0, STEPS, seed);
    }
}
