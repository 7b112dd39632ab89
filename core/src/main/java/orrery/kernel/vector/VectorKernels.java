package orrery.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.List;
import orrery.kernel.Attention;
import orrery.kernel.Backend;
import orrery.kernel.Crew;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.RopeAngles;
import orrery.kernel.Step;
import orrery.kernel.Weight;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Converts every operation's operands to addresses. {@link orrery.kernel.CheckedKernels} has checked the arguments; the
 * methods here keep operands reachable, since {@link OffHeap} does not.
 */
final class VectorKernels extends VectorSparse implements Kernels {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bits;
    private final PagedAttention attention;
    private final Norms.RootMeanSquare rootMeanSquare;
    private final Norms.Layer layerNorm;
    private final RopeAngles angles;
    private final Rotation.Rotate rotate;
    private final Gating gating;
    private final Sums sums;
    private final Scaling scaling;
    private final Picking picking;

    VectorKernels(int bits, Backend.Options options) {
        super(options);
        this.bits = bits;
        attention = new PagedAttention(pool, scratch, arena);
        rootMeanSquare = new Norms.RootMeanSquare(pool);
        layerNorm = new Norms.Layer(pool);
        angles = new RopeAngles(pool);
        rotate = new Rotation.Rotate(pool);
        gating = new Gating(pool, scratch);
        sums = new Sums(pool);
        scaling = new Scaling(pool, scratch);
        picking = new Picking(pool);
    }

    @Override
    public String description() {
        return "Vector API, " + bits + " bits, " + pool.workers() + (pool.workers() == 1 ? " thread" : " threads");
    }

    @Override
    public Tensor allocate(int rows, int columns) {
        return Tensor.zeros(arena, DType.F32, rows, columns);
    }

    @Override
    public Crew crew() {
        return pool;
    }

    @Override
    public Weight prepare(Matrix matrix) {
        if (matrix.dtype().blocked() && matrix.layout() == Matrix.Layout.OUT_IN) {
            FiniteScales.require(matrix, pool);
        }
        return prepareInPlace(matrix);
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        boolean transposed = matrix.layout() == Matrix.Layout.IN_OUT;
        if (matrix.dtype().blocked()) {
            // Blocks run along the contiguous dimension, so a transposed matrix has no blocks along the inputs that a
            // product sums over.
            return transposed
                    ? new TransposedWeight(this, Floats.of(matrix, arena), true, products)
                    : new PanelWeight(this, matrix, products);
        }
        boolean eightBits = matrix.dtype() == DType.F8_E4M3;
        boolean scaled = matrix.scales().isPresent() && !eightBits;
        if (scaled || matrix.dtype() == DType.F8_E5M2) {
            return new PanelWeight(this, matrix, products);
        }
        if (transposed) {
            return new TransposedWeight(this, matrix, false, products);
        }
        return eightBits ? new Fp8Weight(this, matrix, products) : new RowMajorWeight(this, matrix, products);
    }

    @Override
    public long packedBytes(Matrix matrix) {
        boolean copied = matrix.dtype().blocked() && matrix.layout() == Matrix.Layout.IN_OUT;
        return copied ? Floats.bytes(matrix) : 0;
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        Embedding.look(OffHeap.address(out), table, ids, scale, rows);
        keep(out, table);
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        scratch.ensure(4L * table.columns());
        Embedding.add(OffHeap.address(x), table, ids, rows, scratch.of(0));
        keep(x, table);
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        rootMeanSquare.normalise(
                OffHeap.address(out),
                OffHeap.address(x),
                OffHeap.address(weight),
                (int) weight.columns(),
                epsilon,
                rows,
                (int) x.columns());
        keep(out, x, weight);
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        layerNorm.normalise(
                OffHeap.address(out),
                OffHeap.address(x),
                OffHeap.address(weight),
                OffHeap.address(bias),
                epsilon,
                rows,
                (int) x.columns());
        keep(out, x, weight);
        Reference.reachabilityFence(bias);
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        long to = OffHeap.address(out);
        long from = OffHeap.address(x);
        // Using the last row for missing ones requires a last row.
        if (rows > 0) {
            own(weight).multiply(to, from, rows);
        }
        keep(out, x, weight);
    }

    @Override
    public void matmulAll(List<Tensor> outs, Tensor x, List<Weight> weights, int rows) {
        if (!together(weights, rows)) {
            for (int i = 0; i < outs.size(); i++) {
                matmul(outs.get(i), x, weights.get(i), rows);
            }
            return;
        }
        var joint = products.joint;
        joint.begin();
        for (int i = 0; i < outs.size(); i++) {
            var weight = own(weights.get(i));
            long out = OffHeap.address(outs.get(i));
            joint.add(weight, OffHeap.address(x), 4L * weight.inputs(), out, 4L * weight.outputs(), rows);
        }
        joint.run();
        keep(outs, x, weights);
    }

    /** Whether one parallel run gives each of them the same bits as a separate product. */
    private static boolean together(List<Weight> weights, int rows) {
        for (int i = 0; i < weights.size(); i++) {
            if (!own(weights.get(i)).joins(rows)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        sums.addToEach(OffHeap.address(x), OffHeap.address(bias), rows, (int) x.columns());
        keep(x, bias);
    }

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {
        angles.fill(out, frequencies, factor, positions, rows);
        Reference.reachabilityFence(out);
    }

    @Override
    public void rope(Tensor x, Tensor table, int headSize, int offset, Position.Pairing pairing, int rows) {
        rotate.rotate(
                OffHeap.address(x),
                OffHeap.address(table),
                headSize,
                offset,
                (int) table.columns() / 2,
                pairing,
                rows,
                (int) x.columns());
        keep(x, table);
    }

    @Override
    public void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention shape, Step step) {
        attention.storeKv(key, value, cache, layer, shape, step);
        keep(key, value, cache);
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention shape, Step step) {
        attention.attend(OffHeap.address(out), OffHeap.address(query), cache, layer, shape, step);
        keep(out, query, cache);
    }

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {
        scaling.scale(OffHeap.address(x), factors, rows, (int) x.columns());
        Reference.reachabilityFence(x);
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {
        gating.activate(OffHeap.address(out), OffHeap.address(x), activation, rows, (int) x.columns());
        keep(out, x);
    }

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {
        gating.gate(OffHeap.address(out), OffHeap.address(gate), OffHeap.address(up), activation, rows, (int)
                gate.columns());
        keep(out, gate, up);
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        sums.add(OffHeap.address(x), OffHeap.address(y), rows, (int) x.columns());
        keep(x, y);
    }

    @Override
    public void softcap(Tensor x, float cap, int rows) {
        scaling.cap(OffHeap.address(x), cap, rows, (int) x.columns());
        Reference.reachabilityFence(x);
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, int[] indices, int count) {
        picking.gatherRows(OffHeap.address(out), OffHeap.address(x), indices, count, (int) x.columns());
        keep(out, x);
    }

    @Override
    public int argmax(Tensor x, int row) {
        int columns = (int) x.columns();
        int column = Largest.column(OffHeap.address(x) + 4L * row * columns, columns);
        Reference.reachabilityFence(x);
        return column;
    }

    @Override
    public void read(float[] target, Tensor x, int row) {
        int columns = (int) x.columns();
        MemorySegment.copy(x.data(), FLOAT, 4L * row * columns, target, 0, columns);
    }

    @Override
    public void close() {
        closeCrew();
        arena.close();
    }

    private static void keep(Object first, Object second, Object third) {
        keep(first, second);
        Reference.reachabilityFence(third);
    }
}
