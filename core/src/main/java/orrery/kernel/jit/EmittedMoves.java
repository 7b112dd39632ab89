package orrery.kernel.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import orrery.kernel.Elements;
import orrery.kernel.ForwardingKernels;
import orrery.kernel.Kernels;
import orrery.kernel.ScatterSum;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** Operations that move rows, with emitted machine code: lookups, copies, gathers, scatters. */
abstract class EmittedMoves extends ForwardingKernels {
    final Tier tier;
    final CodeStore store = new CodeStore();
    final SharedCall call;
    final LazyFunctions<ElementWriter.Operation> elements;
    private final LazyFunctions<MoveWriter.Operation> moves;
    private final LazyFunctions<Search> searches;
    private final ScatterSum scatterSum;
    private final GrowingMemory scratch = new GrowingMemory();
    private float[] decoded = {};
    // Generated before threads start, read by them.
    private NativeFunction addTimes = new NativeFunction(MemorySegment.NULL);

    private enum Search {
        LARGEST
    }

    EmittedMoves(Tier tier, Kernels base) {
        super(base);
        this.tier = tier;
        call = new SharedCall(base.crew());
        scatterSum = new ScatterSum(base.crew(), this::addScaledRow);
        elements = new LazyFunctions<>(ElementWriter.Operation.class, what -> ElementWriter.write(tier, what), store);
        moves = new LazyFunctions<>(MoveWriter.Operation.class, what -> MoveWriter.write(tier, what), store);
        searches = new LazyFunctions<>(Search.class, _ -> LargestWriter.write(tier), store);
    }

    static long address(Tensor tensor) {
        return RawMemory.address(tensor.data());
    }

    static long bytes(Tensor tensor) {
        return Float.BYTES * tensor.columns();
    }

    static long bits(double number) {
        return Float.floatToRawIntBits((float) number);
    }

    static void keep(Object first, Object second) {
        Reference.reachabilityFence(first);
        Reference.reachabilityFence(second);
    }

    /** An elementwise operation on {@code count} elements. */
    final void elements(ElementWriter.Operation what, long out, long x, long y, double number, long count) {
        call.of(elements.of(what))
                .moving(out, Float.BYTES)
                .moving(x, Float.BYTES)
                .moving(y, Float.BYTES)
                .counting()
                .with(1)
                .with(0)
                .with(bits(number))
                .share(count, what.cost());
    }

    private void copy(long out, long outStride, long x, long xStride, long count, long rows) {
        call.of(moves.of(MoveWriter.Operation.COPY))
                .moving(out, outStride)
                .moving(x, xStride)
                .with(count)
                .counting()
                .with(outStride)
                .with(xStride)
                .share(rows, count);
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        if (table.layout() == Matrix.Layout.IN_OUT) {
            base().embed(out, table, ids, scale, rows);
            return;
        }
        for (int r = 0; r < rows; r++) {
            look(address(out) + r * bytes(out), table, ids[r], scale);
        }
        keep(out, table);
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        if (table.layout() == Matrix.Layout.IN_OUT) {
            base().addEmbedding(x, table, ids, rows);
            return;
        }
        scratch.ensure(bytes(x));
        for (int r = 0; r < rows; r++) {
            look(scratch.address(), table, ids[r], 1f);
            long to = address(x) + r * bytes(x);
            elements(ElementWriter.Operation.ADD, to, to, scratch.address(), 0, x.columns());
        }
        keep(x, table);
    }

    /** One row of a table, as floats. */
    private void look(long to, Matrix table, int id, float scale) {
        var dtype = table.dtype();
        if (table.scales().isPresent() || !(dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16)) {
            if (decoded.length != table.columns()) {
                decoded = new float[table.columns()];
            }
            Elements.run(table, id, decoded);
            MemorySegment.copy(decoded, 0, RawMemory.ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, to, decoded.length);
            elements(ElementWriter.Operation.SCALE, to, to, to, scale, decoded.length);
            return;
        }
        var type = dtype == DType.F32
                ? MoveWriter.Operation.F32
                : dtype == DType.F16 ? MoveWriter.Operation.F16 : MoveWriter.Operation.BF16;
        call.of(moves.of(type))
                .with(to)
                .with(RawMemory.address(table.data()) + dtype.bytes(id * table.stride()))
                .with(table.columns())
                .counting()
                .with(0)
                .with(0)
                .with(bits(scale))
                .share(1, 0);
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, int[] indices, int count) {
        gather(out, x, indices, 0, count);
    }

    @Override
    public void gather(Tensor out, Tensor x, int[] indices, int first, int count) {
        for (int i = 0; i < count; i++) {
            copy(address(out) + i * bytes(out), 0, address(x) + indices[first + i] * bytes(x), 0, x.columns(), 1);
        }
        keep(out, x);
    }

    @Override
    public void scatter(Tensor out, Tensor x, int[] indices, int first, int count) {
        for (int i = 0; i < count; i++) {
            copy(address(out) + indices[first + i] * bytes(out), 0, address(x) + i * bytes(x), 0, x.columns(), 1);
        }
        keep(out, x);
    }

    @Override
    public void copy(Tensor out, Tensor x, int rows) {
        copy(address(out), bytes(out), address(x), bytes(x), x.columns(), rows);
        keep(out, x);
    }

    @Override
    public void place(Tensor out, int column, Tensor x, int rows) {
        copy(address(out) + (long) Float.BYTES * column, bytes(out), address(x), bytes(x), x.columns(), rows);
        keep(out, x);
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
        long to = address(out) + (long) Float.BYTES * outOffset;
        long from = address(x) + (long) Float.BYTES * xOffset;
        for (int h = 0; h < heads; h++) {
            long toHead = to + (long) Float.BYTES * h * outStride;
            copy(toHead, bytes(out), from + (long) Float.BYTES * h * xStride, bytes(x), size, rows);
        }
        keep(out, x);
    }

    @Override
    public void clear(Tensor x, int rows) {
        RawMemory.clear(address(x), rows * bytes(x));
        Reference.reachabilityFence(x);
    }

    @Override
    public int argmax(Tensor x, int row) {
        scratch.ensure(2L * tier.kind().bytes());
        long found = scratch.address();
        searches.of(Search.LARGEST).call(address(x) + row * bytes(x), x.columns(), found);
        Reference.reachabilityFence(x);
        float most = Float.NEGATIVE_INFINITY;
        int column = 0;
        for (int lane = 0; lane < tier.lanes(); lane++) {
            float value = Float.intBitsToFloat(RawMemory.getInt(found + (long) Float.BYTES * lane));
            int at = RawMemory.getInt(found + tier.kind().bytes() + (long) Integer.BYTES * lane);
            if (value > most || (value == most && at < column && value > Float.NEGATIVE_INFINITY)) {
                most = value;
                column = at;
            }
        }
        return column;
    }

    @Override
    public void scatterAdd(Tensor out, Tensor y, int[] indices, float[] factors, int first, int count) {
        addTimes = elements.of(ElementWriter.Operation.ADD_TIMES);
        int columns = Math.toIntExact(y.columns());
        scatterSum.add(address(out), address(y), indices, factors, first, count, columns);
        keep(out, y);
    }

    private void addScaledRow(long to, long from, float factor, int count) {
        addTimes.call(to, from, from, count, 1, 0, Float.floatToRawIntBits(factor), 0);
    }

    @Override
    public void close() {
        base().close();
        scratch.close();
        store.close();
    }
}
