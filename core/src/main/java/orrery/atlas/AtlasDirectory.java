package orrery.atlas;

import java.util.Set;
import orrery.format.OwnDirectory;

/** Which directories an atlas may take the place of. */
final class AtlasDirectory {
    private static final Set<String> OURS = Set.of(
            "index.html",
            "compare.html",
            "timeline.html",
            "mechanisms.html",
            "mechanisms",
            "figures.html",
            "figures",
            "models",
            "data",
            "assets");

    /** An atlas. */
    static final OwnDirectory ATLAS = new OwnDirectory("an atlas", ".orrery-atlas", "orrery atlas", OURS::contains);

    private AtlasDirectory() {}
}
