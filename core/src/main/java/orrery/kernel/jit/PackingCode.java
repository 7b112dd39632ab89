package orrery.kernel.jit;

/** Packs blocks into one panel: emitted code, or {@link PlainPacking}. */
interface PackingCode {
    /**
     * Packs as many rows as a panel has outputs.
     *
     * @param rows address of the first
     * @param rowBytes from one to the next
     * @param panel the panel's address
     * @param blocks per row
     * @param faults where 0x8000 is set, in either half of an output's 32 bits, if a scale is not finite
     */
    void call(long rows, long rowBytes, long panel, long blocks, long faults);
}
