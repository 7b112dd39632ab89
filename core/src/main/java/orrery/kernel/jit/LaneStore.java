package orrery.kernel.jit;

import static orrery.kernel.jit.General.RDX;

/** Emits the instructions that store 32-bit lanes into a panel: whole, or the lowest bits of each. */
final class LaneStore {
    /** The address of the panel's block. */
    static final General BLOCK = RDX;

    private static final int EVEN_QUARTERS = 0x08;

    private final Assembler code;
    private final boolean wide;
    private final Vector spare;
    private final Vector other;
    private final Address lowWords;
    private final Address lowBytes;

    /** Uses two vector registers, from {@code first} on. */
    LaneStore(Assembler code, Constants beside, Tier tier, int first) {
        this.code = code;
        wide = tier.encoding() == VectorEncoding.EVEX;
        spare = tier.kind().of(first);
        other = tier.kind().of(first + 1);
        lowWords = beside.ofEach(0xFFFF, tier.kind());
        lowBytes = beside.ofEach(0xFF, tier.kind());
    }

    /** All of each lane. */
    void words32(Vector from, int offset) {
        code.vmovdqu(Address.at(BLOCK, offset), from);
    }

    /** The lower sixteen bits. */
    void words16(Vector from, int offset) {
        if (wide) {
            code.vpmovdw(Address.at(BLOCK, offset), from);
            return;
        }
        code.vpand(spare, from, lowWords);
        code.vpackusdw(spare, spare, spare);
        code.vpermq(spare, spare, EVEN_QUARTERS);
        code.vmovdqu(Address.at(BLOCK, offset), spare.xmm());
    }

    /** The lower eight bits. */
    void bytes(Vector from, int offset) {
        if (wide) {
            code.vpmovdb(Address.at(BLOCK, offset), from);
            return;
        }
        code.vpand(spare, from, lowBytes);
        code.vpackusdw(spare, spare, spare);
        code.vpackuswb(spare, spare, spare);
        code.vextracti128(other.xmm(), spare, 1);
        code.vpunpckldq(spare.xmm(), spare.xmm(), other.xmm());
        code.vmovq(Address.at(BLOCK, offset), spare.xmm());
    }
}
