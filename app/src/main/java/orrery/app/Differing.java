package orrery.app;

import java.util.EnumSet;
import java.util.Set;
import orrery.report.compare.Difference.Kind;

/** {@code --differences}: which ones count. */
enum Differing {
    /** What is built differently: another kind of norm, another place, another mask, an added part. */
    structure,
    /** Numbers, too. */
    all;

    Set<Kind> kinds() {
        return switch (this) {
            case structure -> EnumSet.of(Kind.STRUCTURE);
            case all -> EnumSet.allOf(Kind.class);
        };
    }
}
