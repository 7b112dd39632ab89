package orrery.kernel.jit;

import java.util.Optional;
import orrery.quant.IQ4_NL;
import orrery.quant.MXFP4;
import orrery.tensor.DType;

/**
 * The meaning of a format's numbers in panels: {@code scale * (code - 2^centreBits) + minimum}, with formats named as
 * in llama.cpp ({@code ggml-common.h}).
 *
 * @param codes the integers
 * @param centreBits codes have the offset {@code 2^centreBits}; 0 for no offset
 * @param values the sixteen signed bytes that {@link Codes#CHOICES} select from; otherwise empty. Not to be changed
 */
record PanelFormat(Codes codes, int centreBits, Scales scales, Minima minima, byte[] values) {
    /** Inputs that share a scale of activations: the unit of all layouts. */
    static final int UNIT = 32;

    /** The number of values that four bits can select. */
    static final int CHOICES = 16;

    private PanelFormat(Codes codes, int centreBits, Scales scales, Minima minima) {
        this(codes, centreBits, scales, minima, new byte[0]);
    }

    private static final PanelFormat Q8_0 = new PanelFormat(Codes.BYTES, 7, Scales.HALVES, Minima.NONE);
    private static final PanelFormat Q4_0 = new PanelFormat(Codes.NIBBLES, 3, Scales.HALVES, Minima.NONE);
    private static final PanelFormat Q4_1 = new PanelFormat(Codes.NIBBLES, 0, Scales.HALVES, Minima.HALVES);
    private static final PanelFormat Q5_0 = new PanelFormat(Codes.NIBBLES_AND_BITS, 4, Scales.HALVES, Minima.NONE);
    private static final PanelFormat Q5_1 = new PanelFormat(Codes.NIBBLES_AND_BITS, 0, Scales.HALVES, Minima.HALVES);
    private static final PanelFormat Q4_K =
            new PanelFormat(Codes.NIBBLES, 0, Scales.UNSIGNED_BYTES, Minima.UNSIGNED_BYTES);
    private static final PanelFormat Q5_K =
            new PanelFormat(Codes.NIBBLES_AND_BITS, 0, Scales.UNSIGNED_BYTES, Minima.UNSIGNED_BYTES);
    private static final PanelFormat Q6_K =
            new PanelFormat(Codes.NIBBLES_AND_PAIRS, 5, Scales.SIGNED_BYTES, Minima.NONE);
    private static final PanelFormat IQ4_NL_CHOICES =
            new PanelFormat(Codes.CHOICES, 7, Scales.HALVES, Minima.NONE, IQ4_NL.values());
    private static final PanelFormat MXFP4_CHOICES =
            new PanelFormat(Codes.CHOICES, 4, Scales.EXPONENTS, Minima.NONE, MXFP4.values());

    private static final PanelFormat Q2_K =
            new PanelFormat(Codes.NIBBLES, 0, Scales.STEPS_OF_HALVES, Minima.STEPS_OF_HALVES);
    private static final PanelFormat Q3_K = new PanelFormat(Codes.NIBBLES, 3, Scales.STEPS_OF_HALVES, Minima.NONE);
    private static final PanelFormat IQ1_S = choices(Scales.STEPS, -9, -7, -1, 1, 7, 9);
    private static final PanelFormat IQ1_M = choices(Scales.STEPS_OF_HALVES, -9, -7, -1, 1, 7, 9);
    private static final PanelFormat IQ2_XXS = choices(Scales.STEPS, -43, -25, -8, 8, 25, 43);
    private static final PanelFormat IQ2 = choices(Scales.STEPS_OF_HALVES, -43, -25, -8, 8, 25, 43);
    private static final PanelFormat IQ3_XXS =
            choices(Scales.STEPS, -62, -52, -44, -36, -28, -20, -12, -4, 4, 12, 20, 28, 36, 44, 52, 62);
    private static final PanelFormat IQ3_S =
            choices(Scales.STEPS, -15, -13, -11, -9, -7, -5, -3, -1, 1, 3, 5, 7, 9, 11, 13, 15);
    private static final PanelFormat IQ4_XS =
            new PanelFormat(Codes.CHOICES, 7, Scales.STEPS, Minima.NONE, IQ4_NL.values());
    private static final PanelFormat NVFP4 =
            new PanelFormat(Codes.CHOICES, 4, Scales.FLOATS_OF_HALVES, Minima.NONE, MXFP4.values());

    private static PanelFormat choices(Scales scales, int... values) {
        var all = new byte[CHOICES];
        for (int i = 0; i < values.length; i++) {
            all[i] = (byte) values[i];
        }
        return new PanelFormat(Codes.CHOICES, 7, scales, Minima.NONE, all);
    }

    /** The format of a dtype; empty if its elements are not integers in blocks. */
    static Optional<PanelFormat> of(DType dtype) {
        return switch (dtype) {
            case Q8_0 -> Optional.of(Q8_0);
            case Q4_0 -> Optional.of(Q4_0);
            case Q4_1 -> Optional.of(Q4_1);
            case Q5_0 -> Optional.of(Q5_0);
            case Q5_1 -> Optional.of(Q5_1);
            case Q4_K -> Optional.of(Q4_K);
            case Q5_K -> Optional.of(Q5_K);
            case Q6_K -> Optional.of(Q6_K);
            case IQ4_NL -> Optional.of(IQ4_NL_CHOICES);
            case MXFP4 -> Optional.of(MXFP4_CHOICES);
            case Q1_0, Q2_0, TQ1_0, TQ2_0 -> Optional.of(Q4_0);
            case Q2_K -> Optional.of(Q2_K);
            case Q3_K -> Optional.of(Q3_K);
            case IQ1_S -> Optional.of(IQ1_S);
            case IQ1_M -> Optional.of(IQ1_M);
            case IQ2_XXS -> Optional.of(IQ2_XXS);
            case IQ2_XS, IQ2_S -> Optional.of(IQ2);
            case IQ3_XXS -> Optional.of(IQ3_XXS);
            case IQ3_S -> Optional.of(IQ3_S);
            case IQ4_XS -> Optional.of(IQ4_XS);
            case NVFP4 -> Optional.of(NVFP4);
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL -> Optional.empty();
        };
    }

    /** The offset of a code. */
    int centre() {
        return centreBits == 0 ? 0 : 1 << centreBits;
    }

    /** The value of a four-bit code. */
    int value(int code) {
        return codes == Codes.CHOICES ? values[code] : code - centre();
    }

    /** Bytes per output before the units of 256 inputs. */
    int headBytes() {
        return scales.headBytes() + minima.headBytes();
    }

    /** Units that share a head; 1 if there is none. */
    int unitsOfHead() {
        return headBytes() == 0 ? 1 : 8;
    }
}
