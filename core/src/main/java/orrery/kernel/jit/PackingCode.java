package orrery.kernel.jit;

/** What brings blocks into one panel: emitted code, or {@link PlainPacking}. */
interface PackingCode {
    /**
     * Packs as many rows as a panel has outputs.
     *
     * @param rows address of the first
     * @param rowBytes from one to the next
     * @param panel where the panel begins
     * @param blocks of a row
     * @param faults where bits are set if a scale is no finite number: 0x8000, in any half of an output's 32 bits
     */
    void call(long rows, long rowBytes, long panel, long blocks, long faults);
}
