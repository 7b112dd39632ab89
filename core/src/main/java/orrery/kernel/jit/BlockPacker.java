package orrery.kernel.jit;

import orrery.kernel.BackendException;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** Packs with emitted code, for all outputs of a panel at once ({@link PackingCode}). */
final class BlockPacker extends PanelPacker {
    private static final int INFINITE = 0x7C00;
    private static final int FAULT = 0x80008000;

    /** Where the code marks scales that are not finite. */
    private static final int FAULT_BYTES = RoundedRow.LINE;

    private final PackingCode code;

    BlockPacker(DType dtype, PanelLayout layout, PackingCode code) {
        super(dtype, layout);
        this.code = code;
    }

    @Override
    long scratchBytes(int inputs) {
        return FAULT_BYTES + layout.lanes() * dtype.bytes(inputs);
    }

    @Override
    void pack(Matrix source, long weights, int panel, long to, long scratch) {
        int first = panel * layout.lanes();
        int rows = Math.min(layout.lanes(), source.rows() - first);
        long stride = dtype.bytes(source.stride());
        long from = weights + first * stride;
        if (rows < layout.lanes()) {
            // As if there were more rows, all zeros: a copy, because memory after the last row may not be readable.
            long bytes = dtype.bytes(source.columns());
            long copy = scratch + FAULT_BYTES;
            RawMemory.clear(copy + rows * bytes, (layout.lanes() - rows) * bytes);
            for (int row = 0; row < rows; row++) {
                RawMemory.copy(from + row * stride, copy + row * bytes, bytes);
            }
            from = copy;
            stride = bytes;
        }
        int blocks = source.columns() / dtype.blockElements();
        RawMemory.clear(scratch, FAULT_BYTES);
        if (blocks > 0) {
            code.call(from, stride, to, blocks, scratch);
        }
        for (int i = 0; i < layout.lanes(); i++) {
            if ((RawMemory.getInt(scratch + 4 * i) & FAULT) != 0) {
                throw refusal(from, stride, rows, blocks);
            }
        }
    }

    /** The error for the first scale or minimum that is not finite. */
    private BackendException refusal(long from, long stride, int rows, int blocks) {
        for (int row = 0; row < rows; row++) {
            for (int block = 0; block < blocks; block++) {
                long at = from + row * stride + (long) block * dtype.blockBytes();
                for (long half : new long[] {dtype == DType.Q6_K ? at + 208 : at, at + 2}) {
                    short bits = RawMemory.getShort(half);
                    boolean scale = half != at + 2 || layout.format().minima() != Minima.NONE;
                    if (scale && (bits & INFINITE) == INFINITE) {
                        return noNumber(Float.float16ToFloat(bits));
                    }
                }
            }
        }
        throw new IllegalStateException("a scale of " + dtype + " is not a number, and none was found");
    }
}
