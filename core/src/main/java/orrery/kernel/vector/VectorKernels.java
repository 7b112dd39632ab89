package orrery.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.List;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Every operation, turned into addresses. Arguments were checked by {@link orrery.kernel.CheckedKernels}; what is left to do here is to
 * keep operands reachable, since {@link Memory} does not.
 */
final class VectorKernels extends VectorSparse implements Kernels {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Rows up to which weights are not worth packing. */
    private static final int SMALL_BATCH = 16;

    private final int bits;
    private final StreamProduct stream;
    private final BlockProduct block;
    private final SpreadProduct spread;
    private final PanelProduct panel;
    private final PagedAttention attention;
    private final Norms.RootMeanSquare rootMeanSquare;
    private final Norms.Layer layerNorm;
    private final Rotation.Angles angles;
    private final Rotation.Rotate rotate;
    private final Gating gating;
    private final Sums sums;
    private final Scaling scaling;
    private final Picking picking;
    private final Weaving weaving;

    VectorKernels(int bits, int threads) {
        super(threads);
        this.bits = bits;
        stream = new StreamProduct(pool);
        block = new BlockProduct(pool, scratch);
        spread = new SpreadProduct(pool);
        panel = new PanelProduct(pool, scratch);
        attention = new PagedAttention(pool, scratch, arena);
        rootMeanSquare = new Norms.RootMeanSquare(pool);
        layerNorm = new Norms.Layer(pool);
        angles = new Rotation.Angles(pool);
        rotate = new Rotation.Rotate(pool);
        gating = new Gating(pool, scratch);
        sums = new Sums(pool);
        scaling = new Scaling(pool, scratch);
        picking = new Picking(pool);
        weaving = new Weaving(pool);
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
    public Matrix repack(Matrix weight) {
        if (!weight.dtype().blocked() || weight.layout() != Matrix.Layout.OUT_IN) {
            return weight;
        }
        long bytes = Woven.groupBytes(weight.dtype(), weight.columns()) * Woven.groups(weight.rows());
        var data = arena.allocate(Math.max(1, bytes), Tensor.ALIGNMENT);
        weaving.weave(weight, data.address());
        keep(weight, data);
        return new Matrix(weight.dtype(), weight.rows(), weight.columns(), Matrix.Layout.WOVEN, weight.columns(), data);
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        Embedding.look(Memory.address(out), table, ids, scale, rows);
        keep(out, table);
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        scratch.ensure(4L * table.columns());
        Embedding.add(Memory.address(x), table, ids, rows, scratch.of(0));
        keep(x, table);
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        rootMeanSquare.normalise(
                Memory.address(out),
                Memory.address(x),
                Memory.address(weight),
                (int) weight.columns(),
                epsilon,
                rows,
                (int) x.columns());
        keep(out, x, weight);
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        layerNorm.normalise(
                Memory.address(out),
                Memory.address(x),
                Memory.address(weight),
                Memory.address(bias),
                epsilon,
                rows,
                (int) x.columns());
        keep(out, x, weight);
        Reference.reachabilityFence(bias);
    }

    @Override
    public void matmul(Tensor out, Tensor x, Matrix weight, int rows) {
        long to = Memory.address(out);
        long from = Memory.address(x);
        if (rows == 0) {
            // "The last row stands in for missing ones" needs a last row.
            return;
        }
        if (weight.dtype().blocked() || weight.scales().isPresent() || weight.dtype() == DType.F8_E4M3) {
            joint.begin();
            joint.add(weight, from, 4L * weight.columns(), to, 4L * weight.rows(), rows);
            joint.run();
        } else if (rows == 1 && SpreadProduct.takes(weight)) {
            spread.multiply(to, from, weight);
        } else if (rows > 2
                && (rows <= SMALL_BATCH || StreamProduct.inOneOrder(weight))
                && weight.columns() > StreamProduct.SHORT_SUM
                && BlockProduct.takes(weight)) {
            block.multiply(to, from, weight, rows);
        } else if (weight.layout() == Matrix.Layout.OUT_IN
                && (rows <= StreamProduct.MOST_ROWS || StreamProduct.inOneOrder(weight))) {
            for (int r = 0; r < rows; r += StreamProduct.MOST_ROWS) {
                int taken = Math.min(StreamProduct.MOST_ROWS, rows - r);
                stream.multiply(to + 4L * r * weight.rows(), from + 4L * r * weight.columns(), weight, taken);
            }
        } else {
            panel.multiply(to, from, weight, rows);
        }
        keep(out, x, weight);
    }

    @Override
    public void matmulAll(List<Tensor> outs, Tensor x, List<Matrix> weights, int rows) {
        if (!together(weights, rows)) {
            for (int i = 0; i < outs.size(); i++) {
                matmul(outs.get(i), x, weights.get(i), rows);
            }
            return;
        }
        joint.begin();
        for (int i = 0; i < outs.size(); i++) {
            var weight = weights.get(i);
            joint.add(
                    weight,
                    Memory.address(x),
                    4L * weight.columns(),
                    Memory.address(outs.get(i)),
                    4L * weight.rows(),
                    rows);
        }
        joint.run();
        keep(outs, x, weights);
    }

    /** Whether one parallel run multiplies each of them as it would be alone. */
    private static boolean together(List<Matrix> weights, int rows) {
        for (int i = 0; i < weights.size(); i++) {
            var weight = weights.get(i);
            boolean stream = rows <= 2 && weight.layout() == Matrix.Layout.OUT_IN;
            if (!stream && !weight.dtype().blocked()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        sums.addToEach(Memory.address(x), Memory.address(bias), rows, (int) x.columns());
        keep(x, bias);
    }

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {
        angles.fill(Memory.address(out), frequencies, factor, positions, rows);
        Reference.reachabilityFence(out);
    }

    @Override
    public void rope(Tensor x, Tensor table, int headSize, int offset, Position.Pairing pairing, int rows) {
        rotate.rotate(
                Memory.address(x),
                Memory.address(table),
                headSize,
                offset,
                (int) table.columns() / 2,
                pairing,
                rows,
                (int) x.columns());
        keep(x, table);
    }

    @Override
    public void remember(Tensor key, Tensor value, KvCache cache, int layer, Attention shape, Step step) {
        attention.remember(key, value, cache, layer, shape, step);
        keep(key, value, cache);
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention shape, Step step) {
        attention.attend(Memory.address(out), Memory.address(query), cache, layer, shape, step);
        keep(out, query, cache);
    }

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {
        scaling.scale(Memory.address(x), factors, rows, (int) x.columns());
        Reference.reachabilityFence(x);
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {
        gating.activate(Memory.address(out), Memory.address(x), activation, rows, (int) x.columns());
        keep(out, x);
    }

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {
        gating.gate(
                Memory.address(out), Memory.address(gate), Memory.address(up), activation, rows, (int) gate.columns());
        keep(out, gate, up);
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        sums.add(Memory.address(x), Memory.address(y), rows, (int) x.columns());
        keep(x, y);
    }

    @Override
    public void softcap(Tensor x, float cap, int rows) {
        scaling.cap(Memory.address(x), cap, rows, (int) x.columns());
        Reference.reachabilityFence(x);
    }

    @Override
    public void pick(Tensor out, Tensor x, int[] indices, int count) {
        picking.pick(Memory.address(out), Memory.address(x), indices, count, (int) x.columns());
        keep(out, x);
    }

    @Override
    public int argmax(Tensor x, int row) {
        int columns = (int) x.columns();
        int column = Largest.column(Memory.address(x) + 4L * row * columns, columns);
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
        pool.close();
        arena.close();
    }

    private static void keep(Object first, Object second, Object third) {
        keep(first, second);
        Reference.reachabilityFence(third);
    }
}
