package orrery.kernel.jit;

/** What is added to every weight of a group, times the sum of its activations. */
enum Minima {
    NONE(0, 0),
    /** An F16 for 32 inputs, added. */
    HALVES(0, 2),
    /** For 256 inputs an F16, for 32 of them an unsigned byte; their product is subtracted. */
    UNSIGNED_BYTES(2, 1);

    private final int headBytes;
    private final int unitBytes;

    Minima(int headBytes, int unitBytes) {
        this.headBytes = headBytes;
        this.unitBytes = unitBytes;
    }

    /** Bytes of an output for 256 inputs. */
    int headBytes() {
        return headBytes;
    }

    /** Bytes of an output for 32 inputs. */
    int unitBytes() {
        return unitBytes;
    }
}
