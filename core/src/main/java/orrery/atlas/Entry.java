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
 * @param served what clients call it, where a server runs it beside these pages
 * @param report all that is said of it
 * @param mechanisms in the order of the atlas
 * @param total all parameters
 * @param active those that take part in one token
 */
record Entry(
        Optional<String> served,
        ArchitectureReport report,
        LayerKinds kinds,
        Set<Mechanism> mechanisms,
        long total,
        long active) {

    static Entry of(Release release) {
        return of(Optional.empty(), ArchitectureReport.of(Catalog.describe(release.name())));
    }

    /** @param name what its page is called, which no other model of the atlas is */
    static Entry of(Atlas.Served model, String name) {
        var said = model.description();
        return of(Optional.of(model.name()), ArchitectureReport.of(said.spec().withName(name), said.family()));
    }

    private static Entry of(Optional<String> served, ArchitectureReport report) {
        var spec = report.spec();
        return new Entry(
                served, report, LayerKinds.of(spec), Mechanism.of(spec), spec.parameters(), spec.activeParameters());
    }

    /** Empty of a model that is served. */
    Optional<Release> release() {
        return report.release();
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
        return spec().name();
    }

    ArchitectureSpec spec() {
        return report.spec();
    }

    Optional<LocalDate> released() {
        return release().flatMap(Release::released);
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
