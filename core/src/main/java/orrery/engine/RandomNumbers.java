package orrery.engine;

/**
 * SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), written out so that a seed gives the same text on every JDK. Period
 * 2^64.
 */
final class RandomNumbers {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    RandomNumbers(long seed) {
        // Without mixing, neighbouring seeds would walk the same sequence a few steps apart.
        state = mixed(seed);
    }

    /** A uniform number from 0 to below 1, in steps of 2^-53. */
    double next() {
        state += GOLDEN_GAMMA;
        return (mixed(state) >>> 11) * 0x1p-53;
    }

    private static long mixed(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
