package orrery.kernel;

import java.util.List;
import java.util.function.Supplier;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Kernels that forward every operation to others: a backend that has faster versions of some operations extends this
 * class over {@link Backend#unchecked} kernels, overrides those operations, and leaves the rest. Its tasks run on the
 * base's {@link #crew}.
 *
 * <p>A backend with its own products overrides {@link #prepareInPlace} or {@link #prepare} for the matrices that it
 * supports, and all five products: it multiplies its own weights itself and forwards others. It also owns the base's
 * weights ({@link #owns}). {@code attend} with this step's keys and values stays as {@link Kernels} defines it:
 * {@link #storeKv} and the other {@code attend}, whether these were replaced or not.
 */
public abstract class ForwardingKernels implements Kernels {
    private final Supplier<Kernels> base;

    protected ForwardingKernels(Kernels base) {
        this(() -> base);
    }

    /** @param base returns the same kernels at every call; not called before an operation is forwarded */
    protected ForwardingKernels(Supplier<Kernels> base) {
        this.base = base;
    }

    /** The kernels that operations are forwarded to; they are closed with these. */
    protected final Kernels base() {
        return base.get();
    }

    @Override
    public String description() {
        return base().description();
    }

    @Override
    public Tensor allocate(int rows, int columns) {
        return base().allocate(rows, columns);
    }

    @Override
    public Weight prepare(Matrix matrix) {
        return base().prepare(matrix);
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        return base().prepareInPlace(matrix);
    }

    @Override
    public Tensor vector(Matrix vector, int from, int length, float offset) {
        return base().vector(vector, from, length, offset);
    }

    @Override
    public long packedBytes(Matrix matrix) {
        return base().packedBytes(matrix);
    }

    @Override
    public boolean owns(Weight weight) {
        return weight.owner().equals(this) || base().owns(weight);
    }

    @Override
    public Crew crew() {
        return base().crew();
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        base().embed(out, table, ids, scale, rows);
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        base().addEmbedding(x, table, ids, rows);
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        base().rmsNorm(out, x, weight, epsilon, rows);
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        base().layerNorm(out, x, weight, bias, epsilon, rows);
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        base().matmul(out, x, weight, rows);
    }

    @Override
    public void matmulAll(List<Tensor> outs, Tensor x, List<Weight> weights, int rows) {
        base().matmulAll(outs, x, weights, rows);
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        base().addBias(x, bias, rows);
    }

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {
        base().angles(out, frequencies, factor, positions, rows);
    }

    @Override
    public void rope(Tensor x, Tensor angles, int headSize, int offset, Position.Pairing pairing, int rows) {
        base().rope(x, angles, headSize, offset, pairing, rows);
    }

    @Override
    public void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step) {
        base().storeKv(key, value, cache, layer, attention, step);
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention attention, Step step) {
        base().attend(out, query, cache, layer, attention, step);
    }

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {
        base().scaleRows(x, factors, rows);
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {
        base().activate(out, x, activation, rows);
    }

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {
        base().gate(out, gate, up, activation, rows);
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        base().add(x, y, rows);
    }

    @Override
    public void softcap(Tensor x, float cap, int rows) {
        base().softcap(x, cap, rows);
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, int[] indices, int count) {
        base().gatherRows(out, x, indices, count);
    }

    @Override
    public int argmax(Tensor x, int row) {
        return base().argmax(x, row);
    }

    @Override
    public void read(float[] target, Tensor x, int row) {
        base().read(target, x, row);
    }

    @Override
    public void close() {
        base().close();
    }

    @Override
    public void clear(Tensor x, int rows) {
        base().clear(x, rows);
    }

    @Override
    public void route(Routing routing, Router router, Tensor logits, int rows) {
        base().route(routing, router, logits, rows);
    }

    @Override
    public void gather(Tensor out, Tensor x, int[] indices, int first, int count) {
        base().gather(out, x, indices, first, count);
    }

    @Override
    public void scaleGathered(Tensor x, float[] factors, int first, int count) {
        base().scaleGathered(x, factors, first, count);
    }

    @Override
    public void scatterAdd(Tensor out, Tensor y, int[] indices, float[] factors, int first, int count) {
        base().scatterAdd(out, y, indices, factors, first, count);
    }

    @Override
    public void scatter(Tensor out, Tensor x, int[] indices, int first, int count) {
        base().scatter(out, x, indices, first, count);
    }

    @Override
    public void gatherKv(Tensor out, int column, KvCache cache, int layer, PageTable pages, int count) {
        base().gatherKv(out, column, cache, layer, pages, count);
    }

    @Override
    public void place(Tensor out, int column, Tensor x, int rows) {
        base().place(out, column, x, rows);
    }

    @Override
    public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        base().matmulHeads(out, outStride, x, xStride, weights, rows);
    }

    @Override
    public void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        base().matmulEach(out, x, weights, chosen, count);
    }

    @Override
    public void matmulPairs(
            Tensor first, Tensor second, Tensor x, List<Weight> firsts, List<Weight> seconds, int[] chosen, int count) {
        base().matmulPairs(first, second, x, firsts, seconds, chosen, count);
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
        base().placeHeads(out, outStride, outOffset, x, xStride, xOffset, heads, size, rows);
    }

    @Override
    public void copy(Tensor out, Tensor x, int rows) {
        base().copy(out, x, rows);
    }

    @Override
    public void scale(Tensor x, float factor, int rows) {
        base().scale(x, factor, rows);
    }

    @Override
    public void addScaled(Tensor out, Tensor x, Tensor coefficients, int column, int rows) {
        base().addScaled(out, x, coefficients, column, rows);
    }

    @Override
    public void subtract(Tensor out, Tensor x, Tensor y, int rows) {
        base().subtract(out, x, y, rows);
    }

    @Override
    public void multiply(Tensor out, Tensor x, Tensor weight, int rows) {
        base().multiply(out, x, weight, rows);
    }

    @Override
    public void tanh(Tensor x, int rows) {
        base().tanh(x, rows);
    }

    @Override
    public void matchSize(Tensor x, Tensor like, double floor, int rows) {
        base().matchSize(x, like, floor, rows);
    }

    @Override
    public void cutSmall(Tensor x, double deviations, int rows) {
        base().cutSmall(x, deviations, rows);
    }
}
