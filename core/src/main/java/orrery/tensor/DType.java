package orrery.tensor;

/**
 * How the elements of a tensor are stored; always little-endian.
 *
 * <p>From {@link #Q8_0} on, elements are stored in blocks with their own scales, as in GGUF files
 * (github.com/ggml-org/ggml, {@code ggml-common.h}); {@code orrery.quant.BlockFormat} describes each block. FP8's
 * scales are in a separate tensor ({@link BlockScales}), and its elements are stored individually.
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
    /** 32 elements of four bits with offset 8 and an F16 scale. */
    Q4_0(32, 18),
    /** 32 elements of four bits, an F16 scale and an F16 minimum. */
    Q4_1(32, 20),
    /** 32 elements of five bits with offset 16 and an F16 scale. */
    Q5_0(32, 22),
    /** 32 elements of five bits, an F16 scale and an F16 minimum. */
    Q5_1(32, 24),
    /** 256 elements of four bits in eight groups; their six-bit scales and minima have F16 scales themselves. */
    Q4_K(256, 144),
    /** 256 elements of five bits, otherwise as {@link #Q4_K}. */
    Q5_K(256, 176),
    /** 256 elements of six bits with offset 32 in sixteen groups with eight-bit scales, and an F16 scale of those. */
    Q6_K(256, 210),
    /** 32 indices into sixteen fixed non-uniform values, and an F16 scale. */
    IQ4_NL(32, 18),
    /** 32 floats of four bits (E2M1) and a power-of-two scale (OCP Microscaling Formats 1.0). */
    MXFP4(32, 17),
    /** 128 signs and an F16 scale. */
    Q1_0(128, 18),
    /** 64 elements of two bits with offset 1 and an F16 scale. */
    Q2_0(64, 18),
    /** 256 elements of two bits in sixteen groups; their four-bit scales and minima have F16 scales themselves. */
    Q2_K(256, 84),
    /** 256 elements of three bits with offset 4 in sixteen groups with six-bit scales, and an F16 scale of those. */
    Q3_K(256, 110),
    /** 256 elements in groups of eight, each an index into 2,048 groups of -1, 0 and 1, with eight scales. */
    IQ1_S(256, 50),
    /** The same with sixteen scales. */
    IQ1_M(256, 56),
    /** 256 elements in groups of eight, each an index into 256 groups plus signs, with eight scales. */
    IQ2_XXS(256, 66),
    /** The same with 512 groups and sixteen scales. */
    IQ2_XS(256, 74),
    /** The same with 1,024 groups and a sign for every element. */
    IQ2_S(256, 82),
    /** 256 elements in groups of four, each an index into 256 groups, plus signs, with eight scales. */
    IQ3_XXS(256, 98),
    /** The same with 512 groups and a sign for every element. */
    IQ3_S(256, 110),
    /**
     * 256 indices into the values of {@link #IQ4_NL} in eight groups with six-bit scales, and an F16 scale of those.
     */
    IQ4_XS(256, 136),
    /** 256 ternary elements, five per byte, and an F16 scale. */
    TQ1_0(256, 54),
    /** 256 elements of two bits with offset 1, and an F16 scale. */
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

    /** Whether elements are stored in blocks, so that one alone has no bytes of its own. */
    public boolean blocked() {
        return blockElements > 1;
    }

    /** Whether an element is an eight-bit float, for which files have a scale factor per block of a matrix. */
    public boolean isFp8() {
        return this == F8_E4M3 || this == F8_E5M2;
    }

    /** Elements per block; 1 if elements are stored individually. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes per block. */
    public int blockBytes() {
        return blockBytes;
    }

    /**
     * Bytes per element.
     *
     * @throws IllegalStateException if elements are stored in blocks
     */
    public int bytes() {
        if (blocked()) {
            throw new IllegalStateException("one element of " + this + " has no bytes of its own");
        }
        return blockBytes;
    }

    /**
     * This dtype, or its substitute if a row is not a whole number of blocks: blocks of 32 that are about as precise or
     * more, and F16 if those do not fit either. The substitutes are those of {@code llama-quant.cpp} of
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
     * Bytes of {@code elements}.
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
