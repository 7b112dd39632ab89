package orrery.kernel.jit;

/** What is added to every weight of a group, times the sum of its activations. */
enum Minima {
    NONE(0, 0, 1),
    /** An F16 for 32 inputs, added. */
    HALVES(0, 2, 1),
    /** For 256 inputs an F16, for 32 of them an unsigned byte; their product is subtracted. */
    UNSIGNED_BYTES(2, 1, 1),
    /** For 256 inputs a float, for 16 of them a signed byte; their product is subtracted. */
    STEPS_OF_HALVES(4, 2, 2);

    private final int headBytes;
    private final int unitBytes;
    private final int groups;

    Minima(int headBytes, int unitBytes, int groups) {
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

    /** How many groups of inputs have a minimum of their own among 32. */
    int groups() {
        return groups;
    }
}
