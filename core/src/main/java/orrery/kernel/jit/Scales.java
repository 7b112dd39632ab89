package orrery.kernel.jit;

/** The factors of integer sums. */
enum Scales {
    /** An F16 per 32 inputs. */
    HALVES(0, 2, 1),
    /** An F16 per 256 inputs, times an unsigned byte per 32 of them. */
    UNSIGNED_BYTES(2, 1, 1),
    /** An F16 per 256 inputs, times a signed byte per 16 of them. */
    SIGNED_BYTES(2, 2, 2),
    /** A byte {@code e} per 32 inputs: {@code 2^(e - 127)}, and 0 if it is 0. */
    EXPONENTS(0, 1, 1),
    /** A float per 256 inputs, times a signed byte per 32 of them. */
    STEPS(4, 1, 1),
    /** A float per 256 inputs, times a signed byte per 16 of them. */
    STEPS_OF_HALVES(4, 2, 2),
    /** A float per 16 inputs. */
    FLOATS_OF_HALVES(0, 8, 2);

    private final int headBytes;
    private final int unitBytes;
    private final int groups;

    Scales(int headBytes, int unitBytes, int groups) {
        this.headBytes = headBytes;
        this.unitBytes = unitBytes;
        this.groups = groups;
    }

    /** Bytes per output for 256 inputs. */
    int headBytes() {
        return headBytes;
    }

    /** Bytes per output for 32 inputs. */
    int unitBytes() {
        return unitBytes;
    }

    /** How many groups of 32 inputs have their own scale. */
    int groups() {
        return groups;
    }
}
