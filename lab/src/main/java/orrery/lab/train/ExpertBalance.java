package orrery.lab.train;

import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import orrery.lab.tape.Parameter;
import orrery.lab.tape.Parameters;
import orrery.spec.ArchitectureSpec;

/**
 * Balancing without an auxiliary loss (arXiv:2408.15664; DeepSeek V3, arXiv:2412.19437, section 2.1.2): after each
 * step, the correction bias of an expert grows by a fixed amount if its load was less than the mean of its layer, and
 * falls by the same amount if it was more.
 */
final class ExpertBalance {
    private static final String BIAS = "mlp.router.bias";

    private final Map<Integer, Parameter> biases = new LinkedHashMap<>();
    private final double amount;

    /** @param amount by which a bias changes */
    ExpertBalance(Parameters parameters, ArchitectureSpec spec, double amount) {
        this.amount = amount;
        int layers = spec.layers().size();
        for (var parameter : parameters.all()) {
            String path = parameter.path();
            if (path.endsWith(BIAS)) {
                biases.put(path.startsWith("layers.") ? Integer.parseInt(path.split("\\.")[1]) : layers, parameter);
            }
        }
    }

    /** @param loads tokens of each expert, by layer */
    void update(Map<Integer, long[]> loads) {
        biases.forEach((layer, bias) -> {
            var each = loads.getOrDefault(layer, new long[0]);
            long all = LongStream.of(each).sum();
            for (int e = 0; e < each.length; e++) {
                double sign = Math.signum((double) (all - each[e] * each.length));
                var data = bias.value().data();
                float before = data.getAtIndex(ValueLayout.JAVA_FLOAT, e);
                data.setAtIndex(ValueLayout.JAVA_FLOAT, e, (float) (before + amount * sign));
            }
        });
    }
}
