package orrery.kernel.jit;

/** How much of a vector an operand in memory has. */
enum Tuple {
    /** All of it, or one element for all lanes. */
    FULL,
    /** All of it. */
    WHOLE,
    HALF,
    QUARTER,
    BYTE,
    WORD,
    DWORD,
    QWORD,
    XMM,
    YMM;

    /** Bytes in memory; EVEX scales short displacements by this. */
    int bytes(Vector.Kind kind) {
        return switch (this) {
            case FULL, WHOLE -> kind.bytes();
            case HALF -> kind.bytes() / 2;
            case QUARTER -> kind.bytes() / 4;
            case BYTE -> 1;
            case WORD -> 2;
            case DWORD -> 4;
            case QWORD -> 8;
            case XMM -> 16;
            case YMM -> 32;
        };
    }

    /** The operand's width if it is a register. */
    Vector.Kind register(Vector.Kind kind) {
        return switch (this) {
            case FULL, WHOLE -> kind;
            case HALF -> kind.half();
            case QUARTER -> kind.half().half();
            case BYTE, WORD, DWORD, QWORD, XMM -> Vector.Kind.XMM;
            case YMM -> Vector.Kind.YMM;
        };
    }
}
