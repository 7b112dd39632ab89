package orrery.kernel.jit;

import java.lang.ref.Reference;
import orrery.kernel.ForwardingKernels;
import orrery.kernel.Kernels;
import orrery.tensor.Tensor;

/** What moves rows of activations and changes none of their bits, by emitted machine code. */
abstract class EmittedMoves extends ForwardingKernels {
    final Tier tier;
    final CodeStore store = new CodeStore();
    final SharedCall call;
    final LazyFunctions<MoveWriter.Operation> moves;

    EmittedMoves(Tier tier, Kernels base) {
        super(base);
        this.tier = tier;
        call = new SharedCall(base.crew());
        moves = new LazyFunctions<>(MoveWriter.Operation.class, what -> MoveWriter.write(tier, what), store);
    }

    static long address(Tensor tensor) {
        return RawMemory.address(tensor.data());
    }

    static long bytes(Tensor tensor) {
        return Float.BYTES * tensor.columns();
    }

    static void keep(Object first, Object second) {
        Reference.reachabilityFence(first);
        Reference.reachabilityFence(second);
    }

    final void copy(long out, long outStride, long x, long xStride, long count, long rows) {
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
    public void close() {
        base.close();
        store.close();
    }
}
