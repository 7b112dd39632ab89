package orrery.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import orrery.lab.data.TextTask;
import orrery.lab.train.OptimizerKind;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.HeadNorms;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;

/** Norms in several places against learning rates: the question of OLMo 2's report (arXiv:2501.00656). */
record NormExperiment() implements Experiment {
    private static final TinyTraining TRAINING = new TinyTraining(8, OptimizerKind.ADAMW);
    private static final List<Double> RATES = List.of(3e-3, 1e-2, 3e-2, 1e-1);
    private static final int STEPS = 128;
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
            return new TinyModel(vocabulary, HEADS * HEAD_SIZE, TinyTraining.CONTEXT)
                    .of(label, LAYERS, _ -> layer, last);
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
        var settings = TRAINING.settings();
        settings.put("warm-up steps", Integer.toString(WARM_UP));
        double loss = TinyTraining.text().lossOfFrequencies();
        settings.put("loss of letter frequencies alone", String.format(Locale.ROOT, "%.2f", loss));
        return settings;
    }

    @Override
    public List<Trial> trials(GridSize size) {
        var task = TinyTraining.text();
        return TinyTraining.trials(size, size == GridSize.FULL ? TinyTraining.SEEDS : 1, seed -> row(task, seed));
    }

    private static List<Trial> row(TextTask task, long seed) {
        var trials = new ArrayList<Trial>();
        for (boolean warm : new boolean[] {true, false}) {
            for (double rate : RATES) {
                for (var norms : Norms.values()) {
                    var factors =
                            Map.of("norms", norms.label, "learning rate", text(rate), "warm-up", warm ? "yes" : "no");
                    var plan = TRAINING.plan(STEPS, rate, warm ? WARM_UP : 0, seed);
                    trials.add(new Trial(factors, norms.spec(task.vocabulary()), plan, task));
                }
            }
        }
        return trials;
    }

    private static String text(double rate) {
        return String.format(Locale.ROOT, "%.3f", rate).replaceFirst("0+$", "");
    }
}
