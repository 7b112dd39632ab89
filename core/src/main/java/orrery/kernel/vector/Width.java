package orrery.kernel.vector;

import java.util.OptionalInt;
import orrery.kernel.BackendException;

/**
 * How wide a vector is: one width a JVM. C2 makes instructions of the Vector API only where the species is a constant,
 * and a constant of a class is initialised once. So the width is settled here before {@link Lanes}, which holds the
 * constants, is first touched. Mentions no class of the Vector API, so that it loads where that is absent.
 */
final class Width {
    private static int settled;

    private Width() {}

    /**
     * Settles the width, for good.
     *
     * @param asked bits to force, or empty for whatever is settled, else the widest that the machine prefers
     * @param preferred what the machine prefers, in bits
     * @throws BackendException if the machine has no such vectors, or another width was settled before
     */
    static synchronized int settle(OptionalInt asked, int preferred) {
        int bits = asked.orElse(settled == 0 ? Math.min(preferred, 512) : settled);
        if ((bits != 128 && bits != 256 && bits != 512) || bits > preferred) {
            throw new BackendException("vectors of " + bits
                    + " bits were asked for, expected 128, 256 or 512 and at most" + " this machine's " + preferred);
        }
        if (settled != 0 && settled != bits) {
            throw new BackendException("vectors of " + bits + " bits were asked for, but this JVM computes with "
                    + settled + " already: start another one");
        }
        settled = bits;
        return bits;
    }

    static synchronized int bits() {
        if (settled == 0) {
            throw new IllegalStateException("no width was settled before the lanes were used");
        }
        return settled;
    }
}
