package orrery.kernel.jit;

import orrery.kernel.BackendException;
import orrery.quant.BlockFormat;
import orrery.quant.WritableFormat;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** Packs the blocks of one dtype into panels. */
abstract sealed class PanelPacker permits BlockPacker, CodePacker {
    final DType dtype;
    final PanelLayout layout;

    PanelPacker(DType dtype, PanelLayout layout) {
        this.dtype = dtype;
        this.layout = layout;
    }

    /**
     * Formats that Orrery can also encode are packed with emitted code; those that it only decodes are packed by their
     * definition.
     */
    static PanelPacker of(ProductCode code, DType dtype, PanelLayout layout, CodeStore store) {
        var format = BlockFormat.of(dtype);
        return format instanceof WritableFormat
                ? new BlockPacker(dtype, layout, code.packing(dtype, layout, store))
                : new CodePacker(format, layout);
    }

    /** Bytes of scratch to pack rows of {@code inputs}. */
    abstract long scratchBytes(int inputs);

    /**
     * Packs one panel.
     *
     * @param source a matrix with blocks along its rows
     * @param weights the address of its data
     * @param to the panel's address; outputs that the matrix does not have become zeros
     * @throws BackendException if a scale is not finite
     */
    abstract void pack(Matrix source, long weights, int panel, long to, long scratch);

    /** The error for a scale or a minimum that is not finite. */
    static BackendException noNumber(float scale) {
        return new BackendException(
                "a block of quantised weights has a scale of " + scale + ", expected a finite number");
    }
}
