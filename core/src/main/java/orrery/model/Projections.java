package orrery.model;

import java.util.List;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Tensor;

/** Several linear layers of the same input rows, in one operation. */
final class Projections {
    private final Kernels kernels;
    private final List<Linear> linears;
    private final List<Weight> weights;
    private final List<Tensor> outs;

    /** Each of {@code linears} writes to the tensor of {@code outs} at the same index. */
    Projections(Kernels kernels, List<Linear> linears, List<Tensor> outs) {
        this.kernels = kernels;
        this.linears = List.copyOf(linears);
        this.outs = List.copyOf(outs);
        weights = linears.stream().map(Linear::weight).toList();
    }

    void apply(Tensor x, int rows) {
        kernels.matmulAll(outs, x, weights, rows);
        for (int i = 0; i < linears.size(); i++) {
            var bias = linears.get(i).bias();
            if (bias.isPresent()) {
                kernels.addBias(outs.get(i), bias.get(), rows);
            }
        }
    }
}
