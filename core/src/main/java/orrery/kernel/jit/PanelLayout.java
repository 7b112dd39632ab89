package orrery.kernel.jit;

/**
 * Where everything of a panel lies. A panel holds as many outputs as a vector has 32-bit lanes, in one run of memory:
 * for every 32 inputs a <em>unit</em> of scales, minima and lines of codes, all of them with a part for each output
 * side by side; in front of eight units, where the format has scales of scales, a <em>head</em> with those.
 *
 * @param format what the numbers mean
 * @param lanes outputs of a panel
 * @param signed whether bytes are held as signed numbers, for processors that can only multiply those exactly
 * @param pairs whether a vector holds eight inputs of two outputs, as processors want it that multiply matrices,
 *     instead of four inputs of every output
 */
record PanelLayout(PanelFormat format, int lanes, boolean signed, boolean pairs) {

    /** The layout for a processor. Without VNNI two products of unsigned bytes exceed 16 bits; signed ones just fit. */
    static PanelLayout of(PanelFormat format, Tier tier) {
        return new PanelLayout(format, tier.lanes(), wide(format) && tier == Tier.AVX2, false);
    }

    /** The layout for a processor of Arm's, whose products take two signed numbers. */
    static PanelLayout of(PanelFormat format, ArmTier tier) {
        return new PanelLayout(format, ArmTier.LANES, wide(format), tier == ArmTier.NEON_I8MM);
    }

    private static boolean wide(PanelFormat format) {
        return format.codes() == Codes.BYTES || format.codes() == Codes.CHOICES;
    }

    /** Bits of what is subtracted from a code; 0 for nothing. */
    int centreBits() {
        return signed ? 0 : format.centreBits();
    }

    /** Bytes of a line of codes. */
    int lineBytes() {
        return Integer.BYTES * lanes;
    }

    /** Bytes in front of eight units. */
    int headBytes() {
        return lanes * format.headBytes();
    }

    /** Where the factors of minima begin in the head; scales' come first. */
    int minimaHead() {
        return lanes * format.scales().headBytes();
    }

    int unitBytes() {
        return codes() + format.codes().lines() * lineBytes();
    }

    /** Where the scales of a group begin in a unit. */
    int scales(int group) {
        return lanes * format.scales().unitBytes() / format.scales().groups() * group;
    }

    /** Where the minima begin in a unit. */
    int minima() {
        return minima(0);
    }

    /** Where the minima of a group begin in a unit. */
    int minima(int group) {
        var minima = format.minima();
        return lanes * (format.scales().unitBytes() + minima.unitBytes() / minima.groups() * group);
    }

    /** Where the lines of codes begin in a unit. */
    int codes() {
        return minima() + lanes * format.minima().unitBytes();
    }

    /** Where a line of codes begins in a unit. */
    int line(int line) {
        return codes() + line * lineBytes();
    }

    /** In which of a unit's eight vectors the number of an output and one of 32 inputs lies. */
    int vector(int output, int input) {
        return pairs ? input / 8 * 2 + output / 2 : input / Integer.BYTES;
    }

    /** In which byte of that vector it lies. */
    int place(int output, int input) {
        return pairs ? output % 2 * 8 + input % 8 : output * Integer.BYTES + input % Integer.BYTES;
    }

    /** Bytes of the units that share a head, with it. */
    int blockBytes() {
        return headBytes() + format.unitsOfHead() * unitBytes();
    }

    /** Bytes of a panel of so many inputs. */
    long panelBytes(int inputs) {
        return (long) inputs / (PanelFormat.UNIT * format.unitsOfHead()) * blockBytes();
    }

    /** Panels of so many outputs; the last may be filled up with zeros. */
    int panels(int outputs) {
        return (outputs + lanes - 1) / lanes;
    }
}
