package orrery.kernel.jit;

import static orrery.kernel.jit.Tuple.DWORD;
import static orrery.kernel.jit.Tuple.FULL;
import static orrery.kernel.jit.Tuple.HALF;
import static orrery.kernel.jit.Tuple.QUARTER;
import static orrery.kernel.jit.Tuple.QWORD;
import static orrery.kernel.jit.Tuple.WHOLE;
import static orrery.kernel.jit.Tuple.WORD;
import static orrery.kernel.jit.Tuple.XMM;
import static orrery.kernel.jit.Tuple.YMM;
import static orrery.kernel.jit.VectorInstruction.Forms.BOTH;
import static orrery.kernel.jit.VectorInstruction.Forms.EVEX;
import static orrery.kernel.jit.VectorInstruction.Forms.VEX;
import static orrery.kernel.jit.VectorInstruction.Prefix.NP;
import static orrery.kernel.jit.VectorInstruction.Prefix.P66;
import static orrery.kernel.jit.VectorInstruction.Prefix.PF2;
import static orrery.kernel.jit.VectorInstruction.Prefix.PF3;
import static orrery.kernel.jit.VectorInstruction.Space.M0F;
import static orrery.kernel.jit.VectorInstruction.Space.M0F38;
import static orrery.kernel.jit.VectorInstruction.Space.M0F3A;
import static orrery.kernel.jit.VectorInstruction.W.W0;
import static orrery.kernel.jit.VectorInstruction.W.W1;
import static orrery.kernel.jit.VectorInstruction.W.W1_EVEX;

import java.util.Locale;

/**
 * The vector instructions as in the manual's opcode column, one per row: {@code EVEX.512.66.0F38.W0 50 /r} with tuple
 * type Full is {@code (P66, M0F38, W0, 0x50, FULL, …)}. Source: Intel 64 and IA-32 Architectures Software Developer's
 * Manual, volume 2.
 *
 * <p>If EVEX has another name for the same instruction ({@code vpandd}, {@code vmovdqu32}, {@code vextractf32x4},
 * {@code vrndscaleps}), the row has VEX's name and serves both.
 */
enum VectorInstruction {
    // float arithmetic
    VADDPS(NP, M0F, W0, 0x58, FULL, BOTH),
    VSUBPS(NP, M0F, W0, 0x5C, FULL, BOTH),
    VMULPS(NP, M0F, W0, 0x59, FULL, BOTH),
    VDIVPS(NP, M0F, W0, 0x5E, FULL, BOTH),
    VMINPS(NP, M0F, W0, 0x5D, FULL, BOTH),
    VMAXPS(NP, M0F, W0, 0x5F, FULL, BOTH),
    VSQRTPS(NP, M0F, W0, 0x51, FULL, BOTH),
    VANDPS(NP, M0F, W0, 0x54, FULL, BOTH),
    VANDNPS(NP, M0F, W0, 0x55, FULL, BOTH),
    VORPS(NP, M0F, W0, 0x56, FULL, BOTH),
    VXORPS(NP, M0F, W0, 0x57, FULL, BOTH),
    VFMADD213PS(P66, M0F38, W0, 0xA8, FULL, BOTH),
    VFMADD231PS(P66, M0F38, W0, 0xB8, FULL, BOTH),
    VFMSUB213PS(P66, M0F38, W0, 0xAA, FULL, BOTH),
    VFNMADD231PS(P66, M0F38, W0, 0xBC, FULL, BOTH),
    VMULSS(PF3, M0F, W0, 0x59, DWORD, BOTH),
    VDIVSS(PF3, M0F, W0, 0x5E, DWORD, BOTH),
    VDPBF16PS(PF3, M0F38, W0, 0x52, FULL, EVEX),
    VCMPPS(NP, M0F, W0, 0xC2, WHOLE, VEX),
    // conversions
    VCVTDQ2PS(NP, M0F, W0, 0x5B, FULL, BOTH),
    VCVTPS2DQ(P66, M0F, W0, 0x5B, FULL, BOTH),
    VCVTPH2PS(P66, M0F38, W0, 0x13, HALF, BOTH),
    VCVTPS2PH(P66, M0F3A, W0, 0x1D, HALF, BOTH),
    VCVTNEPS2BF16(PF3, M0F38, W0, 0x72, FULL, EVEX),
    // moves
    VMOVUPS(NP, M0F, W0, 0x10, WHOLE, BOTH),
    VMOVUPS_STORE(NP, M0F, W0, 0x11, WHOLE, BOTH),
    VMOVAPS(NP, M0F, W0, 0x28, WHOLE, BOTH),
    VMOVAPS_STORE(NP, M0F, W0, 0x29, WHOLE, BOTH),
    VMOVDQU(PF3, M0F, W0, 0x6F, WHOLE, BOTH),
    VMOVDQU_STORE(PF3, M0F, W0, 0x7F, WHOLE, BOTH),
    VMOVDQA(P66, M0F, W0, 0x6F, WHOLE, BOTH),
    VMOVDQA_STORE(P66, M0F, W0, 0x7F, WHOLE, BOTH),
    VMOVDQU8(PF2, M0F, W0, 0x6F, WHOLE, EVEX),
    VMOVDQU8_STORE(PF2, M0F, W0, 0x7F, WHOLE, EVEX),
    VMOVDQU16(PF2, M0F, W1, 0x6F, WHOLE, EVEX),
    VMOVDQU16_STORE(PF2, M0F, W1, 0x7F, WHOLE, EVEX),
    VMASKMOVPS(P66, M0F38, W0, 0x2C, WHOLE, VEX),
    VMASKMOVPS_STORE(P66, M0F38, W0, 0x2E, WHOLE, VEX),
    VMOVSS(PF3, M0F, W0, 0x10, DWORD, BOTH),
    VMOVSS_STORE(PF3, M0F, W0, 0x11, DWORD, BOTH),
    VMOVD(P66, M0F, W0, 0x6E, DWORD, BOTH),
    VMOVD_STORE(P66, M0F, W0, 0x7E, DWORD, BOTH),
    VMOVQ(P66, M0F, W1, 0x6E, QWORD, BOTH),
    VMOVQ_STORE(P66, M0F, W1, 0x7E, QWORD, BOTH),
    VBROADCASTSS(P66, M0F38, W0, 0x18, DWORD, BOTH),
    VBROADCASTI128(P66, M0F38, W0, 0x5A, XMM, BOTH),
    VPBROADCASTW(P66, M0F38, W0, 0x79, WORD, BOTH),
    VPBROADCASTD(P66, M0F38, W0, 0x58, DWORD, BOTH),
    VPBROADCASTW_GENERAL(P66, M0F38, W0, 0x7B, WORD, EVEX),
    VPBROADCASTD_GENERAL(P66, M0F38, W0, 0x7C, DWORD, EVEX),
    // parts and order of lanes
    VEXTRACTF128(P66, M0F3A, W0, 0x19, XMM, BOTH),
    VEXTRACTI128(P66, M0F3A, W0, 0x39, XMM, BOTH),
    VINSERTI128(P66, M0F3A, W0, 0x38, XMM, BOTH),
    VEXTRACTF32X8(P66, M0F3A, W0, 0x1B, YMM, EVEX),
    VSHUFPS(NP, M0F, W0, 0xC6, FULL, BOTH),
    VUNPCKLPS(NP, M0F, W0, 0x14, FULL, BOTH),
    VUNPCKHPS(NP, M0F, W0, 0x15, FULL, BOTH),
    VPERMILPS(P66, M0F3A, W0, 0x04, FULL, BOTH),
    VPERMPS(P66, M0F38, W0, 0x16, FULL, BOTH),
    VPERMD(P66, M0F38, W0, 0x36, FULL, BOTH),
    VPERMQ(P66, M0F3A, W1, 0x00, FULL, BOTH),
    VPERM2F128(P66, M0F3A, W0, 0x06, WHOLE, VEX),
    VPERM2I128(P66, M0F3A, W0, 0x46, WHOLE, VEX),
    VSHUFF32X4(P66, M0F3A, W0, 0x23, FULL, EVEX),
    VPSHUFB(P66, M0F38, W0, 0x00, WHOLE, BOTH),
    VPSHUFD(P66, M0F, W0, 0x70, FULL, BOTH),
    VPUNPCKLDQ(P66, M0F, W0, 0x62, FULL, BOTH),
    VPUNPCKHDQ(P66, M0F, W0, 0x6A, FULL, BOTH),
    VPUNPCKLQDQ(P66, M0F, W1_EVEX, 0x6C, FULL, BOTH),
    VPUNPCKHQDQ(P66, M0F, W1_EVEX, 0x6D, FULL, BOTH),
    VPACKSSWB(P66, M0F, W0, 0x63, WHOLE, BOTH),
    VPACKUSWB(P66, M0F, W0, 0x67, WHOLE, BOTH),
    VPACKSSDW(P66, M0F, W0, 0x6B, FULL, BOTH),
    VPACKUSDW(P66, M0F38, W0, 0x2B, FULL, BOTH),
    VBLENDVPS(P66, M0F3A, W0, 0x4A, WHOLE, VEX),
    VBLENDMPS(P66, M0F38, W0, 0x65, FULL, EVEX),
    // dot products of integers
    VPDPBUSD(P66, M0F38, W0, 0x50, FULL, BOTH),
    VPMADDUBSW(P66, M0F38, W0, 0x04, WHOLE, BOTH),
    VPMADDWD(P66, M0F, W0, 0xF5, WHOLE, BOTH),
    // integer arithmetic
    VPADDB(P66, M0F, W0, 0xFC, WHOLE, BOTH),
    VPADDW(P66, M0F, W0, 0xFD, WHOLE, BOTH),
    VPADDD(P66, M0F, W0, 0xFE, FULL, BOTH),
    VPADDQ(P66, M0F, W1_EVEX, 0xD4, FULL, BOTH),
    VPSUBD(P66, M0F, W0, 0xFA, FULL, BOTH),
    VPABSB(P66, M0F38, W0, 0x1C, WHOLE, BOTH),
    VPSIGNB(P66, M0F38, W0, 0x08, WHOLE, VEX),
    VPMAXSD(P66, M0F38, W0, 0x3D, FULL, BOTH),
    VPAND(P66, M0F, W0, 0xDB, FULL, BOTH),
    VPOR(P66, M0F, W0, 0xEB, FULL, BOTH),
    VPXOR(P66, M0F, W0, 0xEF, FULL, BOTH),
    VPTERNLOGD(P66, M0F3A, W0, 0x25, FULL, EVEX),
    // shifts
    VPSHIFTW(P66, M0F, W0, 0x71, WHOLE, BOTH),
    VPSHIFTD(P66, M0F, W0, 0x72, FULL, BOTH),
    VPSHIFTDQ(P66, M0F, W0, 0x73, WHOLE, BOTH),
    // wider and narrower integers
    VPMOVSXBW(P66, M0F38, W0, 0x20, HALF, BOTH),
    VPMOVSXBD(P66, M0F38, W0, 0x21, QUARTER, BOTH),
    VPMOVZXBD(P66, M0F38, W0, 0x31, QUARTER, BOTH),
    VPMOVZXWD(P66, M0F38, W0, 0x33, HALF, BOTH),
    VPMOVDB(PF3, M0F38, W0, 0x31, QUARTER, EVEX),
    VPMOVDW(PF3, M0F38, W0, 0x33, HALF, EVEX),
    // masks
    VCMPPS_MASK(NP, M0F, W0, 0xC2, FULL, EVEX),
    VPCMPUB(P66, M0F3A, W0, 0x3E, WHOLE, EVEX),
    VPTESTMD(P66, M0F38, W0, 0x27, FULL, EVEX),
    VPCMPEQB(P66, M0F, W0, 0x74, WHOLE, VEX),
    VPCMPEQD(P66, M0F, W0, 0x76, WHOLE, VEX),
    VPCMPGTD(P66, M0F, W0, 0x66, WHOLE, VEX);

    private final Prefix prefix;
    private final Space space;
    private final W w;
    private final int code;
    private final Tuple tuple;
    private final Forms forms;

    VectorInstruction(Prefix prefix, Space space, W w, int code, Tuple tuple, Forms forms) {
        this.prefix = prefix;
        this.space = space;
        this.w = w;
        this.code = code;
        this.tuple = tuple;
        this.forms = forms;
    }

    /** The prefix that selects among the meanings of a code, in the order of the field pp. */
    enum Prefix {
        NP,
        P66,
        PF3,
        PF2
    }

    /** The opcode map: the value of the field mmm. */
    enum Space {
        M0F,
        M0F38,
        M0F3A;

        int bits() {
            return ordinal() + 1;
        }
    }

    /** The bit W; in VEX it is often ignored, and 0 there allows the short prefix. */
    enum W {
        W0,
        W1,
        /** 0 in VEX, 1 in EVEX. */
        W1_EVEX;

        int bit(VectorEncoding encoding) {
            return this == W1 || (this == W1_EVEX && encoding == VectorEncoding.EVEX) ? 1 : 0;
        }
    }

    /** The encodings in which it exists. */
    enum Forms {
        VEX,
        EVEX,
        BOTH
    }

    Prefix prefix() {
        return prefix;
    }

    Space space() {
        return space;
    }

    int code() {
        return code;
    }

    Tuple tuple() {
        return tuple;
    }

    boolean exists(VectorEncoding encoding) {
        return forms == BOTH || (forms == EVEX) == (encoding == VectorEncoding.EVEX);
    }

    int w(VectorEncoding encoding) {
        return w.bit(encoding);
    }

    /** Whether a mask may select the lanes of its destination. */
    boolean takesMask() {
        return switch (this) {
            case VMOVD, VMOVD_STORE, VMOVQ, VMOVQ_STORE, VPSHIFTDQ -> false;
            default -> true;
        };
    }

    /** Whether it exists for vectors of that width. */
    boolean has(Vector.Kind kind) {
        return switch (this) {
            case VMULSS, VDIVSS, VMOVSS, VMOVSS_STORE -> kind == Vector.Kind.XMM;
            case VMOVD, VMOVD_STORE, VMOVQ, VMOVQ_STORE -> kind == Vector.Kind.XMM;
            case VEXTRACTF32X8 -> kind == Vector.Kind.ZMM;
            case VEXTRACTF128,
                    VEXTRACTI128,
                    VINSERTI128,
                    VBROADCASTI128,
                    VPERMPS,
                    VPERMD,
                    VPERMQ,
                    VPERM2F128,
                    VPERM2I128,
                    VSHUFF32X4 -> kind != Vector.Kind.XMM;
            default -> true;
        };
    }

    /** As in a listing, for messages. */
    String mnemonic() {
        return name().replaceAll("_.*", "").toLowerCase(Locale.ROOT);
    }
}
