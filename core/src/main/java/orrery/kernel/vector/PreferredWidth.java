package orrery.kernel.vector;

import jdk.incubator.vector.FloatVector;

/** The machine's preferred vector width. Separate from {@link Lanes}, because asking for it must not fix the width. */
final class PreferredWidth {
    private PreferredWidth() {}

    static int preferredBits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
