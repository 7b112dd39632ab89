package orrery.kernel.jit;

import orrery.kernel.jit.arm.ArmAssembler;
import orrery.kernel.jit.arm.ArmVector;

/** Emits the instructions that load one vector of a panel's codes into a register, one code per byte. */
final class ArmCodeReader {
    private static final int LOW_NIBBLES = 0x0F;
    private static final int FIFTH_BITS = 0x10;
    private static final int UPPER_BITS = 0x30;

    private final ArmAssembler code;
    private final PanelLayout layout;
    private final ArmVector[] constants;
    /** Unused while weights are read. */
    private final ArmVector spare;

    /** Allocates registers for constants. */
    ArmCodeReader(ArmAssembler code, PanelLayout layout, ArmRegisters registers, ArmVector spare) {
        this.code = code;
        this.layout = layout;
        this.spare = spare;
        constants = registers.take(
                switch (layout.format().codes()) {
                    case BYTES -> 0;
                    case NIBBLES -> 1;
                    case NIBBLES_AND_BITS, NIBBLES_AND_PAIRS, CHOICES -> 2;
                });
    }

    /** Loads the constants, once. */
    void begin() {
        if (constants.length > 0) {
            code.movi(constants[0].b16(), LOW_NIBBLES);
        }
        switch (layout.format().codes()) {
            case BYTES, NIBBLES -> {}
            case NIBBLES_AND_BITS -> code.movi(constants[1].b16(), FIFTH_BITS);
            case NIBBLES_AND_PAIRS -> code.movi(constants[1].b16(), UPPER_BITS);
            case CHOICES -> code.ldr(constants[1], code.literal(layout.format().values()));
        }
    }

    /** Loads the codes of a vector into {@code to}. */
    void read(int panel, int vector, ArmVector to) {
        switch (layout.format().codes()) {
            case BYTES -> line(panel, vector, to);
            case NIBBLES -> nibbles(panel, vector, to);
            case NIBBLES_AND_BITS -> {
                nibbles(panel, vector, to);
                upper(panel, 0, 4 - vector, to);
            }
            case NIBBLES_AND_PAIRS -> {
                nibbles(panel, vector, to);
                upper(panel, vector / 4, 4 - 2 * (vector % 4), to);
            }
            case CHOICES -> {
                nibbles(panel, vector, to);
                code.tbl(to.b16(), constants[1].b16(), to.b16());
            }
        }
    }

    private void line(int panel, int line, ArmVector to) {
        code.ldr(to, ArmCursor.UNITS.get(panel), layout.line(line));
    }

    private void nibbles(int panel, int vector, ArmVector to) {
        line(panel, vector % Codes.NIBBLE_LINES, to);
        if (vector < Codes.NIBBLE_LINES) {
            code.and(to.b16(), to.b16(), constants[0].b16());
        } else {
            code.ushr(to.b16(), to.b16(), 4);
        }
    }

    /** Merges bits of a line after the nibbles, shifted left, with the nibbles in {@code to}. */
    private void upper(int panel, int line, int left, ArmVector to) {
        line(panel, Codes.NIBBLE_LINES + line, spare);
        if (left > 0) {
            code.shl(spare.b16(), spare.b16(), left);
        } else if (left < 0) {
            code.ushr(spare.b16(), spare.b16(), -left);
        }
        code.bit(to.b16(), spare.b16(), constants[1].b16());
    }
}
