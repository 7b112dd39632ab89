package orrery.kernel.vector;

import java.util.OptionalInt;
import orrery.kernel.BackendException;

/**
 * The vector width, one per JVM. C2 compiles the Vector API to instructions only if the species is a constant, and a
 * class's constants are initialized once. So the width is fixed here before {@link Lanes}, which has the constants, is
 * first used. Mentions no class of the Vector API, so that it loads without it.
 */
final class Width {
    private static int settled;

    private Width() {}

    /**
     * Fixes the width, for good.
     *
     * @param asked bits to force; if empty, the width already fixed, otherwise the widest that the machine prefers
     * @param preferred the machine's preferred width, in bits
     * @throws BackendException if the machine has no such vectors, or another width was fixed before
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
