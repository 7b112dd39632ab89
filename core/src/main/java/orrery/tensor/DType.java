package orrery.tensor;

/**
 * How the elements of a tensor are stored. Little-endian throughout.
 *
 * <p>From {@link #Q8_0} on, elements are stored in blocks with a scale of their own, as GGUF files have them
 * (github.com/ggml-org/ggml, {@code ggml-common.h}); {@code orrery.quant.BlockFormat} says what each block means. FP8's
 * scales lie in a tensor of their own ({@link BlockScales}) and its elements stand alone.
 */
public enum DType {
    /** IEEE 754 binary64. */
    F64(8),
    /** IEEE 754 binary32. */
    F32(4),
    /** IEEE 754 binary16. */
    F16(2),
    /** The upper half of a binary32. */
    BF16(2),
    /**
     * Eight bits: sign, 4 exponent, 3 mantissa; no infinities, largest 448 (OCP 8-bit floating point, arXiv
     * 2209.05433).
     */
    F8_E4M3(1),
    /** Eight bits: sign, 5 exponent, 2 mantissa; infinities and NaN as in IEEE 754 (arXiv 2209.05433). */
    F8_E5M2(1),
    /** Two's complement, eight bytes. */
    I64(8),
    /** Two's complement, four bytes. */
    I32(4),
    /** Two's complement, two bytes. */
    I16(2),
    /** Two's complement, one byte. */
    I8(1),
    /** Unsigned, one byte. */
    U8(1),
    /** One byte: 0 is false, 1 is true. */
    BOOL(1),
    /** 32 elements of eight bits and an F16 scale. */
    Q8_0(32, 34),
    /** 32 elements of four bits around 8 and an F16 scale. */
    Q4_0(32, 18),
    /** 32 elements of four bits, an F16 scale and an F16 minimum. */
    Q4_1(32, 20),
    /** 32 elements of five bits around 16 and an F16 scale. */
    Q5_0(32, 22),
    /** 32 elements of five bits, an F16 scale and an F16 minimum. */
    Q5_1(32, 24),
    /** 256 elements of four bits in eight groups, whose scales and minima of six bits are scaled in F16 themselves. */
    Q4_K(256, 144),
    /** 256 elements of five bits, otherwise as {@link #Q4_K}. */
    Q5_K(256, 176),
    /** 256 elements of six bits around 32 in sixteen groups with scales of eight bits, and an F16 scale of those. */
    Q6_K(256, 210),
    /** 32 choices among sixteen fixed unequally spaced values and an F16 scale. */
    IQ4_NL(32, 18),
    /** 32 floats of four bits (E2M1) and a power of two (OCP Microscaling Formats 1.0). */
    MXFP4(32, 17),
    /** 128 signs and an F16 scale. */
    Q1_0(128, 18),
    /** 64 elements of two bits around 1 and an F16 scale. */
    Q2_0(64, 18),
    /** 256 elements of two bits in sixteen groups, whose scales and minima of four bits are scaled in F16. */
    Q2_K(256, 84),
    /** 256 elements of three bits around 4 in sixteen groups with scales of six bits, and an F16 scale of those. */
    Q3_K(256, 110),
    /** 256 elements in runs of eight, each a choice among 2,048 runs of -1, 0 and 1, with eight scales. */
    IQ1_S(256, 50),
    /** The same with sixteen scales. */
    IQ1_M(256, 56),
    /** 256 elements in runs of eight, each a choice among 256 runs and signs, with eight scales. */
    IQ2_XXS(256, 66),
    /** The same with 512 runs and sixteen scales. */
    IQ2_XS(256, 74),
    /** The same with 1,024 runs and a sign for every element. */
    IQ2_S(256, 82),
    /** 256 elements in runs of four, each a choice among 256 runs, and signs, with eight scales. */
    IQ3_XXS(256, 98),
    /** The same with 512 runs and a sign for every element. */
    IQ3_S(256, 110),
    /** 256 choices among the values of {@link #IQ4_NL} in eight groups with scales of six bits, scaled in F16. */
    IQ4_XS(256, 136),
    /** 256 elements of three values, five a byte, and an F16 scale. */
    TQ1_0(256, 54),
    /** 256 elements of two bits around 1, and an F16 scale. */
    TQ2_0(256, 66),
    /** 64 floats of four bits (E2M1) in four groups with scales in E4M3. */
    NVFP4(64, 36);

    private final int blockElements;
    private final int blockBytes;

    DType(int bytes) {
        this(1, bytes);
    }

    DType(int blockElements, int blockBytes) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** Whether elements share blocks, so that one alone has no bytes of its own. */
    public boolean blocked() {
        return blockElements > 1;
    }

    /** Whether an element is a float of eight bits, for which files have a factor for each block of a matrix. */
    public boolean isFp8() {
        return this == F8_E4M3 || this == F8_E5M2;
    }

    /** Elements that are stored together: 1 where each stands alone. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes of what is stored together. */
    public int blockBytes() {
        return blockBytes;
    }

    /**
     * Bytes of one element that stands alone.
     *
     * @throws IllegalStateException if elements share blocks
     */
    public int bytes() {
        if (blocked()) {
            throw new IllegalStateException("one element of " + this + " has no bytes of its own");
        }
        return blockBytes;
    }

    /**
     * This, or what takes its place where the elements of a row are no whole number of its blocks: blocks of 32 that
     * are about as precise or more, and F16 where those do not fit either. They are those of {@code llama-quant.cpp} of
     * github.com/ggml-org/llama.cpp.
     */
    public DType fitting(long columns) {
        return columns % blockElements == 0 ? this : withSmallerBlocks().fitting(columns);
    }

    private DType withSmallerBlocks() {
        return switch (this) {
            case Q1_0, Q2_0, Q2_K, Q3_K, IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> IQ4_NL;
            case TQ1_0, TQ2_0 -> Q4_0;
            case NVFP4 -> MXFP4;
            case Q4_K -> Q5_0;
            case Q5_K -> Q5_1;
            case Q6_K -> Q8_0;
            case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4 -> F16;
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL -> this;
        };
    }

    /**
     * Bytes of so many elements.
     *
     * @throws IllegalArgumentException if that is not a whole number of blocks
     * @throws ArithmeticException if it exceeds a {@code long}
     */
    public long bytes(long elements) {
        if (elements % blockElements != 0) {
            throw new IllegalArgumentException(
                    elements + " elements are not a whole number of " + this + " blocks of " + blockElements);
        }
        return Math.multiplyExact(elements / blockElements, blockBytes);
    }
}
