package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.WIDE_SHORTS;

import jdk.incubator.vector.ShortVector;

/** Sixteen entries looked up by the lower four bits of each lane. */
final class Lookup {
    private Lookup() {}

    /** The table begins at {@code at}, and is held twice. Vectors of 8 lanes choose from two. */
    static ShortVector in(ShortVector indices, short[] table, int at) {
        return COUNT == 4
                ? indices.selectFrom(
                        ShortVector.fromArray(WIDE_SHORTS, table, at),
                        ShortVector.fromArray(WIDE_SHORTS, table, at + 8))
                : indices.selectFrom(ShortVector.fromArray(WIDE_SHORTS, table, at));
    }
}
