package orrery.atlas;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orrery.catalog.Release;
import orrery.report.LayerKinds;
import orrery.spec.ArchitectureSpec;

/**
 * A model of the atlas, with what several pages need of it.
 *
 * @param family what its family is called
 * @param mechanisms in the order of the atlas
 */
record Entry(Release release, String family, LayerKinds kinds, Set<Mechanism> mechanisms) {

    static Entry of(Release release, String family) {
        return new Entry(release, family, LayerKinds.of(release.spec()), MechanismUse.of(release.spec()));
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

    /** Whether only some of its weights take part in a token. */
    boolean sparse() {
        return spec().activeParameters() != spec().parameters();
    }

    /** Its layers in words: {@code 62 layers: 10 × (5 sliding 1024, 1 full) + 2 sliding 1024}. */
    String layers() {
        return orrery.report.Numbers.count(spec().layers().size(), "layer") + ": " + kinds.folded();
    }

    /** The mechanisms that tell its attention from others. */
    List<Mechanism> attention() {
        return mechanisms.stream()
                .filter(one -> switch (one) {
                    case MULTI_HEAD_ATTENTION,
                            GROUPED_QUERY_ATTENTION,
                            MULTI_QUERY_ATTENTION,
                            MULTI_HEAD_LATENT_ATTENTION,
                            SLIDING_WINDOW,
                            CHUNKED_ATTENTION -> true;
                    case SHARED_KEYS_AND_VALUES,
                            QUERY_KEY_NORM,
                            ATTENTION_TEMPERATURE,
                            ROTARY_POSITIONS,
                            STRETCHED_ROTARY_POSITIONS,
                            NO_POSITIONS,
                            LEARNED_POSITIONS,
                            NORM_PLACEMENT,
                            PARALLEL_STREAMS,
                            GATED_FEED_FORWARD,
                            PLAIN_FEED_FORWARD,
                            ACTIVATION_SPARSITY,
                            MIXTURE_OF_EXPERTS,
                            SHARED_EXPERT,
                            GROUP_LIMITED_ROUTING,
                            TIED_HEAD,
                            PER_LAYER_EMBEDDING,
                            SOFT_CAP,
                            NESTED_MODELS,
                            MULTI_TOKEN_PREDICTION -> false;
                })
                .toList();
    }
}
