package orrery.kernel.jit;

import java.lang.ref.Reference;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import orrery.kernel.ForwardingKernels;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Products with block-quantized and float weights, with emitted machine code; every other operation, and every other
 * weight, is the base's, which on x86-64 is {@link EmittedRows}. {@link orrery.kernel.CheckedKernels} has checked the
 * arguments.
 */
final class JitKernels extends ForwardingKernels {
    /** Bytes of a file that are packed before their pages are released. */
    private static final long STRETCH_BYTES = 16L << 20;

    private final ProductCode code;
    /** Whether activations are rounded to BF16 for BF16 weights. */
    private final boolean bf16;

    private final CodeStore store = new CodeStore();
    private final PanelMemory panels = new PanelMemory();
    private final Map<DType, ProductKernels> kernels = new EnumMap<>(DType.class);
    private final JitProducts products;
    /** Products with float weights, which do not exist for Arm. */
    private final Optional<FloatProducts> floats;

    private final ParallelPacker packing;

    JitKernels(Tier tier, Processor processor, Kernels base) {
        this(tier, processor, base, false);
    }

    /**
     * With or without rounding activations to BF16 for BF16 weights.
     *
     * @param bf16 only if {@link Tier#missingForBf16} is empty
     */
    JitKernels(Tier tier, Processor processor, Kernels base, boolean bf16) {
        this(
                new TierProducts(tier, processor),
                bf16,
                Optional.of(store -> new FloatProducts(base.crew(), tier, processor, store, bf16)),
                new EmittedRows(tier, base));
    }

    JitKernels(ArmTier tier, Kernels base) {
        this(new ArmProducts(tier), false, Optional.empty(), base);
    }

    private JitKernels(
            ProductCode code, boolean bf16, Optional<Function<CodeStore, FloatProducts>> floatProducts, Kernels base) {
        super(base);
        this.code = code;
        this.bf16 = bf16;
        products = new JitProducts(base.crew(), code.tiles(), code.rounding(store));
        floats = floatProducts.map(maker -> maker.apply(store));
        packing = new ParallelPacker(base.crew());
    }

    @Override
    public String description() {
        String rounding = bf16 ? " with activations rounded to BF16 for weights in BF16" : "";
        return "machine code for " + code.name() + rounding + ", otherwise " + base().description();
    }

    /**
     * Whether this machine's emitted code can multiply with it: elements stored individually, or blocks along a row.
     */
    static boolean takes(Matrix matrix) {
        return (FloatWeight.takes(matrix) && !ArmTier.isForThisMachine()) || packs(matrix);
    }

    /** Whether blocks run along a row, and separate factors, if there are any, can be packed. */
    private static boolean packs(Matrix matrix) {
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
        if (!packs(matrix)) {
            return floats.isPresent() && FloatWeight.takes(matrix) ? prepareInPlace(matrix) : base().prepare(matrix);
        }
        var with = kernels(matrix.dtype());
        long to = panels.allocate(packedBytes(matrix));
        pack(matrix, with, to);
        return JitWeight.packed(this, matrix, with, to);
    }

    /** Piece by piece, so that the file's pages and the copy of a large matrix are not both in memory. */
    private void pack(Matrix matrix, ProductKernels with, long to) {
        var layout = with.layout();
        long rowBytes = matrix.dtype().bytes(matrix.stride());
        int stretch = (int) Math.max(1, STRETCH_BYTES / Math.max(1, layout.lanes() * rowBytes));
        int panels = layout.panels(matrix.rows());
        for (int panel = 0; panel < panels; panel += stretch) {
            int count = Math.min(stretch, panels - panel);
            packing.pack(matrix, with, panel, count, to);
            int firstRow = panel * layout.lanes();
            giveBack(matrix, firstRow, Math.min(matrix.rows(), (panel + count) * layout.lanes()));
        }
    }

    /** Lets the system reclaim the pages of a file's rows: from now on, only the packed copy is read. */
    private static void giveBack(Matrix matrix, int from, int to) {
        var data = matrix.data();
        if (data.isMapped() && data.isReadOnly()) {
            var dtype = matrix.dtype();
            long first = dtype.bytes(matrix.stride() * from);
            long last = dtype.bytes(matrix.stride() * (to - 1) + matrix.columns());
            LargePages.giveBack(data.asSlice(first, last - first));
        }
        Reference.reachabilityFence(matrix);
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        if (floats.isPresent() && FloatWeight.takes(matrix)) {
            return new FloatWeight(this, matrix, floats.get().code(), false);
        }
        return packs(matrix) && code.packsAnew()
                ? JitWeight.stored(this, matrix, kernels(matrix.dtype()))
                : base().prepareInPlace(matrix);
    }

    @Override
    public long packedBytes(Matrix matrix) {
        if (floats.isPresent() && FloatWeight.takes(matrix)) {
            return 0;
        }
        if (!packs(matrix)) {
            return base().packedBytes(matrix);
        }
        var layout = kernels(matrix.dtype()).layout();
        return layout.panels(matrix.rows()) * layout.panelBytes(matrix.columns());
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        if (!own(weight)) {
            base().matmul(out, x, weight, rows);
            return;
        }
        begin();
        add(out, 0, x, 0, weight, rows);
        run(out, x, weight);
    }

    private void begin() {
        products.begin();
        if (floats.isPresent()) {
            floats.get().begin();
        }
    }

    /** Adds a product of {@code rows} rows at offsets in elements of {@code x} and {@code out}. */
    private void add(Tensor out, long outOffset, Tensor x, long xOffset, Weight weight, int rows) {
        long from = RawMemory.address(x.data()) + Float.BYTES * xOffset;
        long to = RawMemory.address(out.data()) + Float.BYTES * outOffset;
        long xStride = Float.BYTES * x.columns();
        long outStride = Float.BYTES * out.columns();
        if (weight instanceof FloatWeight own) {
            floats.orElseThrow().add(own, from, xStride, to, outStride, rows);
        } else {
            products.add((JitWeight) weight, from, xStride, to, outStride, rows);
        }
    }

    /** Computes what was added, while operands are kept reachable. */
    private void run(Object first, Object second, Object third) {
        products.run();
        if (floats.isPresent()) {
            floats.get().run();
        }
        Reference.reachabilityFence(first);
        Reference.reachabilityFence(second);
        Reference.reachabilityFence(third);
    }

    private boolean own(Weight weight) {
        return weight.owner().equals(this);
    }

    /** Whether all weights belong to these kernels. */
    private boolean own(List<Weight> weights) {
        for (int i = 0; i < weights.size(); i++) {
            if (!own(weights.get(i))) {
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
        begin();
        for (int i = 0; i < outs.size(); i++) {
            add(outs.get(i), 0, x, 0, weights.get(i), rows);
        }
        run(outs, x, weights);
    }

    @Override
    public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        if (!own(weights)) {
            base().matmulHeads(out, outStride, x, xStride, weights, rows);
            return;
        }
        begin();
        for (int head = 0; head < weights.size(); head++) {
            add(out, (long) head * outStride, x, (long) head * xStride, weights.get(head), rows);
        }
        run(out, x, weights);
    }

    @Override
    public void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        if (!own(weights)) {
            base().matmulEach(out, x, weights, chosen, count);
            return;
        }
        begin();
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
        begin();
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

    /** The end of the run of equal choices that starts there. */
    private static int runOf(int[] chosen, int begin, int count) {
        int end = begin + 1;
        while (end < count && chosen[end] == chosen[begin]) {
            end++;
        }
        return end;
    }

    private void addEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int begin, int end) {
        add(out, begin * out.columns(), x, begin * x.columns(), weights.get(chosen[begin]), end - begin);
    }

    @Override
    public void close() {
        base().close();
        store.close();
        products.close();
        floats.ifPresent(FloatProducts::close);
        packing.close();
        panels.close();
    }
}
