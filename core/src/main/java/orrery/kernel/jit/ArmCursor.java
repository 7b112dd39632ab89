package orrery.kernel.jit;

import java.util.List;
import orrery.kernel.jit.arm.ArmAssembler;
import orrery.kernel.jit.arm.ArmGeneral;
import orrery.kernel.jit.arm.ArmVector;

/**
 * The registers with which a product's kernel for Arm reads: an address for each of several panels, and one for a tile.
 */
final class ArmCursor {
    /** The unit of each panel. */
    static final List<ArmGeneral> UNITS = List.of(ArmGeneral.X6, ArmGeneral.X7, ArmGeneral.X8, ArmGeneral.X9);
    /** The head of each panel's unit. */
    static final List<ArmGeneral> HEADS = List.of(ArmGeneral.X10, ArmGeneral.X11, ArmGeneral.X12, ArmGeneral.X13);
    /** The same 32 inputs of the tile. */
    static final ArmGeneral LINES = ArmGeneral.X14;
    /** Half the codes of a row's 32 inputs. */
    static final int HALF = 16;

    private ArmCursor() {}

    /** Loads half of the codes of a row. */
    static void codes(ArmAssembler code, ArmVector to, int row, int half) {
        code.ldr(to, LINES, RoundedRow.LINE * row + HALF * half);
    }

    /** Loads the sums of a row's codes, with their scale as the last number. */
    static void sums(ArmAssembler code, ArmVector to, int row) {
        code.ldr(to, LINES, RoundedRow.LINE * row + RoundedRow.NEGATIVE_SUM);
    }

    /** One of them, by its offset in the line. */
    static ArmVector.Element sum(ArmVector sums, int offset) {
        return sums.s4((offset - RoundedRow.NEGATIVE_SUM) / Integer.BYTES);
    }

    /** Loads the scale times a sum of a row's codes, by its offset in the line. */
    static void total(ArmAssembler code, ArmVector to, int row, int slot) {
        code.ldr(to.s(), LINES, RoundedRow.LINE * row + slot);
    }
}
