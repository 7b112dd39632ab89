package orrery.kernel.jit;

/**
 * The layout of a panel. A panel contains as many outputs as a vector has 32-bit lanes, contiguously: for every 32
 * inputs a <em>unit</em> of scales, minima and lines of codes, each of them with the values of all outputs side by
 * side; and before eight units, if the format has scales of scales, a <em>head</em> with those.
 *
 * @param format the meaning of the numbers
 * @param lanes outputs per panel
 * @param signed whether bytes are stored as signed numbers, for processors that can only multiply those exactly
 * @param pairs whether a vector has eight inputs of two outputs, for processors that multiply matrices, instead of four
 *     inputs of every output
 */
record PanelLayout(PanelFormat format, int lanes, boolean signed, boolean pairs) {

    /**
     * The layout for a processor. Without VNNI, two products of unsigned bytes overflow 16 bits; signed ones just fit.
     */
    static PanelLayout of(PanelFormat format, Tier tier) {
        return new PanelLayout(format, tier.lanes(), wide(format) && tier == Tier.AVX2, false);
    }

    /** The layout for an Arm processor, whose products take two signed numbers. */
    static PanelLayout of(PanelFormat format, ArmTier tier) {
        return new PanelLayout(format, ArmTier.LANES, wide(format), tier == ArmTier.NEON_I8MM);
    }

    private static boolean wide(PanelFormat format) {
        return format.codes() == Codes.BYTES || format.codes() == Codes.CHOICES;
    }

    /** Bits of the codes' offset; 0 for none. */
    int centreBits() {
        return signed ? 0 : format.centreBits();
    }

    /** Bytes of a line of codes. */
    int lineBytes() {
        return Integer.BYTES * lanes;
    }

    /** Bytes before eight units. */
    int headBytes() {
        return lanes * format.headBytes();
    }

    /** The offset of the minima's factors in the head; those of scales come first. */
    int minimaHead() {
        return lanes * format.scales().headBytes();
    }

    int unitBytes() {
        return codes() + format.codes().lines() * lineBytes();
    }

    /** The offset of the scales of a group in a unit. */
    int scales(int group) {
        return lanes * format.scales().unitBytes() / format.scales().groups() * group;
    }

    /** The offset of the minima in a unit. */
    int minima() {
        return minima(0);
    }

    /** The offset of the minima of a group in a unit. */
    int minima(int group) {
        var minima = format.minima();
        return lanes * (format.scales().unitBytes() + minima.unitBytes() / minima.groups() * group);
    }

    /** The offset of the lines of codes in a unit. */
    int codes() {
        return minima() + lanes * format.minima().unitBytes();
    }

    /** The offset of a line of codes in a unit. */
    int line(int line) {
        return codes() + line * lineBytes();
    }

    /** In which of a unit's eight vectors the number of an output and one of 32 inputs is. */
    int vector(int output, int input) {
        return pairs ? input / 8 * 2 + output / 2 : input / Integer.BYTES;
    }

    /** In which byte of that vector it is. */
    int place(int output, int input) {
        return pairs ? output % 2 * 8 + input % 8 : output * Integer.BYTES + input % Integer.BYTES;
    }

    /** Bytes of the units that share a head, including the head. */
    int blockBytes() {
        return headBytes() + format.unitsOfHead() * unitBytes();
    }

    /** Bytes of a panel of {@code inputs}. */
    long panelBytes(int inputs) {
        return (long) inputs / (PanelFormat.UNIT * format.unitsOfHead()) * blockBytes();
    }

    /** Panels for {@code outputs}; the last may be padded with zeros. */
    int panels(int outputs) {
        return (outputs + lanes - 1) / lanes;
    }
}
