package orrery.kernel.vector;

import java.lang.foreign.MemorySegment;
import orrery.kernel.Kernels;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * Weights in blocks along a row: packed once, group by group of outputs, or packed anew at every product from the
 * blocks as they are stored.
 */
final class BlockWeight extends VectorWeight {
    private final Matrix matrix;
    private final MemorySegment data;
    private final boolean packed;
    private final BatchedGemm joint;

    private BlockWeight(Kernels owner, Matrix matrix, MemorySegment data, boolean packed, BatchedGemm joint) {
        super(owner, matrix.rows(), matrix.columns());
        this.matrix = matrix;
        this.data = data;
        this.packed = packed;
        this.joint = joint;
    }

    /** Reads the blocks where they lie. */
    static BlockWeight stored(Kernels owner, Matrix matrix, BatchedGemm joint) {
        return new BlockWeight(owner, matrix, matrix.data(), false, joint);
    }

    /** Reads {@link #packedBytes} of packed groups. */
    static BlockWeight packed(Kernels owner, Matrix matrix, MemorySegment groups, BatchedGemm joint) {
        return new BlockWeight(owner, matrix, groups, true, joint);
    }

    /** Bytes of all groups of a matrix. */
    static long packedBytes(Matrix matrix) {
        return PackedLayout.groupBytes(matrix.dtype(), matrix.columns()) * PackedLayout.groups(matrix.rows());
    }

    DType dtype() {
        return matrix.dtype();
    }

    @Override
    public boolean packed() {
        return packed;
    }

    /** Where a packed group begins: in the copy, or in {@code scratch}, where it is packed now. */
    long group(int group, Packer packer, long scratch) {
        long from = OffHeap.address(data);
        if (packed) {
            return from + group * PackedLayout.groupBytes(dtype(), inputs());
        }
        packer.pack(matrix, from, group, scratch);
        return scratch;
    }

    @Override
    void multiply(long out, long x, int rows) {
        joint.alone(this, out, x, rows);
    }

    @Override
    boolean joins(int rows) {
        return true;
    }
}
