package orrery.kernel.jit;

import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.PanelCursor.HEAD;
import static orrery.kernel.jit.PanelCursor.LINES;
import static orrery.kernel.jit.PanelCursor.PANEL_BYTES;
import static orrery.kernel.jit.PanelCursor.THREE_PANELS;
import static orrery.kernel.jit.PanelCursor.UNIT;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Emits code that multiplies a tile of activations with panels of weights, as in oneDNN and libxsmm: the shape is fixed
 * when the code is generated, so that all sums stay in registers.
 *
 * <p>The code is called as {@code (panels, panelBytes, tile, out, outStride, count)}, all of them longs: addresses,
 * bytes, and the number of rounds, each of which takes {@code shape.panels} panels. For every row, output and 32 inputs
 * (16, if there is a scale for each), in this order and for any shape: the integer sum becomes a float, is multiplied
 * by the scale of the activations, and is then added with a fused multiplication by the scale of the weights; minima
 * follow.
 */
final class ProductWriter {
    private static final General PANELS = RDI;
    private static final General TILE = RDX;
    private static final General OUT = RCX;
    private static final General OUT_STRIDE = R8;
    private static final General COUNT = R9;
    /** The end of the first panel, later the row that is stored. */
    private static final General END = R10;
    /** Remaining units of this head. */
    private static final General UNITS = RBX;

    private static final int ALIGNMENT = 32;

    private final Assembler code;
    private final Constants beside;
    private final PanelLayout layout;
    private final Shape shape;
    private final ProductRegisters registers;
    private final CodeReader codes;
    private final boolean inPlace;
    private final DotProducts dots;
    private final ScaleReader scales;
    private final boolean wide;
    private final Frame frame;

    /**
     * Parameters fixed in the code.
     *
     * @param rows of a tile
     * @param panels that are multiplied together
     * @param ahead prefetch distance of weights in bytes; 0 for none
     */
    record Shape(int rows, int panels, int ahead) {}

    private ProductWriter(Tier tier, PanelLayout layout, Shape shape) {
        this.layout = layout;
        this.shape = shape;
        code = new Assembler(tier.encoding());
        beside = new Constants(code);
        wide = tier.encoding() == VectorEncoding.EVEX;
        frame = Frame.of(
                List.of(PANELS, PANEL_BYTES, TILE, OUT, OUT_STRIDE, COUNT), scratch(layout, shape), tier.registers());
        frame.enter(code);
        registers = new ProductRegisters(tier, shape.rows, shape.panels);
        inPlace = DotProducts.inPlace(tier, layout, shape.rows);
        codes = new CodeReader(code, beside, layout, tier, registers, inPlace);
        dots = DotProducts.of(tier, code, beside, layout, registers, inPlace);
        scales = new ScaleReader(code, layout, registers, shape.panels);
    }

    /**
     * The code for a tier.
     *
     * @throws IllegalArgumentException if the shape needs too many registers
     */
    static Assembler write(Tier tier, PanelLayout layout, Shape shape) {
        var writer = new ProductWriter(tier, layout, shape);
        writer.write();
        return writer.code;
    }

    private static Set<General> scratch(PanelLayout layout, Shape shape) {
        var scratch = EnumSet.of(UNIT, LINES, END);
        if (layout.headBytes() > 0) {
            scratch.addAll(Set.of(UNITS, HEAD));
        }
        if (shape.panels > 3) {
            scratch.add(THREE_PANELS);
        }
        return scratch;
    }

    private void write() {
        boolean heads = layout.headBytes() > 0;
        if (shape.panels > 3) {
            code.lea(THREE_PANELS, Address.at(PANEL_BYTES, PANEL_BYTES, 2, 0));
        }
        var round = new Label();
        code.align(ALIGNMENT);
        code.place(round);
        round(heads);
        store();
        code.lea(PANELS, nextPanels());
        code.sub(COUNT, 1);
        code.jnz(round);
        frame.leave(code);
        beside.place();
    }

    private Address nextPanels() {
        return switch (shape.panels) {
            case 1, 2, 4 -> Address.at(PANELS, PANEL_BYTES, shape.panels, 0);
            default -> throw new IllegalArgumentException(shape.panels + " panels, expected 1, 2 or 4");
        };
    }

    /** All inputs of some panels. */
    private void round(boolean heads) {
        code.mov(UNIT, PANELS);
        code.lea(END, Address.at(PANELS, PANEL_BYTES, 1, 0));
        code.mov(LINES, TILE);
        for (var row : registers.sums) {
            for (var sum : row) {
                code.vpxor(sum, sum, sum);
            }
        }
        var block = new Label();
        code.align(ALIGNMENT);
        code.place(block);
        if (heads) {
            var unit = new Label();
            code.mov(HEAD, UNIT);
            scales.head();
            code.add(UNIT, layout.headBytes());
            code.mov(UNITS, layout.format().unitsOfHead());
            code.align(ALIGNMENT);
            code.place(unit);
            unit();
            code.sub(UNITS, 1);
            code.jnz(unit);
        } else {
            unit();
        }
        code.cmp(UNIT, END);
        code.jnz(block);
    }

    /** 32 inputs. */
    private void unit() {
        for (int line = 0; line < layout.unitBytes() && shape.ahead > 0; line += RoundedRow.LINE) {
            for (int panel = 0; panel < shape.panels; panel++) {
                code.prefetcht0(PanelCursor.unit(panel, shape.ahead + line));
            }
        }
        scales.unit();
        int groups = layout.format().scales().groups();
        int quads = Codes.QUADS / groups;
        for (int group = 0; group < groups; group++) {
            dots.begin(group);
            int lower = Math.clamp(Codes.NIBBLE_LINES - group * quads, 0, inPlace ? quads : 0);
            quads(group * quads + lower, (group + 1) * quads);
            if (inPlace && dots.hasUpper(group)) {
                dots.lower();
            }
            quads(group * quads, group * quads + lower);
            dots.end(group);
            scale(scales.scales(group));
        }
        var minima = layout.format().minima();
        for (int group = 0; minima != Minima.NONE && group < minima.groups(); group++) {
            minima(group);
        }
        code.add(UNIT, layout.unitBytes());
        code.add(LINES, RoundedRow.LINE * shape.rows);
    }

    private void quads(int from, int to) {
        for (int quad = from; quad < to; quad++) {
            for (int panel = 0; panel < shape.panels; panel++) {
                codes.read(panel, quad, dots.target(panel, quad));
            }
            dots.multiply(quad);
        }
    }

    private void scale(Vector[] weights) {
        boolean fromMemory = wide && shape.panels == 1;
        for (int row = 0; row < shape.rows; row++) {
            var activations = PanelCursor.line(row, RoundedRow.SCALE);
            if (!fromMemory) {
                code.vbroadcastss(registers.x, activations);
            }
            for (int panel = 0; panel < shape.panels; panel++) {
                var dot = registers.dots[row][panel];
                code.vcvtdq2ps(dot, dot);
                code.vmulps(dot, dot, fromMemory ? activations.each() : registers.x);
                code.vfmadd231ps(registers.sums[row][panel], dot, weights[panel]);
            }
        }
    }

    private void minima(int group) {
        boolean added = layout.format().minima() == Minima.HALVES;
        int total = RoundedRow.total(layout.format().minima(), group);
        scales.minima(registers.weights, group);
        for (int row = 0; row < shape.rows; row++) {
            code.vbroadcastss(registers.x, PanelCursor.line(row, total));
            for (int panel = 0; panel < shape.panels; panel++) {
                var sum = registers.sums[row][panel];
                if (added) {
                    code.vfmadd231ps(sum, registers.x, registers.weights[panel]);
                } else {
                    code.vfnmadd231ps(sum, registers.x, registers.weights[panel]);
                }
            }
        }
    }

    private void store() {
        int bytes = layout.lineBytes();
        code.mov(END, OUT);
        for (int row = 0; row < shape.rows; row++) {
            for (int panel = 0; panel < shape.panels; panel++) {
                code.vmovups(Address.at(END, bytes * panel), registers.sums[row][panel]);
            }
            if (row + 1 < shape.rows) {
                code.add(END, OUT_STRIDE);
            }
        }
        code.add(OUT, bytes * shape.panels);
    }
}
