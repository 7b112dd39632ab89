package orrery.kernel.jit;

import orrery.kernel.jit.arm.ArmAssembler;
import orrery.kernel.jit.arm.ArmGeneral;
import orrery.kernel.jit.arm.ArmVector;

/** Emits the instructions that load scales and minima of a panel's outputs into registers, as floats. */
final class ArmScaleReader {
    /** Bits of a float's fraction. */
    private static final int FRACTION_BITS = 23;

    private final ArmAssembler code;
    private final PanelLayout layout;
    private final ArmVector[] to;
    private final ArmVector spare;
    private final ArmVector[] headScales;
    private final ArmVector[] headMinima;

    /**
     * Allocates registers for the factors of a head, if enough are left.
     *
     * @param to the registers for scales and minima, one per panel
     */
    ArmScaleReader(ArmAssembler code, PanelLayout layout, ArmRegisters registers, ArmVector[] to, ArmVector spare) {
        this.code = code;
        this.layout = layout;
        this.to = to;
        this.spare = spare;
        headScales = kept(registers, layout.format().scales().headBytes());
        headMinima = kept(registers, layout.format().minima().headBytes());
    }

    private ArmVector[] kept(ArmRegisters registers, int bytes) {
        return registers.take(bytes > 0 && registers.left() >= to.length ? to.length : 0);
    }

    /** At the start of 256 inputs. */
    void head() {
        for (int panel = 0; panel < headScales.length; panel++) {
            factors(headScales[panel], ArmCursor.HEADS.get(panel), 0);
        }
        for (int panel = 0; panel < headMinima.length; panel++) {
            factors(headMinima[panel], ArmCursor.HEADS.get(panel), layout.minimaHead());
        }
    }

    /** Loads factors of 256 inputs: four bytes per output are a float, two an F16. */
    private void factors(ArmVector into, ArmGeneral base, int offset) {
        if (layout.format().scales().headBytes() == Float.BYTES) {
            code.ldr(into, base, offset);
        } else {
            halves(into, base, offset);
        }
    }

    private void halves(ArmVector into, ArmGeneral base, int offset) {
        code.ldr(into.d(), base, offset);
        code.fcvtl(into.s4(), into.h4());
    }

    private void bytes(ArmVector into, ArmGeneral base, int offset, boolean signed) {
        code.ldr(into.s(), base, offset);
        if (signed) {
            code.sxtl(into.h8(), into.b8());
            code.sxtl(into.s4(), into.h4());
        } else {
            code.uxtl(into.h8(), into.b8());
            code.uxtl(into.s4(), into.h4());
        }
    }

    /** Loads the scales of a group of inputs. */
    void scales(int group) {
        int at = layout.scales(group);
        for (int panel = 0; panel < to.length; panel++) {
            var base = ArmCursor.UNITS.get(panel);
            switch (layout.format().scales()) {
                case HALVES -> halves(to[panel], base, at);
                case UNSIGNED_BYTES -> {
                    bytes(to[panel], base, at, false);
                    timesHead(panel, headScales, 0);
                }
                case SIGNED_BYTES, STEPS, STEPS_OF_HALVES -> {
                    bytes(to[panel], base, at, true);
                    timesHead(panel, headScales, 0);
                }
                case FLOATS_OF_HALVES -> code.ldr(to[panel], base, at);
                case EXPONENTS -> {
                    bytes(to[panel], base, at, false);
                    code.shl(to[panel].s4(), to[panel].s4(), FRACTION_BITS);
                }
            }
        }
    }

    /** Loads the minima of a group of inputs. */
    void minima(int group) {
        int at = layout.minima(group);
        for (int panel = 0; panel < to.length; panel++) {
            var base = ArmCursor.UNITS.get(panel);
            switch (layout.format().minima()) {
                case NONE -> {}
                case HALVES -> halves(to[panel], base, at);
                case UNSIGNED_BYTES -> {
                    bytes(to[panel], base, at, false);
                    timesHead(panel, headMinima, layout.minimaHead());
                }
                case STEPS_OF_HALVES -> {
                    bytes(to[panel], base, at, true);
                    timesHead(panel, headMinima, layout.minimaHead());
                }
            }
        }
    }

    private void timesHead(int panel, ArmVector[] kept, int head) {
        var factor = kept.length > 0 ? kept[panel] : spare;
        if (kept.length == 0) {
            factors(spare, ArmCursor.HEADS.get(panel), head);
        }
        code.scvtf(to[panel].s4(), to[panel].s4());
        code.fmul(to[panel].s4(), to[panel].s4(), factor.s4());
    }
}
