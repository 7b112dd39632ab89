package orrery.kernel.jit;

/** The minimum of each group of weights, which is multiplied by the sum of the group's activations and added. */
enum Minima {
    NONE(0, 0, 1),
    /** An F16 per 32 inputs, added. */
    HALVES(0, 2, 1),
    /** An F16 per 256 inputs and an unsigned byte per 32 of them; their product is subtracted. */
    UNSIGNED_BYTES(2, 1, 1),
    /** A float per 256 inputs and a signed byte per 16 of them; their product is subtracted. */
    STEPS_OF_HALVES(4, 2, 2);

    private final int headBytes;
    private final int unitBytes;
    private final int groups;

    Minima(int headBytes, int unitBytes, int groups) {
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

    /** How many groups of 32 inputs have their own minimum. */
    int groups() {
        return groups;
    }
}
