package orrery.kernel.vector;

import jdk.incubator.vector.FloatVector;

/** What the machine's vectors are like. Apart from {@link Lanes}, because asking must not settle the width. */
final class PreferredWidth {
    private PreferredWidth() {}

    static int preferredBits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
