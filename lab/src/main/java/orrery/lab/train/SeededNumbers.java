package orrery.lab.train;

/**
 * Random numbers by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), the same on every machine. A sequence belongs to a
 * seed and a purpose, such as a step, so that a run that is resumed needs no state of it.
 */
public final class SeededNumbers {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** The sequence of a seed and a purpose. */
    public SeededNumbers(long seed, long purpose) {
        state = mixed(mixed(seed + GOLDEN_GAMMA) + purpose * GOLDEN_GAMMA);
    }

    private long next() {
        state += GOLDEN_GAMMA;
        return mixed(state);
    }

    /** A uniform number from 0 to below {@code bound}. */
    public int below(int bound) {
        return (int) Long.remainderUnsigned(next(), bound);
    }

    /** A number of the normal distribution, by the method of Box and Muller. */
    public double normal() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
        return radius * StrictMath.cos(2 * Math.PI * uniform());
    }

    /** A uniform number from 0 to below 1. */
    public double uniform() {
        return (next() >>> 11) * 0x1p-53;
    }

    private static long mixed(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
