package orrery.kernel.jit;

import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Matrix;

/**
 * Weights in blocks along a row, which emitted code multiplies with: packed into panels once, or anew at every product
 * from the blocks as they are stored, with the same results.
 */
final class JitWeight extends Weight {
    private final Matrix matrix;
    private final ProductKernels products;
    private final long address;
    private final boolean packed;
    private final long panelBytes;

    private JitWeight(Kernels owner, Matrix matrix, ProductKernels products, long address, boolean packed) {
        super(owner, matrix.rows(), matrix.columns());
        this.matrix = matrix;
        this.products = products;
        this.address = address;
        this.packed = packed;
        panelBytes = products.layout().panelBytes(matrix.columns());
    }

    /** Reads the blocks where they lie. */
    static JitWeight stored(Kernels owner, Matrix matrix, ProductKernels products) {
        return new JitWeight(owner, matrix, products, RawMemory.address(matrix.data()), false);
    }

    /** Reads panels that begin at an address. */
    static JitWeight packed(Kernels owner, Matrix matrix, ProductKernels products, long panels) {
        return new JitWeight(owner, matrix, products, panels, true);
    }

    @Override
    public boolean packed() {
        return packed;
    }

    /** The code that multiplies with it. */
    ProductKernels products() {
        return products;
    }

    PanelLayout layout() {
        return products.layout();
    }

    /** Bytes of a panel. */
    long panelBytes() {
        return panelBytes;
    }

    int panels() {
        return layout().panels(outputs());
    }

    /**
     * Where some panels begin: in the copy, or in {@code scratch}, where they are packed now.
     *
     * @param scratch {@link #scratchBytes} of it
     */
    long panels(int first, int count, long scratch) {
        if (packed) {
            return address + first * panelBytes;
        }
        long packing = scratch + count * panelBytes;
        for (int i = 0; i < count; i++) {
            products.packer().pack(matrix, address, first + i, scratch + i * panelBytes, packing);
        }
        return scratch;
    }

    /** Bytes of scratch that so many panels take: none where they are packed already. */
    long scratchBytes(int count) {
        return packed ? 0 : count * panelBytes + products.packer().scratchBytes(inputs());
    }
}
