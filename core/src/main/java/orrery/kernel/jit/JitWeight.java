package orrery.kernel.jit;

import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Matrix;

/**
 * Weights with blocks along a row, for emitted code: packed into panels once, or for each product from the stored
 * blocks, with the same results.
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

    /** Reads the blocks in place. */
    static JitWeight stored(Kernels owner, Matrix matrix, ProductKernels products) {
        return new JitWeight(owner, matrix, products, RawMemory.address(matrix.data()), false);
    }

    /** Reads panels at an address. */
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
     * The address of some panels: in the packed copy, or in {@code scratch}, where this call packs them.
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

    /** Bytes of scratch for {@code count} panels: 0 if they are packed already. */
    long scratchBytes(int count) {
        return packed ? 0 : count * panelBytes + products.packer().scratchBytes(inputs());
    }
}
