package orrery.kernel.jit;

import orrery.tensor.DType;

/** What writes the code of products for a kind of processor, and which layouts that code reads. */
sealed interface ProductCode permits TierProducts, ArmProducts {

    /** The instructions that it is written in, for people. */
    String name();

    /** How rows are shared out among tiles. */
    Tiles tiles();

    /** How weights lie. */
    PanelLayout layout(PanelFormat format);

    /** How many panels are multiplied side by side. */
    PanelWidths widths(PanelFormat format);

    /** Code that multiplies ({@link ProductWriter}). */
    NativeFunction product(PanelLayout layout, ProductWriter.Shape shape, CodeStore store);

    /** Code that rounds a row of activations ({@link RoundingWriter}). */
    NativeFunction rounding(CodeStore store);

    /** What brings blocks into panels. */
    PackingCode packing(DType dtype, PanelLayout layout, CodeStore store);

    /** Whether packing is so fast that it can be done anew for every product. */
    boolean packsAnew();
}
