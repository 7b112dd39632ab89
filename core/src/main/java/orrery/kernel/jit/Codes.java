package orrery.kernel.jit;

/**
 * The layout of 32 weights' integers in a panel. A <em>quad</em> is four neighbouring inputs, the four bytes of a
 * 32-bit lane; a <em>line</em> is one vector, with a lane for each output of the panel. Where a byte of a line contains
 * several quads, they are those that are adjacent in the files, so that packing moves words and rarely has to rearrange
 * bits.
 */
enum Codes {
    /** Eight bits: a line for each of the eight quads. */
    BYTES(8, 255),
    /**
     * Four bits: line {@code q} has quad {@code q} in the lower nibbles of its bytes and quad {@code q + 4} in the
     * upper.
     */
    NIBBLES(4, 15),
    /** Five bits: nibbles, then one line whose byte {@code i} has the fifth bits of byte {@code i} of all quads. */
    NIBBLES_AND_BITS(5, 31),
    /** Six bits: nibbles, then two lines of the upper two bits, quads 0 to 3 and 4 to 7, from the lowest bits on. */
    NIBBLES_AND_PAIRS(6, 63),
    /** Nibbles that select one of sixteen values. */
    CHOICES(4, 255);

    /** Quads of 32 inputs. */
    static final int QUADS = 8;

    /** Lines of nibbles, if there are any. */
    static final int NIBBLE_LINES = 4;

    private final int lines;
    private final int largest;

    Codes(int lines, int largest) {
        this.lines = lines;
        this.largest = largest;
    }

    /** Lines of 32 inputs. */
    int lines() {
        return lines;
    }

    /** The largest number, as an unsigned byte. */
    int largest() {
        return largest;
    }
}
