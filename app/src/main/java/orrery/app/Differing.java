package orrery.app;

import java.util.EnumSet;
import java.util.Set;
import orrery.report.compare.Difference.Kind;

/** {@code --differences}: which differences count. */
enum Differing {
    /** Structural differences: another kind of norm, another placement, another mask, an added part. */
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
