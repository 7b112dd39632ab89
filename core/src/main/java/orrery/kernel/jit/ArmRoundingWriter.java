package orrery.kernel.jit;

import static orrery.kernel.jit.arm.ArmGeneral.X0;
import static orrery.kernel.jit.arm.ArmGeneral.X1;
import static orrery.kernel.jit.arm.ArmGeneral.X2;
import static orrery.kernel.jit.arm.ArmGeneral.X3;

import orrery.kernel.jit.arm.ArmAssembler;
import orrery.kernel.jit.arm.ArmGeneral;
import orrery.kernel.jit.arm.ArmLabel;
import orrery.kernel.jit.arm.ArmVector;

/** The counterpart of {@link RoundingWriter} for Arm: the same arguments and the same lines. */
final class ArmRoundingWriter {
    private static final ArmGeneral X = X0;
    private static final ArmGeneral LINE = X1;
    private static final ArmGeneral STRIDE = X2;
    private static final ArmGeneral UNITS = X3;

    private static final int VECTOR_BYTES = 16;
    private static final int PARTS = PanelFormat.UNIT / 4;

    private final ArmAssembler code = new ArmAssembler();
    private final ArmRegisters registers = new ArmRegisters();
    private final ArmVector[] x = registers.take(PARTS);
    private final ArmVector[] sizes = registers.take(PARTS / 2);
    private final ArmVector largestFinite = registers.take();
    private final ArmVector smallest = registers.take();
    private final ArmVector steps = registers.take();
    private final ArmVector largest = registers.take();
    private final ArmVector inverse = registers.take();
    private final ArmVector scale = registers.take();
    private final ArmVector spare = registers.take();

    private ArmRoundingWriter() {}

    static byte[] write() {
        var writer = new ArmRoundingWriter();
        writer.writeAll();
        return writer.code.finish();
    }

    private void writeAll() {
        registers.save(code);
        code.ldr(largestFinite, code.literal(RoundingWriter.LARGEST_FINITE));
        code.ldr(smallest, code.literal(RoundingWriter.SMALLEST));
        code.ldr(steps, code.literal(Float.floatToRawIntBits(127)));
        var unit = new ArmLabel();
        code.align();
        code.place(unit);
        largest();
        scales();
        round();
        sums();
        code.add(X, X, PanelFormat.UNIT * Float.BYTES);
        code.add(LINE, LINE, STRIDE);
        code.subs(UNITS, UNITS, 1);
        code.bne(unit);
        registers.restore(code);
        code.ret();
    }

    /** The bits of the largest magnitude, in all lanes. */
    private void largest() {
        for (int i = 0; i < PARTS; i++) {
            code.ldr(x[i], X, VECTOR_BYTES * i);
            var size = i < sizes.length ? sizes[i] : spare;
            code.fabs(size.s4(), x[i].s4());
            if (i >= sizes.length) {
                var most = sizes[i - sizes.length];
                code.smax(most.s4(), most.s4(), size.s4());
            }
        }
        code.smax(sizes[0].s4(), sizes[0].s4(), sizes[1].s4());
        code.smax(sizes[2].s4(), sizes[2].s4(), sizes[3].s4());
        code.smax(sizes[0].s4(), sizes[0].s4(), sizes[2].s4());
        code.smaxv(largest.s(), sizes[0].s4());
        code.dup(largest.s4(), largest.s4(0));
    }

    private void scales() {
        var infinite = sizes[0];
        var large = sizes[1];
        code.cmgt(infinite.s4(), largest.s4(), largestFinite.s4());
        code.cmgt(large.s4(), largest.s4(), smallest.s4());
        code.fdiv(inverse.s4(), steps.s4(), largest.s4());
        code.and(inverse.b16(), inverse.b16(), large.b16());
        code.bic(inverse.b16(), inverse.b16(), infinite.b16());
        code.fdiv(scale.s4(), largest.s4(), steps.s4());
        code.orr(scale.b16(), scale.b16(), infinite.b16()); // a register of all ones is NaN
    }

    /** 32 bytes, in the first and the fifth register of {@code x}. */
    private void round() {
        for (var part : x) {
            code.fmul(part.s4(), part.s4(), inverse.s4());
            code.fcvtns(part.s4(), part.s4());
        }
        for (int i = 0; i < PARTS; i += 2) {
            code.sqxtn(x[i].h4(), x[i].s4());
            code.sqxtn2(x[i].h8(), x[i + 1].s4());
        }
        for (int i = 0; i < PARTS; i += 4) {
            code.sqxtn(x[i].b8(), x[i].h8());
            code.sqxtn2(x[i].b16(), x[i + 2].h8());
            code.str(x[i], LINE, VECTOR_BYTES * (i / 4));
        }
    }

    private void sums() {
        var first = x[0];
        var second = x[4];
        var both = x[1];
        sum(first);
        sum(second);
        code.add(both.s4(), first.s4(), second.s4());
        code.str(scale.s(), LINE, RoundedRow.SCALE);
        scaled(both, RoundedRow.TOTAL);
        scaled(first, RoundedRow.TOTALS_OF_HALVES);
        scaled(second, RoundedRow.TOTALS_OF_HALVES + Float.BYTES);
        negated(both, RoundedRow.NEGATIVE_SUM);
        negated(first, RoundedRow.NEGATIVE_SUMS_OF_HALVES);
        negated(second, RoundedRow.NEGATIVE_SUMS_OF_HALVES + Integer.BYTES);
    }

    /** The sum of sixteen bytes, in 32 bits. */
    private void sum(ArmVector bytes) {
        code.saddlv(bytes.h(), bytes.b16());
        code.sxtl(bytes.s4(), bytes.h4());
    }

    private void scaled(ArmVector sum, int slot) {
        code.scvtf(spare.s4(), sum.s4());
        code.fmul(spare.s4(), spare.s4(), scale.s4());
        code.str(spare.s(), LINE, slot);
    }

    private void negated(ArmVector sum, int slot) {
        code.neg(sum.s4(), sum.s4());
        code.str(sum.s(), LINE, slot);
    }
}
