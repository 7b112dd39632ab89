package orrery.kernel.jit;

import orrery.tensor.DType;

/** Generates the code of products for a kind of processor, and defines the layouts that the code reads. */
sealed interface ProductCode permits TierProducts, ArmProducts {

    /** The instruction set, for people. */
    String name();

    /** How rows are divided into tiles. */
    Tiles tiles();

    /** The layout of weights. */
    PanelLayout layout(PanelFormat format);

    /** How many panels are multiplied together. */
    PanelWidths widths(PanelFormat format);

    /** Code that multiplies ({@link ProductWriter}). */
    NativeFunction product(PanelLayout layout, ProductWriter.Shape shape, CodeStore store);

    /** Code that rounds a row of activations ({@link RoundingWriter}). */
    NativeFunction rounding(CodeStore store);

    /** Packs blocks into panels. */
    PackingCode packing(DType dtype, PanelLayout layout, CodeStore store);

    /** Whether packing is fast enough to be repeated for every product. */
    boolean packsAnew();
}
