package orrery.kernel.jit;

/** What sums of whole numbers are multiplied with. */
enum Scales {
    /** An F16 for 32 inputs. */
    HALVES(0, 2, 1),
    /** For 256 inputs an F16, for 32 of them an unsigned byte that is multiplied with it. */
    UNSIGNED_BYTES(2, 1, 1),
    /** For 256 inputs an F16, for 16 of them a signed byte that is multiplied with it. */
    SIGNED_BYTES(2, 2, 2),
    /** For 32 inputs a byte {@code e}: {@code 2^(e - 127)}, and nothing at all where it is 0. */
    EXPONENTS(0, 1, 1),
    /** For 256 inputs a float, for 32 of them a signed byte that is multiplied with it. */
    STEPS(4, 1, 1),
    /** For 256 inputs a float, for 16 of them a signed byte that is multiplied with it. */
    STEPS_OF_HALVES(4, 2, 2),
    /** A float for 16 inputs. */
    FLOATS_OF_HALVES(0, 8, 2);

    private final int headBytes;
    private final int unitBytes;
    private final int groups;

    Scales(int headBytes, int unitBytes, int groups) {
        this.headBytes = headBytes;
        this.unitBytes = unitBytes;
        this.groups = groups;
    }

    /** Bytes of an output for 256 inputs. */
    int headBytes() {
        return headBytes;
    }

    /** Bytes of an output for 32 inputs. */
    int unitBytes() {
        return unitBytes;
    }

    /** How many groups of inputs have a scale of their own among 32. */
    int groups() {
        return groups;
    }
}
