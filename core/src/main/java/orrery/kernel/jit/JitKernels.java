package orrery.kernel.jit;

import java.lang.ref.Reference;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import orrery.kernel.ForwardingKernels;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Products with weights in blocks, by emitted machine code; every other operation, and every other weight, is the
 * base's, which on x86-64 is {@link EmittedRows}. Arguments were checked by {@link orrery.kernel.CheckedKernels}.
 */
final class JitKernels extends ForwardingKernels {
    private final ProductCode code;
    private final CodeStore store = new CodeStore();
    private final PanelMemory panels = new PanelMemory();
    private final Map<DType, ProductKernels> kernels = new EnumMap<>(DType.class);
    private final JitProducts products;
    private final ParallelPacker packing;

    JitKernels(Tier tier, Processor processor, Kernels base) {
        this(new TierProducts(tier, processor), new EmittedRows(tier, base));
    }

    JitKernels(ArmTier tier, Kernels base) {
        this(new ArmProducts(tier), base);
    }

    private JitKernels(ProductCode code, Kernels base) {
        super(base);
        this.code = code;
        products = new JitProducts(base.crew(), code.tiles(), code.rounding(store));
        packing = new ParallelPacker(base.crew());
    }

    @Override
    public String description() {
        return "machine code for " + code.name() + ", otherwise " + base.description();
    }

    /** Whether emitted code multiplies with it: blocks run along a row, and factors beside them can be packed. */
    static boolean takes(Matrix matrix) {
        return matrix.layout() == Matrix.Layout.OUT_IN
                && PanelFormat.of(matrix.dtype()).isPresent()
                && CodePacker.takesFactors(matrix);
    }

    private ProductKernels kernels(DType dtype) {
        return kernels.computeIfAbsent(dtype, type -> {
            var format = PanelFormat.of(type).orElseThrow();
            return new ProductKernels(code, type, format, store);
        });
    }

    @Override
    public Weight prepare(Matrix matrix) {
        if (!takes(matrix)) {
            return base.prepare(matrix);
        }
        var with = kernels(matrix.dtype());
        long to = panels.allocate(packedBytes(matrix));
        packing.pack(matrix, with, to);
        giveBack(matrix);
        return JitWeight.packed(this, matrix, with, to);
    }

    /** Lets the system take back what a file's weights took: only the packed copy is read from now on. */
    private static void giveBack(Matrix matrix) {
        var data = matrix.data();
        if (data.isMapped() && data.isReadOnly() && matrix.rows() > 0) {
            long last = matrix.dtype().bytes(matrix.stride() * (matrix.rows() - 1) + matrix.columns());
            LargePages.giveBack(data.asSlice(0, last));
        }
        Reference.reachabilityFence(matrix);
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        return takes(matrix) && code.packsAnew()
                ? JitWeight.stored(this, matrix, kernels(matrix.dtype()))
                : base.prepareInPlace(matrix);
    }

    @Override
    public long packedBytes(Matrix matrix) {
        if (!takes(matrix)) {
            return base.packedBytes(matrix);
        }
        var layout = kernels(matrix.dtype()).layout();
        return layout.panels(matrix.rows()) * layout.panelBytes(matrix.columns());
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        if (!(weight instanceof JitWeight own)) {
            base.matmul(out, x, weight, rows);
            return;
        }
        products.begin();
        add(out, x, own, rows);
        run(out, x, weight);
    }

    private void add(Tensor out, Tensor x, JitWeight weight, int rows) {
        products.add(
                weight,
                RawMemory.address(x.data()),
                Float.BYTES * x.columns(),
                RawMemory.address(out.data()),
                Float.BYTES * out.columns(),
                rows);
    }

    /** Computes what was added, while operands are kept reachable. */
    private void run(Object first, Object second, Object third) {
        products.run();
        Reference.reachabilityFence(first);
        Reference.reachabilityFence(second);
        Reference.reachabilityFence(third);
    }

    /** Whether all weights are these kernels' own. */
    private static boolean own(List<Weight> weights) {
        for (int i = 0; i < weights.size(); i++) {
            if (!(weights.get(i) instanceof JitWeight)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void matmulAll(List<Tensor> outs, Tensor x, List<Weight> weights, int rows) {
        if (!own(weights)) {
            for (int i = 0; i < outs.size(); i++) {
                matmul(outs.get(i), x, weights.get(i), rows);
            }
            return;
        }
        products.begin();
        for (int i = 0; i < outs.size(); i++) {
            add(outs.get(i), x, (JitWeight) weights.get(i), rows);
        }
        run(outs, x, weights);
    }

    @Override
    public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        if (!own(weights)) {
            base.matmulHeads(out, outStride, x, xStride, weights, rows);
            return;
        }
        products.begin();
        for (int head = 0; head < weights.size(); head++) {
            products.add(
                    (JitWeight) weights.get(head),
                    RawMemory.address(x.data()) + (long) Float.BYTES * head * xStride,
                    Float.BYTES * x.columns(),
                    RawMemory.address(out.data()) + (long) Float.BYTES * head * outStride,
                    Float.BYTES * out.columns(),
                    rows);
        }
        run(out, x, weights);
    }

    @Override
    public void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        if (!own(weights)) {
            base.matmulEach(out, x, weights, chosen, count);
            return;
        }
        products.begin();
        for (int i = 0; i < count; ) {
            int end = runOf(chosen, i, count);
            addEach(out, x, weights, chosen, i, end);
            i = end;
        }
        run(out, x, weights);
    }

    @Override
    public void matmulPairs(
            Tensor first, Tensor second, Tensor x, List<Weight> firsts, List<Weight> seconds, int[] chosen, int count) {
        if (!own(firsts) || !own(seconds)) {
            matmulEach(first, x, firsts, chosen, count);
            matmulEach(second, x, seconds, chosen, count);
            return;
        }
        products.begin();
        for (int i = 0; i < count; ) {
            int end = runOf(chosen, i, count);
            addEach(first, x, firsts, chosen, i, end);
            addEach(second, x, seconds, chosen, i, end);
            i = end;
        }
        run(first, x, firsts);
        Reference.reachabilityFence(second);
        Reference.reachabilityFence(seconds);
    }

    /** The end of the run of equal choices that begins there. */
    private static int runOf(int[] chosen, int begin, int count) {
        int end = begin + 1;
        while (end < count && chosen[end] == chosen[begin]) {
            end++;
        }
        return end;
    }

    private void addEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int begin, int end) {
        products.add(
                (JitWeight) weights.get(chosen[begin]),
                RawMemory.address(x.data()) + (long) Float.BYTES * begin * x.columns(),
                Float.BYTES * x.columns(),
                RawMemory.address(out.data()) + (long) Float.BYTES * begin * out.columns(),
                Float.BYTES * out.columns(),
                end - begin);
    }

    @Override
    public void close() {
        base.close();
        store.close();
        products.close();
        packing.close();
        panels.close();
    }
}
