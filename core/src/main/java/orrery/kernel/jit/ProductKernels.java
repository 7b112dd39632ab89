package orrery.kernel.jit;

import org.jspecify.annotations.Nullable;
import orrery.tensor.DType;

/** The code for weights of one dtype. Each product's code is generated on first use. */
final class ProductKernels {
    private final ProductCode code;
    private final PanelLayout layout;
    private final PanelWidths widths;
    private final CodeStore store;
    private final PanelPacker packer;
    private final @Nullable NativeFunction[] wide = new NativeFunction[Tiles.MOST + 1];
    private final @Nullable NativeFunction[] narrow = new NativeFunction[Tiles.MOST + 1];

    ProductKernels(ProductCode code, DType dtype, PanelFormat format, CodeStore store) {
        this.code = code;
        this.store = store;
        layout = code.layout(format);
        widths = code.widths(format);
        packer = PanelPacker.of(code, dtype, layout, store);
    }

    PanelLayout layout() {
        return layout;
    }

    /** Packs weights into that layout. */
    PanelPacker packer() {
        return packer;
    }

    /** How many panels {@link #wide} multiplies at once with a tile of {@code rows}. */
    int panels(int rows) {
        return widths.panels(rows);
    }

    /** Generates what a tile of {@code rows} needs; called by the thread that calls kernels, before others run it. */
    void prepare(int rows) {
        if (narrow[rows] == null) {
            narrow[rows] = written(rows, 1);
            wide[rows] = panels(rows) == 1 ? narrow[rows] : written(rows, panels(rows));
        }
    }

    private NativeFunction written(int rows, int panels) {
        var shape = new ProductWriter.Shape(rows, panels, widths.ahead(rows));
        return code.product(layout, shape, store);
    }

    /** Code that multiplies {@link #panels} panels at once. */
    NativeFunction wide(int rows) {
        return written(wide, rows);
    }

    /** Code that multiplies one panel at a time. */
    NativeFunction narrow(int rows) {
        return written(narrow, rows);
    }

    private static NativeFunction written(@Nullable NativeFunction[] all, int rows) {
        var written = all[rows];
        if (written == null) {
            throw new IllegalStateException("the code for " + rows + " rows was never prepared");
        }
        return written;
    }
}
