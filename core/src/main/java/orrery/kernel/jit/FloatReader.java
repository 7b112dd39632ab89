package orrery.kernel.jit;

import java.nio.ByteBuffer;
import orrery.tensor.DType;

/**
 * Emits the instructions that widen stored weights to floats, exactly: F32, F16, BF16, and FP8 (arXiv:2209.05433):
 * E5M2, which is the upper byte of an F16, and E4M3, except for the remaining {@link #factor}. It never reads beyond
 * the requested elements.
 */
final class FloatReader {
    private static final Opmask TAIL = Opmask.K1;
    private static final Opmask NOT_A_NUMBER = Opmask.K2;

    /** The bits of an E4M3 byte, shifted by 7, at the places of an F16's sign and magnitude; two of them. */
    private static final int PLACED = 0xbf80bf80;

    /** The factor by which such an F16 is too small: E4M3's exponent bias is 7, F16's is 15. */
    private static final float REBIAS = 0x1p8f;

    /** The one NaN magnitude of E4M3, in every byte; E4M3 has no infinities. */
    private static final int NAN_BYTES = 0x7f7f7f7f;

    private static final int ONES = 0x01010101;
    private static final int HIGHEST_BITS = 0x80808080;
    private static final int QUIET_NAN = 0x7fc00000;

    private final Assembler code;
    private final Constants beside;
    private final Vector.Kind kind;
    private final boolean wide;
    private final DType dtype;
    private final Vector spare;
    private final int tail;
    private final Address tailMask;

    /**
     * A reader.
     *
     * @param spare a vector register that each read overwrites
     * @param tail elements of the last vector of a run, 0 if all are whole
     */
    FloatReader(Assembler code, Constants beside, Tier tier, DType dtype, Vector spare, int tail) {
        this.code = code;
        this.beside = beside;
        kind = tier.kind();
        wide = tier.encoding() == VectorEncoding.EVEX;
        this.dtype = dtype;
        this.spare = spare;
        this.tail = tail;
        tailMask = wide ? beside.of(0) : beside.of(mask());
    }

    /** All bits of the lanes that the last vector has. */
    private byte[] mask() {
        var mask = ByteBuffer.allocate(kind.bytes());
        for (int i = 0; i < tail; i++) {
            mask.putInt(-1);
        }
        return mask.array();
    }

    /** Whether weights of that dtype are supported. */
    static boolean takes(DType dtype) {
        return switch (dtype) {
            case F32, F16, BF16, F8_E4M3, F8_E5M2 -> true;
            default -> false;
        };
    }

    /** The power of two by which sums of products with such weights have to be multiplied at the end. */
    static float factor(DType dtype) {
        return dtype == DType.F8_E4M3 ? REBIAS : 1;
    }

    /** Whether {@link #readSized} leaves NaN detection to {@link #note}. */
    static boolean notes(DType dtype) {
        return dtype == DType.F8_E4M3;
    }

    /** Builds the mask of a run's last vector, if the tier has masks; overwrites {@code temporary}. */
    void begin(General temporary) {
        if (wide && tail > 0) {
            code.mov(temporary, (1L << tail) - 1);
            code.kmovd(TAIL, temporary);
        }
    }

    /** A whole vector. */
    void read(Vector to, Address from) {
        switch (dtype) {
            case F32 -> code.vmovups(to, from);
            case F16 -> code.vcvtph2ps(to, from);
            case BF16 -> {
                code.vpmovzxwd(to, from);
                code.vpslld(to, to, 16);
            }
            case F8_E5M2 -> upperHalves(to, from);
            case F8_E4M3 -> {
                if (wide) {
                    code.vmovdqu(spare.xmm(), from);
                } else {
                    code.vmovq(spare.xmm(), from);
                }
                eightBits(to);
            }
            default -> throw new IllegalArgumentException("weights in " + dtype + " are not read as floats");
        }
    }

    /** A whole vector of unconverted BF16, two per lane, or the last one of a run, padded with 0; not in VEX. */
    void readPairs(Vector to, Address from, boolean last) {
        if (last) {
            code.vmovdqu16(to.zeroed(TAIL), from);
        } else {
            code.vmovdqu(to, from);
        }
    }

    /** The last vector of a run; lanes beyond its end become 0. Overwrites {@code temporary}. */
    void readTail(Vector to, Address from, General temporary) {
        if (dtype == DType.F32) {
            floats(to, from);
            return;
        }
        if (!wide) {
            oneByOne(to, from, temporary);
        } else if (dtype.isFp8()) {
            code.vmovdqu8(spare.xmm().zeroed(TAIL), from);
        } else {
            code.vmovdqu16(spare.half().zeroed(TAIL), from);
        }
        switch (dtype) {
            case F16 -> code.vcvtph2ps(to, spare.half());
            case BF16 -> {
                code.vpmovzxwd(to, spare.half());
                code.vpslld(to, to, 16);
            }
            case F8_E5M2 -> upperHalves(to, spare.xmm());
            case F8_E4M3 -> eightBits(to);
            default -> throw new IllegalArgumentException("weights in " + dtype + " are not read as floats");
        }
    }

    /** The last vector of a run of F32, whatever the weights are. */
    void floats(Vector to, Address from) {
        if (wide) {
            code.vmovups(to.zeroed(TAIL), from);
        } else {
            code.vmovups(spare, tailMask);
            code.vmaskmovps(to, spare, from);
        }
    }

    /** Writes as many lanes of floats as the last vector of a run has. */
    void storeTail(Address to, Vector from) {
        if (wide) {
            code.vmovups(to.masked(TAIL), from);
        } else {
            code.vmovups(spare, tailMask);
            code.vmaskmovps(to, spare, from);
        }
    }

    /** At most seven elements of one or two bytes, the last one first: VEX has no masks for them. */
    private void oneByOne(Vector to, Address from, General temporary) {
        var all = spare.xmm();
        int bytes = dtype.bytes();
        code.vpxor(all, all, all);
        for (int i = tail - 1; i >= 0; i--) {
            code.vpslldq(all, all, bytes);
            if (bytes == 1) {
                code.movzx8(temporary, from.plus(i));
            } else {
                code.movzx16(temporary, from.plus(i * bytes));
            }
            code.vmovd(to.xmm(), temporary);
            code.vpor(all, all, to.xmm());
        }
    }

    /** From as many bytes as there are lanes. */
    private void upperHalves(Vector to, Operand.VectorOrMemory bytes) {
        code.vpmovsxbw(to.half(), bytes);
        code.vpsllw(to.half(), to.half(), Byte.SIZE);
        code.vcvtph2ps(to, to.half());
    }

    /** From the bytes in the spare register. */
    private void eightBits(Vector to) {
        var bytes = spare.xmm();
        sized(to, bytes);
        var nan = beside.ofEach(NAN_BYTES, kind);
        code.vpand(bytes, bytes, nan);
        if (wide) {
            code.vpcmpub(NOT_A_NUMBER, Opmask.K0, bytes, nan, 0);
            code.vorps(to.masked(NOT_A_NUMBER), to, beside.ofEach(QUIET_NAN, kind));
        } else {
            code.vpcmpeqb(bytes, bytes, nan);
            code.vpmovsxbd(spare, bytes);
            code.vorps(to, to, spare);
        }
    }

    /** The NaN magnitude is converted like a number. */
    private void sized(Vector to, Operand.VectorOrMemory bytes) {
        code.vpmovsxbw(to.half(), bytes);
        code.vpsllw(to.half(), to.half(), 7);
        code.vpand(to.half(), to.half(), beside.ofEach(PLACED, kind));
        code.vcvtph2ps(to, to.half());
    }

    /** A whole vector; {@link #note} finds NaN, if {@link #notes} says so. */
    void readSized(Vector to, Address from) {
        if (notes(dtype)) {
            sized(to, from);
        } else {
            read(to, from);
        }
    }

    /** Records NaN among as many bytes as a vector has. */
    void note(Vector noted, Address from) {
        code.vmovdqu(spare, from);
        code.vpand(spare, spare, beside.ofEach(NAN_BYTES, kind));
        code.vpaddb(spare, spare, beside.ofEach(ONES, kind));
        code.vpor(noted, noted, spare);
    }

    /** Turns some lanes of sums into NaN if {@link #note} found any; overwrites {@code noted}. */
    void spoil(Vector[] sums, Vector noted) {
        var highest = beside.ofEach(HIGHEST_BITS, kind);
        if (wide) {
            code.vptestmd(NOT_A_NUMBER, Opmask.K0, noted, highest);
            for (var sum : sums) {
                code.vorps(sum.masked(NOT_A_NUMBER), sum, beside.ofEach(QUIET_NAN, kind));
            }
            return;
        }
        code.vpand(noted, noted, highest);
        code.vpxor(spare, spare, spare);
        code.vpcmpeqd(noted, noted, spare);
        code.vpcmpeqd(spare, spare, spare);
        code.vpxor(noted, noted, spare);
        for (var sum : sums) {
            code.vorps(sum, sum, noted);
        }
    }
}
