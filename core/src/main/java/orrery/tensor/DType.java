package orrery.tensor;

/** How one element of a tensor is stored. Little-endian throughout. */
public enum DType {
    /** IEEE 754 binary64. */
    F64(8),
    /** IEEE 754 binary32. */
    F32(4),
    /** IEEE 754 binary16. */
    F16(2),
    /** The upper half of a binary32. */
    BF16(2),
    /** Eight bits: sign, 4 exponent, 3 mantissa; no infinities, largest 448 (OCP 8-bit floating point, arXiv 2209.05433). */
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
    BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
