package orrery.model;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.spec.Experts;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * The experts of one layer, each read from its file or from a copy in memory. A copy has the same elements in the same
 * order, so results do not change. Owned by the thread that runs the decoder, and changed only between steps.
 */
public final class ExpertBank {
    private final int layer;
    private final int active;
    private final Kernels kernels;
    private final List<Expert> stored;
    private final List<Weight> gates;
    private final List<Weight> ups;
    private final List<Weight> downs;

    /** One of an expert's matrices, and its form prepared for products. */
    private record Bound(Matrix matrix, Weight weight) {}

    /** One expert. */
    private record Expert(Bound gate, Bound up, Bound down) {
        List<Bound> all() {
            return List.of(gate, up, down);
        }
    }

    private ExpertBank(int layer, int active, Kernels kernels, List<Expert> stored) {
        this.layer = layer;
        this.active = active;
        this.kernels = kernels;
        this.stored = stored;
        gates = weights(Expert::gate);
        ups = weights(Expert::up);
        downs = weights(Expert::down);
    }

    private List<Weight> weights(Function<Expert, Bound> which) {
        return new ArrayList<>(
                stored.stream().map(expert -> which.apply(expert).weight()).toList());
    }

    static ExpertBank bind(Experts spec, int layer, String path, BoundWeights weights) {
        var gates = bound(path + ".experts.gate.weight", weights);
        var ups = bound(path + ".experts.up.weight", weights);
        var downs = bound(path + ".experts.down.weight", weights);
        var all = new ArrayList<Expert>();
        for (int e = 0; e < spec.count(); e++) {
            all.add(new Expert(gates.get(e), ups.get(e), downs.get(e)));
        }
        return new ExpertBank(layer, spec.active(), weights.kernels(), List.copyOf(all));
    }

    private static List<Bound> bound(String path, BoundWeights weights) {
        return weights.matrices(path).stream()
                .map(matrix -> new Bound(matrix, weights.weight(matrix)))
                .toList();
    }

    /** The layer's index; the draft's is the number of layers. */
    public int layer() {
        return layer;
    }

    /** The number of experts. */
    public int count() {
        return stored.size();
    }

    /** The number of experts per token. */
    public int active() {
        return active;
    }

    /** Bytes of a copy of an expert. */
    public long bytes(int expert) {
        long bytes = 0;
        for (var one : stored.get(expert).all()) {
            var matrix = one.matrix();
            bytes += aligned(matrix.bytes());
            if (matrix.scales().isPresent()) {
                bytes += aligned(factors(matrix, matrix.scales().get()).shape().elements() * Float.BYTES);
            }
        }
        return bytes;
    }

    /**
     * Copies an expert; it is read from the copy from now on.
     *
     * @param memory at least {@link #bytes}, native, aligned to {@link Tensor#ALIGNMENT}; must live until
     *     {@link #restore} or the last step
     * @throws IllegalStateException if the expert is packed, which is a copy in memory already
     */
    public void copy(int expert, MemorySegment memory) {
        var from = stored.get(expert);
        if (from.all().stream().anyMatch(one -> one.weight().packed())) {
            throw new IllegalStateException("expert " + expert + " of layer " + layer + " is packed in memory already");
        }
        var gate = copied(from.gate.matrix, memory);
        var up = copied(from.up.matrix, gate.rest);
        var down = copied(from.down.matrix, up.rest);
        use(expert, new Expert(inPlace(gate.matrix), inPlace(up.matrix), inPlace(down.matrix)));
    }

    private Bound inPlace(Matrix matrix) {
        return new Bound(matrix, kernels.prepareInPlace(matrix));
    }

    /** Reads an expert from its file again. */
    public void restore(int expert) {
        use(expert, stored.get(expert));
    }

    private void use(int expert, Expert from) {
        gates.set(expert, from.gate.weight);
        ups.set(expert, from.up.weight);
        downs.set(expert, from.down.weight);
    }

    /** Every expert's gate in its current place; the list changes with the bank. */
    List<Weight> gates() {
        return gates;
    }

    List<Weight> ups() {
        return ups;
    }

    List<Weight> downs() {
        return downs;
    }

    /** A copy, and the memory behind it. */
    private record Copied(Matrix matrix, MemorySegment rest) {}

    private static Copied copied(Matrix matrix, MemorySegment memory) {
        boolean rowByRow = matrix.layout() == Matrix.Layout.OUT_IN;
        int runs = rowByRow ? matrix.rows() : matrix.columns();
        int length = rowByRow ? matrix.columns() : matrix.rows();
        copyRuns(matrix.data(), matrix.stride(), memory, runs, length, matrix.dtype());
        var rest = memory.asSlice(aligned(matrix.bytes()));
        var data = memory.asSlice(0, matrix.bytes());
        if (matrix.scales().isEmpty()) {
            var copy = new Matrix(matrix.dtype(), matrix.rows(), matrix.columns(), matrix.layout(), length, data);
            return new Copied(copy, rest);
        }
        var scales = matrix.scales().get();
        var factors = factors(matrix, scales);
        long bytes = factors.shape().elements() * Float.BYTES;
        copyRuns(
                factors.data(),
                scales.factors().columns(),
                rest,
                Math.toIntExact(factors.rows()),
                Math.toIntExact(factors.columns()),
                DType.F32);
        var beside = new BlockScales(
                new Tensor(DType.F32, factors.shape(), rest.asSlice(0, bytes)),
                scales.blockRows(),
                scales.blockColumns(),
                scales.firstRow() % scales.blockRows(),
                scales.firstColumn() % scales.blockColumns());
        var copy = new Matrix(
                matrix.dtype(), matrix.rows(), matrix.columns(), matrix.layout(), length, data, Optional.of(beside));
        return new Copied(copy, rest.asSlice(aligned(bytes)));
    }

    private static void copyRuns(MemorySegment from, long stride, MemorySegment to, int runs, int length, DType dtype) {
        long bytes = dtype.bytes(length);
        if (stride == length) {
            MemorySegment.copy(from, 0, to, 0, runs * bytes);
            return;
        }
        for (int run = 0; run < runs; run++) {
            MemorySegment.copy(from, dtype.bytes(run * stride), to, run * bytes, bytes);
        }
    }

    /** The scale factors of a matrix's own blocks, from the first of them on, with the stride of the whole matrix. */
    private static Window factors(Matrix matrix, BlockScales scales) {
        boolean rowByRow = matrix.layout() == Matrix.Layout.OUT_IN;
        int rows = rowByRow ? matrix.rows() : matrix.columns();
        int columns = rowByRow ? matrix.columns() : matrix.rows();
        int firstRow = scales.firstRow() / scales.blockRows();
        int firstColumn = scales.firstColumn() / scales.blockColumns();
        long down = ((long) scales.firstRow() + rows - 1) / scales.blockRows() - firstRow + 1;
        long across = ((long) scales.firstColumn() + columns - 1) / scales.blockColumns() - firstColumn + 1;
        long at = firstRow * scales.factors().columns() + firstColumn;
        return new Window(Shape.of(down, across), scales.factors().data().asSlice(at * Float.BYTES));
    }

    private record Window(Shape shape, MemorySegment data) {
        long rows() {
            return shape.dimensions().getFirst();
        }

        long columns() {
            return shape.dimensions().getLast();
        }
    }

    private static long aligned(long bytes) {
        return (bytes + Tensor.ALIGNMENT - 1) / Tensor.ALIGNMENT * Tensor.ALIGNMENT;
    }
}
