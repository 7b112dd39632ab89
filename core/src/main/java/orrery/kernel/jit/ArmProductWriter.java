package orrery.kernel.jit;

import static orrery.kernel.jit.ArmCursor.LINES;
import static orrery.kernel.jit.arm.ArmGeneral.X0;
import static orrery.kernel.jit.arm.ArmGeneral.X1;
import static orrery.kernel.jit.arm.ArmGeneral.X15;
import static orrery.kernel.jit.arm.ArmGeneral.X16;
import static orrery.kernel.jit.arm.ArmGeneral.X2;
import static orrery.kernel.jit.arm.ArmGeneral.X3;
import static orrery.kernel.jit.arm.ArmGeneral.X4;
import static orrery.kernel.jit.arm.ArmGeneral.X5;

import java.util.Arrays;
import orrery.kernel.jit.arm.ArmAssembler;
import orrery.kernel.jit.arm.ArmGeneral;
import orrery.kernel.jit.arm.ArmLabel;
import orrery.kernel.jit.arm.ArmVector;

/**
 * The counterpart of {@link ProductWriter} for Arm: the same arguments, the same layouts, and for every row, output and
 * group of inputs the same float operations in the same order, so that results are bitwise equal.
 */
final class ArmProductWriter {
    private static final ArmGeneral PANELS = X0;
    private static final ArmGeneral PANEL_BYTES = X1;
    private static final ArmGeneral TILE = X2;
    private static final ArmGeneral OUT = X3;
    private static final ArmGeneral OUT_STRIDE = X4;
    private static final ArmGeneral COUNT = X5;
    /** The end of the first panel, later the row that is stored. */
    private static final ArmGeneral END = X15;
    /** Remaining units of this head. */
    private static final ArmGeneral UNITS = X16;

    private static final int VECTOR_BYTES = 16;

    private final ArmAssembler code = new ArmAssembler();
    private final ArmRegisters registers = new ArmRegisters();
    private final PanelLayout layout;
    private final ProductWriter.Shape shape;
    private final ArmVector[][] sums;
    /** Codes of each panel, and then its scales. */
    private final ArmVector[] weights;

    private final ArmDotProducts dots;
    private final ArmCodeReader codes;
    private final ArmScaleReader scales;

    private ArmProductWriter(ArmTier tier, PanelLayout layout, ProductWriter.Shape shape) {
        if (shape.panels() < 1 || shape.panels() > ArmCursor.UNITS.size()) {
            throw new IllegalArgumentException(shape.panels() + " panels, expected 1 to " + ArmCursor.UNITS.size());
        }
        this.layout = layout;
        this.shape = shape;
        sums = new ArmVector[shape.rows()][];
        Arrays.setAll(sums, _ -> registers.take(shape.panels()));
        weights = registers.take(shape.panels());
        var spare = registers.take();
        dots = ArmDotProducts.of(tier, code, layout, registers, shape, spare);
        codes = new ArmCodeReader(code, layout, registers, spare);
        scales = new ArmScaleReader(code, layout, registers, weights, spare);
    }

    /**
     * The code for a tier.
     *
     * @throws IllegalArgumentException if the shape needs too many registers
     */
    static byte[] write(ArmTier tier, PanelLayout layout, ProductWriter.Shape shape) {
        var writer = new ArmProductWriter(tier, layout, shape);
        writer.write();
        return writer.code.finish();
    }

    private void write() {
        registers.save(code);
        codes.begin();
        var round = new ArmLabel();
        code.align();
        code.place(round);
        round();
        store();
        // The next panels start where the last of these ends.
        code.mov(PANELS, ArmCursor.UNITS.get(shape.panels() - 1));
        code.subs(COUNT, COUNT, 1);
        code.bne(round);
        registers.restore(code);
        code.ret();
    }

    /** All inputs of some panels. */
    private void round() {
        code.mov(ArmCursor.UNITS.getFirst(), PANELS);
        for (int panel = 1; panel < shape.panels(); panel++) {
            code.add(ArmCursor.UNITS.get(panel), ArmCursor.UNITS.get(panel - 1), PANEL_BYTES);
        }
        code.add(END, PANELS, PANEL_BYTES);
        code.mov(LINES, TILE);
        for (var row : sums) {
            for (var sum : row) {
                code.movi(sum.b16(), 0);
            }
        }
        var block = new ArmLabel();
        code.place(block);
        if (layout.headBytes() > 0) {
            for (int panel = 0; panel < shape.panels(); panel++) {
                code.mov(ArmCursor.HEADS.get(panel), ArmCursor.UNITS.get(panel));
            }
            scales.head();
            advance(layout.headBytes());
            code.movz(UNITS, layout.format().unitsOfHead());
            var unit = new ArmLabel();
            code.place(unit);
            unit();
            code.subs(UNITS, UNITS, 1);
            code.bne(unit);
        } else {
            unit();
        }
        code.cmp(ArmCursor.UNITS.getFirst(), END);
        code.bne(block);
    }

    private void advance(int bytes) {
        for (int panel = 0; panel < shape.panels(); panel++) {
            code.add(ArmCursor.UNITS.get(panel), ArmCursor.UNITS.get(panel), bytes);
        }
    }

    /** 32 inputs. */
    private void unit() {
        for (int line = 0; line < layout.unitBytes() && shape.ahead() > 0; line += RoundedRow.LINE) {
            for (int panel = 0; panel < shape.panels(); panel++) {
                code.prfm(ArmCursor.UNITS.get(panel), shape.ahead() + line);
            }
        }
        int groups = layout.format().scales().groups();
        int vectors = Codes.QUADS / groups;
        for (int group = 0; group < groups; group++) {
            dots.begin(group);
            for (int vector = group * vectors; vector < (group + 1) * vectors; vector++) {
                if (vector % (Codes.QUADS / 2) == 0) {
                    dots.activations(vector / (Codes.QUADS / 2));
                }
                for (int panel = 0; panel < shape.panels(); panel++) {
                    codes.read(panel, vector, weights[panel]);
                    dots.multiply(panel, vector, weights[panel]);
                }
            }
            dots.end(group);
            scales.scales(group);
            scale();
        }
        var minima = layout.format().minima();
        for (int group = 0; minima != Minima.NONE && group < minima.groups(); group++) {
            scales.minima(group);
            minima(group);
        }
        advance(layout.unitBytes());
        code.add(LINES, LINES, RoundedRow.LINE * shape.rows());
    }

    private void scale() {
        var activations = dots.x[0];
        for (int row = 0; row < shape.rows(); row++) {
            ArmCursor.sums(code, activations, row);
            var scale = ArmCursor.sum(activations, RoundedRow.SCALE);
            for (int panel = 0; panel < shape.panels(); panel++) {
                var sum = dots.sums[row][panel];
                code.fmul(sum.s4(), sum.s4(), scale);
                code.fmla(sums[row][panel].s4(), sum.s4(), weights[panel].s4());
            }
        }
    }

    private void minima(int group) {
        var minima = layout.format().minima();
        var total = dots.x[0];
        for (int row = 0; row < shape.rows(); row++) {
            ArmCursor.total(code, total, row, RoundedRow.total(minima, group));
            for (int panel = 0; panel < shape.panels(); panel++) {
                if (minima == Minima.HALVES) {
                    code.fmla(sums[row][panel].s4(), weights[panel].s4(), total.s4(0));
                } else {
                    code.fmls(sums[row][panel].s4(), weights[panel].s4(), total.s4(0));
                }
            }
        }
    }

    private void store() {
        code.mov(END, OUT);
        for (int row = 0; row < shape.rows(); row++) {
            for (int panel = 0; panel < shape.panels(); panel++) {
                code.str(sums[row][panel], END, VECTOR_BYTES * panel);
            }
            if (row + 1 < shape.rows()) {
                code.add(END, END, OUT_STRIDE);
            }
        }
        code.add(OUT, OUT, VECTOR_BYTES * shape.panels());
    }
}
