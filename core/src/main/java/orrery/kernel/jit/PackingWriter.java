package orrery.kernel.jit;

import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.RCX;

import java.util.EnumSet;
import java.util.List;
import orrery.tensor.DType;

/**
 * Emits code that packs the blocks of a file into a panel ({@link PanelLayout}); {@code orrery.quant} defines the
 * blocks.
 *
 * <p>The code is called as {@code (rows, rowBytes, panel, blocks, faults)}: the address of the first of as many rows as
 * a panel has outputs, bytes from one to the next, the panel's address, the blocks per row, and an address where 0x8000
 * is set, in either half of a vector's lanes, if a scale is not finite.
 */
final class PackingWriter {
    private static final General BLOCKS = RCX;
    private static final General FAULTS = R8;

    private static final int NIBBLES = 0x0F0F0F0F;
    private static final int ONE_BIT = 0x01010101;
    private static final int TWO_BITS = 0x03030303;
    private static final int SIX_BITS = 0x3F3F3F3F;
    private static final int UPPER_TWO_OF_SIX = 0x30303030;
    private static final int SIGNS = 0x80808080;
    private static final int HALF = 0x0000FFFF;

    private final Assembler code;
    private final Constants beside;
    private final DType dtype;
    private final PanelLayout layout;
    private final Tier tier;
    private final RowReader rows;
    private final LaneStore store;
    private final Vector[] low;
    private final Vector[] high;
    private final Vector faults;
    private final Vector spare;
    private final Vector other;

    private PackingWriter(Tier tier, DType dtype, PanelLayout layout) {
        this.tier = tier;
        this.dtype = dtype;
        this.layout = layout;
        code = new Assembler(tier.encoding());
        beside = new Constants(code);
        var kind = tier.kind();
        low = RowReader.registers(kind, 0, 4);
        high = RowReader.registers(kind, 4, 4);
        // While rows are read, nothing else uses registers, so the stores may use the same ones.
        rows = new RowReader(code, kind, 8);
        store = new LaneStore(code, beside, tier, 8);
        spare = kind.of(10);
        other = kind.of(11);
        faults = kind.of(tier.registers() > 16 ? 16 : 15);
    }

    /** The code for weights of a dtype. */
    static Assembler write(Tier tier, DType dtype, PanelLayout layout) {
        var writer = new PackingWriter(tier, dtype, layout);
        writer.writeAll();
        return writer.code;
    }

    private void writeAll() {
        var frame = Frame.of(
                List.of(RowReader.FIRST_ROW, RowReader.ROW_BYTES, LaneStore.BLOCK, BLOCKS, FAULTS),
                EnumSet.of(RowReader.THREE_ROWS, General.R9, General.R10, General.R11),
                tier.registers());
        frame.enter(code);
        rows.begin();
        boolean faultsKept = tier.registers() > 16;
        if (faultsKept) {
            code.vpxor(faults, faults, faults);
        }
        var block = new Label();
        code.align(32);
        code.place(block);
        block();
        rows.advance(dtype.blockBytes());
        code.add(LaneStore.BLOCK, layout.blockBytes());
        code.sub(BLOCKS, 1);
        code.jnz(block);
        if (faultsKept) {
            code.vmovdqu(Address.at(FAULTS), faults);
        }
        frame.leave(code);
        beside.place();
    }

    private void block() {
        switch (dtype) {
            case Q8_0 -> {
                halves(0, 0);
                for (int half = 0; half < 2; half++) {
                    rows.read(2 + 16 * half, low);
                    for (int i = 0; i < 4; i++) {
                        if (!layout.signed()) {
                            code.vpxor(low[i], low[i], each(SIGNS));
                        }
                        store.words32(low[i], layout.line(4 * half + i));
                    }
                }
            }
            case Q4_0, IQ4_NL -> {
                halves(0, 0);
                nibbles(2);
            }
            case Q4_1 -> {
                twoHalves();
                nibbles(4);
            }
            case Q5_0 -> {
                halves(0, 0);
                rows.read(2, low);
                fifthsInARow(low[0]);
                nibbles(6);
            }
            case Q5_1 -> {
                twoHalves();
                fifthsInARow(low[1]);
                nibbles(8);
            }
            case MXFP4 -> {
                exponents();
                nibbles(1);
            }
            case Q4_K -> {
                sixBitScales();
                for (int run = 0; run < 4; run++) {
                    groupsOfNibbles(16 + 32 * run, 2 * run, 2 * run + 1);
                }
            }
            case Q5_K -> {
                sixBitScales();
                fifthsInColumns(16);
                for (int run = 0; run < 4; run++) {
                    groupsOfNibbles(48 + 32 * run, 2 * run, 2 * run + 1);
                }
            }
            case Q6_K -> {
                signedScales();
                for (int half = 0; half < 2; half++) {
                    pairsInColumns(128 + 32 * half, 4 * half);
                    groupsOfNibbles(64 * half, 4 * half, 4 * half + 2);
                    groupsOfNibbles(64 * half + 32, 4 * half + 1, 4 * half + 3);
                }
            }
            case Q1_0,
                    Q2_0,
                    Q2_K,
                    Q3_K,
                    IQ1_S,
                    IQ1_M,
                    IQ2_XXS,
                    IQ2_XS,
                    IQ2_S,
                    IQ3_XXS,
                    IQ3_S,
                    IQ4_XS,
                    TQ1_0,
                    TQ2_0,
                    NVFP4 -> throw new IllegalArgumentException(dtype + " is not packed");
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException(dtype + " is not packed");
        }
    }

    /** The address of a vector with the same number in every lane. */
    private Address each(int value) {
        return beside.ofEach(value, tier.kind());
    }

    /** The offset of a byte of a group of 32 inputs in the panel's block. */
    private int unit(int group, int offset) {
        return layout.headBytes() + group * layout.unitBytes() + offset;
    }

    /** Marks F16 exponents that are all ones; the mask says which halves of lanes contain an F16. */
    private void check(Vector halves, int mask) {
        code.vpand(spare, halves, each(0x7C007C00 & mask));
        code.vpaddw(spare, spare, each(0x04000400 & mask));
        if (tier.registers() > 16) {
            code.vpor(faults, faults, spare);
        } else {
            code.vpor(spare, spare, Address.at(FAULTS));
            code.vmovdqu(Address.at(FAULTS), spare);
        }
    }

    /** An F16 in the first bytes of a block. */
    private void halves(int from, int to) {
        rows.read(from, low);
        check(low[0], HALF);
        store.words16(low[0], to);
    }

    /** Two of them: a scale and a minimum. Leaves the first sixteen bytes of the block in {@link #low}. */
    private void twoHalves() {
        rows.read(0, low);
        check(low[0], ~0);
        store.words16(low[0], 0);
        code.vpsrld(low[0], low[0], 16);
        store.words16(low[0], layout.headBytes() > 0 ? layout.minimaHead() : layout.minima());
    }

    /** MXFP4's exponents, for doubled values. Numbers below 2^-123 become zero. */
    private void exponents() {
        rows.read(0, low);
        code.vpand(low[0], low[0], each(0xFF));
        code.vpmaxsd(low[0], low[0], each(1));
        code.vpsubd(low[0], low[0], each(1));
        store.bytes(low[0], 0);
    }

    /** Sixteen bytes, unchanged. */
    private void nibbles(int from) {
        rows.read(from, low);
        for (int i = 0; i < 4; i++) {
            store.words32(low[i], layout.line(i));
        }
    }

    /** Lower nibbles of 32 bytes for one group, upper ones for another. */
    private void groupsOfNibbles(int from, int lower, int upper) {
        rows.read(from, low);
        rows.read(from + 16, high);
        for (int i = 0; i < 4; i++) {
            code.vpand(spare, high[i], each(NIBBLES));
            code.vpslld(spare, spare, 4);
            code.vpand(other, low[i], each(NIBBLES));
            code.vpor(spare, spare, other);
            store.words32(spare, unit(lower, layout.line(i)));
            code.vpsrld(other, low[i], 4);
            code.vpand(other, other, each(NIBBLES));
            code.vpand(spare, high[i], each(~NIBBLES));
            code.vpor(spare, spare, other);
            store.words32(spare, unit(upper, layout.line(i)));
        }
    }

    /**
     * 32 bits, input after input, become four bytes with a bit of each quad: the indices of the bits are permuted from
     * {@code q2 q1 q0 i1 i0} to {@code i1 i0 q2 q1 q0}, by four exchanges of two index bits.
     */
    private void fifthsInARow(Vector bits) {
        exchange(bits, 4, 1);
        exchange(bits, 3, 0);
        exchange(bits, 2, 1);
        exchange(bits, 1, 0);
        store.words32(bits, layout.line(Codes.NIBBLE_LINES));
    }

    /** Exchanges the bits whose index has a bit {@code a} and no bit {@code b} with those that have the reverse. */
    private void exchange(Vector bits, int b, int a) {
        int mask = 0;
        for (int i = 0; i < Integer.SIZE; i++) {
            mask |= (i >> a & 1 & ~(i >> b)) << i;
        }
        int by = (1 << b) - (1 << a);
        code.vpsrld(spare, bits, by);
        code.vpxor(spare, spare, bits);
        code.vpand(spare, spare, each(mask));
        code.vpxor(bits, bits, spare);
        code.vpslld(spare, spare, by);
        code.vpxor(bits, bits, spare);
    }

    /** Fifth bits of eight groups, each in one bit of the same 32 bytes. */
    private void fifthsInColumns(int from) {
        rows.read(from, low);
        rows.read(from + 16, high);
        for (int group = 0; group < 8; group++) {
            for (int quad = 0; quad < Codes.QUADS; quad++) {
                gather(quad < 4 ? low[quad] : high[quad - 4], quad - group, ONE_BIT << quad, quad == 0);
            }
            store.words32(other, unit(group, layout.line(Codes.NIBBLE_LINES)));
        }
    }

    /** Fifth and sixth bits of four groups, each in two bits of the same 32 bytes. */
    private void pairsInColumns(int from, int firstGroup) {
        rows.read(from, low);
        rows.read(from + 16, high);
        for (int run = 0; run < 4; run++) {
            for (int line = 0; line < 2; line++) {
                for (int quad = 0; quad < 4; quad++) {
                    gather((line == 0 ? low : high)[quad], 2 * quad - 2 * run, TWO_BITS << (2 * quad), quad == 0);
                }
                store.words32(other, unit(firstGroup + run, layout.line(Codes.NIBBLE_LINES + line)));
            }
        }
    }

    /** Merges some bits of {@code from}, shifted left, with those in {@code other}. */
    private void gather(Vector from, int left, int mask, boolean first) {
        var to = first ? other : spare;
        if (left > 0) {
            code.vpslld(to, from, left);
            code.vpand(to, to, each(mask));
        } else if (left < 0) {
            code.vpsrld(to, from, -left);
            code.vpand(to, to, each(mask));
        } else {
            code.vpand(to, from, each(mask));
        }
        if (!first) {
            code.vpor(other, other, spare);
        }
    }

    /** Scales and minima of six bits: {@code orrery.quant.SixBits} defines their order. */
    private void sixBitScales() {
        twoHalves();
        var scales = low[1];
        var minima = low[2];
        var upper = low[3];
        // The last four first, because the first four then lose their upper bits.
        code.vpand(high[0], upper, each(NIBBLES));
        code.vpsrld(spare, scales, 2);
        code.vpand(spare, spare, each(UPPER_TWO_OF_SIX));
        code.vpor(high[0], high[0], spare);
        code.vpsrld(high[1], upper, 4);
        code.vpand(high[1], high[1], each(NIBBLES));
        code.vpsrld(spare, minima, 2);
        code.vpand(spare, spare, each(UPPER_TWO_OF_SIX));
        code.vpor(high[1], high[1], spare);
        code.vpand(scales, scales, each(SIX_BITS));
        code.vpand(minima, minima, each(SIX_BITS));
        for (int group = 0; group < 8; group++) {
            byteOf(group < 4 ? scales : high[0], group % 4, unit(group, layout.scales(0)));
            byteOf(group < 4 ? minima : high[1], group % 4, unit(group, layout.minima()));
        }
    }

    /** Q6_K's sixteen signed scales, and their F16 in the last two bytes of the block. */
    private void signedScales() {
        rows.read(dtype.blockBytes() - RowReader.BYTES, low);
        code.vpsrld(low[3], low[3], 16);
        check(low[3], HALF);
        store.words16(low[3], 0);
        rows.read(192, low);
        for (int i = 0; i < 16; i++) {
            byteOf(low[i / 4], i % 4, unit(i / 2, layout.scales(i % 2)));
        }
    }

    /** One of the four bytes of each lane. */
    private void byteOf(Vector from, int number, int to) {
        if (number == 0) {
            store.bytes(from, to);
        } else {
            code.vpsrld(spare, from, 8 * number);
            store.bytes(spare, to);
        }
    }
}
