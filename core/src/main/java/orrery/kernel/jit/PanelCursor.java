package orrery.kernel.jit;

import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R13;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RSI;

/**
 * The registers with which a product's kernel reads: several panels, each a fixed number of bytes after the one before,
 * and a tile.
 */
final class PanelCursor {
    /** Bytes from one panel to the next. */
    static final General PANEL_BYTES = RSI;
    /** Three times that, if there are four panels. */
    static final General THREE_PANELS = R13;
    /** The unit of the first panel. */
    static final General UNIT = RAX;
    /** The head of the first panel. */
    static final General HEAD = R12;
    /** The same 32 inputs of the tile. */
    static final General LINES = R11;

    private PanelCursor() {}

    /** Bytes of a panel's unit. */
    static Address unit(int panel, int displacement) {
        return inPanel(UNIT, panel, displacement);
    }

    /** Bytes of a unit's head. */
    static Address head(int panel, int displacement) {
        return inPanel(HEAD, panel, displacement);
    }

    private static Address inPanel(General first, int panel, int displacement) {
        return switch (panel) {
            case 0 -> Address.at(first, displacement);
            case 1, 2 -> Address.at(first, PANEL_BYTES, panel, displacement);
            case 3 -> Address.at(first, THREE_PANELS, 1, displacement);
            default -> throw new IllegalArgumentException("panel " + panel + ", expected 0 to 3");
        };
    }

    /** Four bytes of a row's activations. */
    static Address quad(int row, int quad) {
        return line(row, Integer.BYTES * quad);
    }

    /** The values stored with a row's activations. */
    static Address line(int row, int displacement) {
        return Address.at(LINES, RoundedRow.LINE * row + displacement);
    }
}
