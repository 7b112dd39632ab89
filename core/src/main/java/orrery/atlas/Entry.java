package orrery.atlas;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.report.ArchitectureReport;
import orrery.report.LayerKinds;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;

/**
 * A model of the atlas, with what several pages need of it.
 *
 * @param report all that is said of it
 * @param mechanisms in the order of the atlas
 * @param total all parameters
 * @param active those that take part in one token
 */
record Entry(
        Release release,
        ArchitectureReport report,
        LayerKinds kinds,
        Set<Mechanism> mechanisms,
        long total,
        long active) {

    static Entry of(Release release) {
        return new Entry(
                release,
                ArchitectureReport.of(Catalog.describe(release.name())),
                LayerKinds.of(release.spec()),
                Mechanism.of(release.spec()),
                release.spec().parameters(),
                release.spec().activeParameters());
    }

    /** What its family is called. */
    String family() {
        return report.family();
    }

    /** By date of release; what has none, last. */
    static final Comparator<Entry> BY_DATE = Comparator.comparing(
                    (Entry entry) -> entry.released().orElse(LocalDate.MAX))
            .thenComparing(Entry::name);

    String name() {
        return release.name();
    }

    ArchitectureSpec spec() {
        return release.spec();
    }

    Optional<LocalDate> released() {
        return release.released();
    }

    /** Its page, seen from the site's beginning. */
    String page() {
        return "models/" + name() + ".html";
    }

    /** Whether only some of its experts are active per token. */
    boolean sparse() {
        return mechanisms.contains(Mechanism.MIXTURE_OF_EXPERTS);
    }

    /** Its layers in words: {@code 62 layers: 10 × (5 sliding 1024, 1 full) + 2 sliding 1024}. */
    String layers() {
        return Numbers.count(spec().layers().size(), "layer") + ": " + kinds.folded();
    }
}
