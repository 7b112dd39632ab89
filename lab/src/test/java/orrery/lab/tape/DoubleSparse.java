package orrery.lab.tape;

import java.util.List;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Router;
import orrery.kernel.Routing;
import orrery.kernel.SparseKernels;
import orrery.kernel.StreamKernels;
import orrery.kernel.Weight;
import orrery.spec.Experts;
import orrery.tensor.Tensor;

/** The operations of routed experts, latent attention and parallel streams in double. */
abstract class DoubleSparse implements SparseKernels, StreamKernels {
    final DoubleMemory memory;

    DoubleSparse(DoubleMemory memory) {
        this.memory = memory;
    }

    final void product(Tensor out, int outFrom, Tensor x, int xFrom, Weight weight, int first, int rows) {
        var matrix = ((DoubleKernels.Plain) weight).matrix;
        var to = memory.of(out);
        var from = memory.of(x);
        var weights = memory.numbers(matrix);
        long start = memory.first(matrix);
        int along = (int) (matrix.columns() > 1 ? matrix.index(0, 1) : 1);
        for (int o = 0; o < matrix.rows(); o++) {
            int row = (int) (start + matrix.index(o, 0));
            for (int r = first; r < first + rows; r++) {
                int at = r * (int) x.columns() + xFrom;
                double sum = 0;
                for (int i = 0; i < matrix.columns(); i++) {
                    sum += from[at + i] * weights[row + i * along];
                }
                to[r * (int) out.columns() + outFrom + o] = sum;
            }
        }
    }

    static double mean(double[] x, int from, int size) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += x[from + i];
        }
        return sum / size;
    }

    static double variance(double[] x, int from, int size, double mean) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += (x[from + i] - mean) * (x[from + i] - mean);
        }
        return sum / size;
    }

    @Override
    public void clear(Tensor x, int rows) {
        java.util.Arrays.fill(memory.of(x), 0, rows * (int) x.columns(), 0);
    }

    /** The choice is made by floats, as in a model; the weights follow the doubles. */
    @Override
    public void route(Routing routing, Router router, Tensor logits, int rows) {
        memory.toFloats(logits);
        router.bias().ifPresent(memory::toFloats);
        router.route(routing, logits, rows);
        var spec = router.spec().router();
        int count = router.spec().count();
        var numbers = memory.of(logits);
        var sums = new double[rows];
        var scores = new double[routing.weights().length];
        for (int i = 0; i < routing.count(); i++) {
            int row = routing.rows()[i];
            double all = 0;
            for (int e = 0; e < count; e++) {
                all += Math.exp(numbers[row * count + e]);
            }
            double own = numbers[row * count + routing.grouped()[i]];
            scores[i] =
                    spec.scoring() == Experts.Router.Scoring.SOFTMAX ? Math.exp(own) / all : 1 / (1 + Math.exp(-own));
            sums[row] += scores[i];
        }
        for (int i = 0; i < routing.count(); i++) {
            scores[i] *= spec.scale() / (spec.normalised() ? sums[routing.rows()[i]] : 1);
        }
        memory.route(routing.weights(), scores);
    }

    @Override
    public void gather(Tensor out, Tensor x, int[] indices, int first, int count) {
        int columns = (int) x.columns();
        for (int i = 0; i < count; i++) {
            System.arraycopy(memory.of(x), indices[first + i] * columns, memory.of(out), i * columns, columns);
        }
    }

    @Override
    public void scaleGathered(Tensor x, float[] factors, int first, int count) {
        var numbers = memory.of(x);
        var with = memory.factors(factors);
        int columns = (int) x.columns();
        for (int i = 0; i < count * columns; i++) {
            numbers[i] *= with[first + i / columns];
        }
    }

    @Override
    public void scatterAdd(Tensor out, Tensor y, int[] indices, float[] factors, int first, int count) {
        var with = memory.factors(factors);
        var to = memory.of(out);
        var from = memory.of(y);
        int columns = (int) y.columns();
        for (int i = 0; i < count * columns; i++) {
            int at = first + i / columns;
            to[indices[at] * columns + i % columns] += from[i] * with[at];
        }
    }

    @Override
    public void scatter(Tensor out, Tensor x, int[] indices, int first, int count) {
        int columns = (int) x.columns();
        for (int i = 0; i < count; i++) {
            System.arraycopy(memory.of(x), i * columns, memory.of(out), indices[first + i] * columns, columns);
        }
    }

    @Override
    public void gatherKv(Tensor out, int column, KvCache cache, int layer, PageTable pages, int count) {
        int columns = (int) out.columns();
        for (int i = 0; i < count; i++) {
            System.arraycopy(memory.cached(cache, layer, pages, i), column, memory.of(out), i * columns, columns);
        }
    }

    @Override
    public void place(Tensor out, int column, Tensor x, int rows) {
        placeHeads(out, 0, column, x, 0, 0, 1, (int) x.columns(), rows);
    }

    @Override
    public void placeHeads(
            Tensor out,
            int outStride,
            int outOffset,
            Tensor x,
            int xStride,
            int xOffset,
            int heads,
            int size,
            int rows) {
        for (int r = 0; r < rows; r++) {
            for (int h = 0; h < heads; h++) {
                int from = r * (int) x.columns() + h * xStride + xOffset;
                int to = r * (int) out.columns() + h * outStride + outOffset;
                System.arraycopy(memory.of(x), from, memory.of(out), to, size);
            }
        }
    }

    @Override
    public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        for (int h = 0; h < weights.size(); h++) {
            product(out, h * outStride, x, h * xStride, weights.get(h), 0, rows);
        }
    }

    @Override
    public void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        for (int i = 0; i < count; i++) {
            product(out, 0, x, 0, weights.get(chosen[i]), i, 1);
        }
    }

    @Override
    public void copy(Tensor out, Tensor x, int rows) {
        System.arraycopy(memory.of(x), 0, memory.of(out), 0, rows * (int) x.columns());
    }

    @Override
    public void scale(Tensor x, float factor, int rows) {
        var numbers = memory.of(x);
        for (int i = 0; i < rows * x.columns(); i++) {
            numbers[i] *= factor;
        }
    }

    @Override
    public void addScaled(Tensor out, Tensor x, Tensor coefficients, int column, int rows) {
        var to = memory.of(out);
        var from = memory.of(x);
        var factors = memory.of(coefficients);
        int columns = (int) x.columns();
        for (int i = 0; i < rows * columns; i++) {
            to[i] += from[i] * factors[i / columns * (int) coefficients.columns() + column];
        }
    }

    @Override
    public void subtract(Tensor out, Tensor x, Tensor y, int rows) {
        var to = memory.of(out);
        var from = memory.of(x);
        var less = memory.of(y);
        for (int i = 0; i < rows * x.columns(); i++) {
            to[i] = from[i] - less[i];
        }
    }

    @Override
    public void multiply(Tensor out, Tensor x, Tensor weight, int rows) {
        var factors = memory.of(weight);
        var to = memory.of(out);
        var from = memory.of(x);
        for (int i = 0; i < rows * x.columns(); i++) {
            to[i] = from[i] * factors[i % factors.length];
        }
    }

    @Override
    public void tanh(Tensor x, int rows) {
        var numbers = memory.of(x);
        for (int i = 0; i < rows * x.columns(); i++) {
            numbers[i] = Math.tanh(numbers[i]);
        }
    }

    @Override
    public void matchSize(Tensor x, Tensor like, double floor, int rows) {
        var numbers = memory.of(x);
        int size = (int) x.columns();
        int likeSize = (int) like.columns();
        for (int r = 0; r < rows; r++) {
            double wanted = Math.sqrt(variance(memory.of(like), r * likeSize, likeSize, 0));
            double own = Math.sqrt(Math.max(variance(numbers, r * size, size, 0), floor));
            for (int i = r * size; i < (r + 1) * size; i++) {
                numbers[i] *= wanted / own;
            }
        }
    }

    @Override
    public void cutSmall(Tensor x, double deviations, int rows) {
        var numbers = memory.of(x);
        int size = (int) x.columns();
        for (int r = 0; r < rows; r++) {
            double mean = mean(numbers, r * size, size);
            double cut = mean + deviations * Math.sqrt(variance(numbers, r * size, size, mean));
            for (int i = r * size; i < (r + 1) * size; i++) {
                numbers[i] = Math.max(numbers[i] - cut, 0);
            }
        }
    }
}
