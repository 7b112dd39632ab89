package orrery.kernel.jit;

import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;
import static orrery.kernel.jit.Vector.ymm;

import java.util.List;
import java.util.Set;

/**
 * Emits code that rounds a row of activations to eight bits, 32 to a scale {@code largest / 127}, and writes them into
 * lines of a tile ({@link RoundedRow}). Called as {@code (x, line, lineStride, units)}: the row of floats, its first
 * line, bytes from one line to its next, and the number of units of 32 inputs.
 *
 * <p>The largest magnitude is found by comparing bits: magnitudes of floats are ordered like their bits, with infinity
 * and then NaN at the end. The scale of a block that contains one of those is NaN, so that every product with it is
 * NaN, too. A block whose largest is below {@code 2^-120}, for which 127 divided by it would be infinite, counts as
 * zero.
 *
 * <p>Eight lanes and VEX serve every tier: rounding is a hundredth of a product's work.
 */
final class RoundingWriter {
    private static final General X = RDI;
    private static final General LINE = RSI;
    private static final General STRIDE = RDX;
    private static final General UNITS = RCX;

    private static final int SIGN_CLEARED = 0x7FFFFFFF;
    static final int LARGEST_FINITE = Float.floatToRawIntBits(Float.MAX_VALUE);
    static final int SMALLEST = Float.floatToRawIntBits(0x1p-120f);
    private static final int BYTES_OF_ONE = 0x01010101;
    private static final int WORDS_OF_ONE = 0x00010001;
    /** Packing pairs of vectors leaves quads 0, 2, 4, 6, 1, 3, 5, 7. */
    private static final byte[] IN_ORDER = {
        0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 6, 0, 0, 0, 3, 0, 0, 0, 7, 0, 0, 0
    };

    /** Pairs of 64 bits, and of 32, exchanged. */
    private static final int OTHER_PAIR = 0x4E;

    private static final int OTHER_LANE = 0xB1;

    private final Assembler code = new Assembler(VectorEncoding.VEX);
    private final Constants beside = new Constants(code);
    private final Vector[] x = {ymm(0), ymm(1), ymm(2), ymm(3)};
    private final Vector[] sizes = {ymm(4), ymm(5), ymm(6), ymm(7)};
    private final Vector sizeBits = ymm(8);
    private final Vector order = ymm(9);
    private final Vector ones = ymm(10);
    private final Vector words = ymm(11);
    private final Vector largestFinite = ymm(12);
    private final Vector smallest = ymm(13);
    private final Vector steps = ymm(14);
    private final Vector spare = ymm(15);

    private RoundingWriter() {}

    static Assembler write() {
        var writer = new RoundingWriter();
        writer.writeAll();
        return writer.code;
    }

    private void writeAll() {
        var frame = Frame.of(List.of(X, LINE, STRIDE, UNITS), Set.of(), 16);
        frame.enter(code);
        code.vpbroadcastd(sizeBits, beside.of(SIGN_CLEARED));
        code.vmovdqu(order, beside.of(IN_ORDER));
        code.vpbroadcastd(ones, beside.of(BYTES_OF_ONE));
        code.vpbroadcastd(words, beside.of(WORDS_OF_ONE));
        code.vpbroadcastd(largestFinite, beside.of(LARGEST_FINITE));
        code.vpbroadcastd(smallest, beside.of(SMALLEST));
        code.vpbroadcastd(steps, beside.of(127f));
        var unit = new Label();
        code.align(32);
        code.place(unit);
        largest();
        scales();
        round();
        sums();
        code.add(X, PanelFormat.UNIT * Float.BYTES);
        code.add(LINE, STRIDE);
        code.sub(UNITS, 1);
        code.jnz(unit);
        frame.leave(code);
        beside.place();
    }

    /** The largest magnitude, in all lanes of the first of {@code sizes}. */
    private void largest() {
        for (int i = 0; i < x.length; i++) {
            code.vmovups(x[i], Address.at(X, 32 * i));
            code.vpand(sizes[i], sizeBits, x[i]);
        }
        var most = sizes[0];
        code.vpmaxsd(most, most, sizes[1]);
        code.vpmaxsd(sizes[2], sizes[2], sizes[3]);
        code.vpmaxsd(most, most, sizes[2]);
        code.vperm2i128(sizes[1], most, most, 1);
        code.vpmaxsd(most, most, sizes[1]);
        code.vpshufd(sizes[1], most, OTHER_PAIR);
        code.vpmaxsd(most, most, sizes[1]);
        code.vpshufd(sizes[1], most, OTHER_LANE);
        code.vpmaxsd(most, most, sizes[1]);
    }

    /** 127 divided by the largest in the second of {@code sizes}, the scale in the third. */
    private void scales() {
        var most = sizes[0];
        var inverse = sizes[1];
        var scale = sizes[2];
        var infinite = sizes[3];
        code.vpcmpgtd(infinite, most, largestFinite);
        code.vpcmpgtd(spare, most, smallest);
        code.vdivps(inverse, steps, most);
        code.vandps(inverse, inverse, spare);
        code.vandnps(inverse, infinite, inverse);
        code.vdivps(scale, most, steps);
        code.vorps(scale, scale, infinite); // a register of all ones is NaN
    }

    /** 32 bytes, in the first of {@code x}. */
    private void round() {
        var bytes = x[0];
        for (var part : x) {
            code.vmulps(part, part, sizes[1]);
            code.vcvtps2dq(part, part);
        }
        code.vpackssdw(x[0], x[0], x[1]);
        code.vpackssdw(x[2], x[2], x[3]);
        code.vpacksswb(bytes, x[0], x[2]);
        code.vpermd(bytes, order, bytes);
        code.vmovdqu(Address.at(LINE), bytes);
    }

    private void sums() {
        var low = x[0];
        var high = x[1];
        var both = x[2];
        var zero = x[3];
        code.vpmaddubsw(low, ones, x[0]);
        code.vpmaddwd(low, low, words);
        code.vpshufd(high, low, OTHER_PAIR);
        code.vpaddd(low, low, high);
        code.vpshufd(high, low, OTHER_LANE);
        code.vpaddd(low, low, high);
        code.vextracti128(high.xmm(), low, 1);
        code.vpaddd(both.xmm(), low.xmm(), high.xmm());
        code.vmovss(Address.at(LINE, RoundedRow.SCALE), sizes[2].xmm());
        scaled(both, RoundedRow.TOTAL);
        scaled(low, RoundedRow.TOTALS_OF_HALVES);
        scaled(high, RoundedRow.TOTALS_OF_HALVES + Float.BYTES);
        code.vpxor(zero, zero, zero);
        negated(zero, both, RoundedRow.NEGATIVE_SUM);
        negated(zero, low, RoundedRow.NEGATIVE_SUMS_OF_HALVES);
        negated(zero, high, RoundedRow.NEGATIVE_SUMS_OF_HALVES + Integer.BYTES);
    }

    private void scaled(Vector sum, int slot) {
        code.vcvtdq2ps(spare.xmm(), sum.xmm());
        code.vmulps(spare.xmm(), spare.xmm(), sizes[2].xmm());
        code.vmovss(Address.at(LINE, slot), spare.xmm());
    }

    private void negated(Vector zero, Vector sum, int slot) {
        code.vpsubd(sum.xmm(), zero.xmm(), sum.xmm());
        code.vmovd(Address.at(LINE, slot), sum.xmm());
    }
}
