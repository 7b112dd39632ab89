package orrery.kernel.vector;

import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Optional;
import orrery.kernel.Backend;
import orrery.kernel.Crew;
import orrery.kernel.ScatterSum;
import orrery.kernel.SparseKernels;
import orrery.kernel.StreamKernels;
import orrery.kernel.Weight;
import orrery.kernel.WorkerPool;
import orrery.tensor.Tensor;

/**
 * The part of {@link VectorKernels} for mixtures of experts, latent attention and parallel streams, and what all of it
 * shares. {@link #gatherKv} is inherited: it copies contiguous runs with bounds checks.
 */
abstract class VectorSparse implements SparseKernels, StreamKernels {
    final Arena arena = Arena.ofShared();
    final Crew pool;
    /** Empty if the threads belong to another backend. */
    private final Optional<WorkerPool> own;

    final WorkerScratch scratch;
    final Products products;
    private final Moves moves;
    private final ScatterSum scatterSum;
    private final Elementwise elementwise;

    VectorSparse(Backend.Options options) {
        own = options.crew().isEmpty() ? Optional.of(new WorkerPool(options.threads())) : Optional.empty();
        pool = options.crew().or(() -> own).orElseThrow();
        scratch = new WorkerScratch(arena, pool.workers());
        products = new Products(pool, scratch, arena);
        moves = new Moves(pool);
        scatterSum = new ScatterSum(pool, Blends::addScaled);
        elementwise = new Elementwise(pool);
    }

    /** Ends the threads, unless they belong to another backend. */
    final void closeCrew() {
        own.ifPresent(WorkerPool::close);
    }

    @Override
    public final void clear(Tensor x, int rows) {
        OffHeap.fill(OffHeap.address(x), 4L * rows * x.columns());
        Reference.reachabilityFence(x);
    }

    @Override
    public final void gather(Tensor out, Tensor x, int[] indices, int first, int count) {
        moves.gather(OffHeap.address(out), OffHeap.address(x), indices, first, count, (int) x.columns());
        keep(out, x);
    }

    @Override
    public final void scaleGathered(Tensor x, float[] factors, int first, int count) {
        int columns = (int) x.columns();
        for (int i = 0; i < count; i++) {
            Sums.scale(OffHeap.address(x) + 4L * i * columns, factors[first + i], columns);
        }
        Reference.reachabilityFence(x);
    }

    @Override
    public final void scatterAdd(Tensor out, Tensor y, int[] indices, float[] factors, int first, int count) {
        scatterSum.add(OffHeap.address(out), OffHeap.address(y), indices, factors, first, count, (int) y.columns());
        keep(out, y);
    }

    @Override
    public final void scatter(Tensor out, Tensor x, int[] indices, int first, int count) {
        int columns = (int) x.columns();
        for (int i = 0; i < count; i++) {
            long to = OffHeap.address(out) + 4L * indices[first + i] * columns;
            OffHeap.copy(OffHeap.address(x) + 4L * i * columns, to, columns);
        }
        keep(out, x);
    }

    @Override
    public final void place(Tensor out, int column, Tensor x, int rows) {
        placeHeads(out, 0, column, x, 0, 0, 1, (int) x.columns(), rows);
    }

    @Override
    public final void placeHeads(
            Tensor out,
            int outStride,
            int outOffset,
            Tensor x,
            int xStride,
            int xOffset,
            int heads,
            int size,
            int rows) {
        moves.place(
                OffHeap.address(out) + 4L * outOffset,
                out.columns(),
                outStride,
                OffHeap.address(x) + 4L * xOffset,
                x.columns(),
                xStride,
                heads,
                size,
                rows);
        keep(out, x);
    }

    @Override
    public final void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        var joint = products.joint;
        joint.begin();
        for (int h = 0; h < weights.size(); h++) {
            joint.add(
                    own(weights.get(h)),
                    OffHeap.address(x) + 4L * h * xStride,
                    4 * x.columns(),
                    OffHeap.address(out) + 4L * h * outStride,
                    4 * out.columns(),
                    rows);
        }
        joint.run();
        keep(out, x);
        Reference.reachabilityFence(weights);
    }

    @Override
    public final void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        products.joint.begin();
        addEach(out, x, weights, chosen, count);
        products.joint.run();
        keep(out, x);
        Reference.reachabilityFence(weights);
    }

    @Override
    public final void matmulPairs(
            Tensor first, Tensor second, Tensor x, List<Weight> firsts, List<Weight> seconds, int[] chosen, int count) {
        products.joint.begin();
        addEach(first, x, firsts, chosen, count);
        addEach(second, x, seconds, chosen, count);
        products.joint.run();
        keep(first, x);
        keep(second, firsts);
        Reference.reachabilityFence(seconds);
    }

    /** One product for each run of equal choices. */
    private void addEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        for (int i = 0; i < count; ) {
            int end = i + 1;
            while (end < count && chosen[end] == chosen[i]) {
                end++;
            }
            products.joint.add(
                    own(weights.get(chosen[i])),
                    OffHeap.address(x) + 4 * i * x.columns(),
                    4 * x.columns(),
                    OffHeap.address(out) + 4 * i * out.columns(),
                    4 * out.columns(),
                    end - i);
            i = end;
        }
    }

    @Override
    public final void copy(Tensor out, Tensor x, int rows) {
        placeHeads(out, 0, 0, x, 0, 0, 1, (int) x.columns(), rows);
    }

    @Override
    public final void scale(Tensor x, float factor, int rows) {
        alone(Elementwise.Operation.SCALE, x, factor, rows);
    }

    @Override
    public final void addScaled(Tensor out, Tensor x, Tensor coefficients, int column, int rows) {
        long factors = OffHeap.address(coefficients) + 4L * column;
        together(Elementwise.Operation.ADD_SCALED, out, x, factors, coefficients, rows);
    }

    @Override
    public final void subtract(Tensor out, Tensor x, Tensor y, int rows) {
        together(Elementwise.Operation.SUBTRACT, out, x, OffHeap.address(y), y, rows);
    }

    @Override
    public final void multiply(Tensor out, Tensor x, Tensor weight, int rows) {
        long at = OffHeap.address(weight);
        int columns = (int) x.columns();
        elementwise.together(
                Elementwise.Operation.MULTIPLY, OffHeap.address(out), OffHeap.address(x), at, 0, 0, 0, rows, columns);
        keep(out, x);
        Reference.reachabilityFence(weight);
    }

    @Override
    public final void tanh(Tensor x, int rows) {
        alone(Elementwise.Operation.TANH, x, 0, rows);
    }

    @Override
    public final void matchSize(Tensor x, Tensor like, double floor, int rows) {
        long at = OffHeap.address(x);
        long other = OffHeap.address(like);
        int width = (int) like.columns();
        elementwise.together(
                Elementwise.Operation.MATCH_SIZE, at, at, other, 4L * width, width, floor, rows, (int) x.columns());
        keep(x, like);
    }

    @Override
    public final void cutSmall(Tensor x, double deviations, int rows) {
        alone(Elementwise.Operation.CUT_SMALL, x, deviations, rows);
    }

    private void alone(Elementwise.Operation what, Tensor x, double value, int rows) {
        elementwise.alone(what, OffHeap.address(x), value, rows, (int) x.columns());
        Reference.reachabilityFence(x);
    }

    private void together(Elementwise.Operation what, Tensor out, Tensor x, long other, Tensor owner, int rows) {
        elementwise.together(
                what, OffHeap.address(out), OffHeap.address(x), other, 4 * owner.columns(), 0, 0, rows, (int)
                        x.columns());
        keep(out, x);
        Reference.reachabilityFence(owner);
    }

    /** Casts a weight of {@link VectorKernels}, whose owner was checked. */
    static VectorWeight own(Weight weight) {
        return (VectorWeight) weight;
    }

    static void keep(Object first, Object second) {
        Reference.reachabilityFence(first);
        Reference.reachabilityFence(second);
    }
}
