package orrery.constrain;

/**
 * The tokens that may follow, one bit for each id. Its field is final, so that another thread that sees the object
 * sees the bits.
 */
final class Mask {
    private final long[] bits;

    /** Whether the mask was used since the cache last looked. */
    volatile boolean used = true;

    Mask(long[] bits) {
        this.bits = bits;
    }

    long[] bits() {
        return bits;
    }

    long bytes() {
        return 32 + 8L * bits.length;
    }
}
