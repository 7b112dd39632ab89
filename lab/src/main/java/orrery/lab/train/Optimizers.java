package orrery.lab.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import orrery.kernel.Kernels;
import orrery.lab.tape.Parameter;
import orrery.lab.tape.Parameters;
import orrery.tensor.Tensor;

/** Several optimizers, each with parameters of its own. */
record Optimizers(List<Optimizer> parts) implements Optimizer {
    private static final String HEAD = "head.weight";

    Optimizers {
        parts = List.copyOf(parts);
    }

    /**
     * The optimizers of a plan.
     *
     * @param kernels opened if matrices are to be multiplied
     */
    static Optimizers of(TrainingPlan plan, Parameters parameters, Supplier<Kernels> kernels) {
        var matrices = new ArrayList<Parameter>();
        var rest = new ArrayList<Parameter>();
        for (var parameter : parameters.all()) {
            boolean orthogonal = plan.optimizer() == OptimizerKind.MUON
                    && parameter.matrix()
                    && !parameter.path().equals(HEAD);
            (orthogonal ? matrices : rest).add(parameter);
        }
        var parts = new ArrayList<Optimizer>();
        parts.add(new AdamW(rest, plan.weightDecay()));
        if (!matrices.isEmpty()) {
            parts.add(new Muon(matrices, plan.weightDecay(), kernels.get()));
        }
        return new Optimizers(parts);
    }

    @Override
    public void update(int step, double learningRate, float factor) {
        parts.forEach(part -> part.update(step, learningRate, factor));
    }

    @Override
    public Map<String, Tensor> state() {
        var state = new LinkedHashMap<String, Tensor>();
        parts.forEach(part -> state.putAll(part.state()));
        return state;
    }

    @Override
    public void close() {
        parts.forEach(Optimizer::close);
    }
}
