package orrery.kernel;

import java.lang.foreign.Arena;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Computes nothing and counts operations: multiply-adds of products and of attention, and the weights and cache that
 * are read. Running a model with it measures the model's cost, to be compared with the cost calculated from its spec.
 * Weights and cached pages are never read, so a model needs no memory for them. Activations stay zeros, so a router
 * always chooses the experts with the lowest indices.
 *
 * <p>As is usual, norms, activation functions and additions of activations are not counted.
 */
public final class CountingKernels implements Kernels {
    private final Arena arena = Arena.ofShared();
    private final Set<PlainWeight> weights = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Tensor> vectors = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<KvCache, long[]> caches = new IdentityHashMap<>();
    private long products;
    private long attention;
    private long looked;
    private long lookedBytes;

    /** Resets all counts. */
    public void reset() {
        weights.clear();
        vectors.clear();
        caches.clear();
        products = 0;
        attention = 0;
        looked = 0;
        lookedBytes = 0;
    }

    /** Multiply-adds of rows with matrices. */
    public long productMultiplyAdds() {
        return products;
    }

    /** Multiply-adds of queries with keys and of weights with values. */
    public long attentionMultiplyAdds() {
        return attention;
    }

    /** Elements of all matrices that were multiplied, each counted once however often it was used. */
    public long matrixElements() {
        return weights.stream()
                .mapToLong(weight -> (long) weight.outputs() * weight.inputs())
                .sum();
    }

    /** Bytes of the same, without separate scale factors of blocks. */
    public long matrixBytes() {
        return weights.stream().mapToLong(weight -> weight.matrix().bytes()).sum();
    }

    /** Elements of gains and biases that were used, each counted once. */
    public long vectorElements() {
        return vectors.stream().mapToLong(vector -> vector.shape().elements()).sum();
    }

    /** Elements of rows that were looked up in tables. */
    public long lookedUpElements() {
        return looked;
    }

    /** Bytes of the same. */
    public long lookedUpBytes() {
        return lookedBytes;
    }

    /** Elements that were written to a cache. */
    public long writtenElements(KvCache cache) {
        return caches.getOrDefault(cache, new long[2])[0];
    }

    /**
     * Elements of a cache that rows attended to: an element that two rows see counts twice; one that the heads of a
     * group share counts once.
     */
    public long readElements(KvCache cache) {
        return caches.getOrDefault(cache, new long[2])[1];
    }

    private void count(Weight weight, long rows) {
        weights.add((PlainWeight) weight);
        products = Math.addExact(products, rows * weight.outputs() * weight.inputs());
    }

    private void look(Matrix table, int rows) {
        looked += (long) rows * table.columns();
        lookedBytes += rows * table.dtype().bytes(table.columns());
    }

    @Override
    public String description() {
        return "nothing: it counts";
    }

    @Override
    public Tensor allocate(int rows, int columns) {
        return Tensor.zeros(arena, DType.F32, rows, columns);
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        look(table, rows);
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        look(table, rows);
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        vectors.add(weight);
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        vectors.add(weight);
        vectors.add(bias);
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        return new PlainWeight(this, matrix);
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        count(weight, rows);
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        vectors.add(bias);
    }

    @Override
    public void multiply(Tensor out, Tensor x, Tensor weight, int rows) {
        vectors.add(weight);
    }

    @Override
    public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> heads, int rows) {
        heads.forEach(weight -> count(weight, rows));
    }

    @Override
    public void matmulEach(Tensor out, Tensor x, List<Weight> experts, int[] chosen, int count) {
        for (int i = 0; i < count; i++) {
            count(experts.get(chosen[i]), 1);
        }
    }

    @Override
    public void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step) {
        var kept = cache.spec(cache.poolOf(layer));
        caches.computeIfAbsent(cache, _ -> new long[2])[0] += step.rows() * kept.elementsPerToken();
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention shape, Step step) {
        var kept = cache.spec(cache.poolOf(layer));
        var heads = shape.heads();
        long seen = 0;
        for (int r = 0; r < step.rows(); r++) {
            int position = step.positions()[r];
            int last = shape.reach().lastSeenFrom(position, step.lastSeen()[r]);
            seen += last - shape.reach().firstSeenFrom(position) + 1;
        }
        attention = Math.addExact(attention, seen * heads.query() * ((long) heads.size() + shape.valueSize()));
        caches.computeIfAbsent(cache, _ -> new long[2])[1] += seen * kept.elementsPerToken();
    }

    @Override
    public void gatherKv(Tensor out, int column, KvCache cache, int layer, PageTable pages, int count) {}

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {}

    @Override
    public void rope(Tensor x, Tensor angles, int headSize, int offset, Position.Pairing pairing, int rows) {}

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {}

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {}

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {}

    @Override
    public void add(Tensor x, Tensor y, int rows) {}

    @Override
    public void softcap(Tensor x, float cap, int rows) {}

    @Override
    public void gatherRows(Tensor out, Tensor x, int[] indices, int count) {}

    @Override
    public void clear(Tensor x, int rows) {}

    @Override
    public void gather(Tensor out, Tensor x, int[] indices, int first, int count) {}

    @Override
    public void scaleGathered(Tensor x, float[] factors, int first, int count) {}

    @Override
    public void scatterAdd(Tensor out, Tensor y, int[] indices, float[] factors, int first, int count) {}

    @Override
    public void scatter(Tensor out, Tensor x, int[] indices, int first, int count) {}

    @Override
    public void place(Tensor out, int column, Tensor x, int rows) {}

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
            int rows) {}

    @Override
    public void copy(Tensor out, Tensor x, int rows) {}

    @Override
    public void scale(Tensor x, float factor, int rows) {}

    @Override
    public void addScaled(Tensor out, Tensor x, Tensor coefficients, int column, int rows) {}

    @Override
    public void subtract(Tensor out, Tensor x, Tensor y, int rows) {}

    @Override
    public void tanh(Tensor x, int rows) {}

    @Override
    public void matchSize(Tensor x, Tensor like, double floor, int rows) {}

    @Override
    public void cutSmall(Tensor x, double deviations, int rows) {}

    /** The first one: all are zeros. */
    @Override
    public int argmax(Tensor x, int row) {
        return 0;
    }

    @Override
    public void read(float[] target, Tensor x, int row) {
        java.util.Arrays.fill(target, 0, (int) x.columns(), 0);
    }

    @Override
    public void close() {
        arena.close();
    }
}
