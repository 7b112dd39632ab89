package orrery.draw;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import orrery.spec.ArchitectureSpec;

/** The mechanisms that have a drawing of their own. */
public enum DrawnMechanism {
    ATTENTION("who shares keys and values: multi-head, grouped, multi-query, latent"),
    FEED_FORWARD("dense feed-forwards and mixtures of experts"),
    NORMS("where the norms stand"),
    MASKS("which earlier positions a query sees, and in which layers"),
    PER_LAYER_EMBEDDINGS("what lives in a file and what in fast memory (Gemma 3n)"),
    NESTED("a smaller model within a larger one (Gemma 3n)"),
    ROPE("how fast each pair of elements turns, and how that is stretched");

    private final String about;

    DrawnMechanism(String about) {
        this.about = about;
    }

    /** Lower case with hyphens: {@code feed-forward}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What its drawing shows. */
    public String about() {
        return about;
    }

    /** The mechanism of that title. */
    public static Optional<DrawnMechanism> of(String title) {
        return Stream.of(values()).filter(one -> one.title().equals(title)).findFirst();
    }

    /**
     * A smaller model within another.
     *
     * @param spec its architecture
     * @param kept for each of its layers the index of that layer in the whole
     */
    public record Nested(ArchitectureSpec spec, List<Integer> kept) {
        public Nested {
            kept = List.copyOf(kept);
        }
    }

    /**
     * Draws it as those models have it.
     *
     * @param specs at least one; per-layer embeddings and nested models are drawn of one alone
     * @param nested smaller models within the first one
     * @throws DrawException if these models do not have it, or are too many for one drawing
     */
    public Diagram draw(List<ArchitectureSpec> specs, List<Nested> nested) {
        if (specs.isEmpty()) {
            throw new DrawException("a drawing of " + title() + " needs a model");
        }
        return switch (this) {
            case ATTENTION -> AttentionSharing.of(specs);
            case FEED_FORWARD -> FeedForwardDrawing.of(specs);
            case NORMS -> NormSlots.of(specs);
            case MASKS -> MaskDrawing.of(specs);
            case ROPE -> RopeDrawing.of(specs);
            case PER_LAYER_EMBEDDINGS -> PerLayerEmbedding.of(only(specs));
            case NESTED -> {
                var whole = only(specs);
                if (nested.isEmpty()) {
                    throw new DrawException(whole.name()
                            + " has no smaller models within it that are known by name, as gemma-3n-e4b has");
                }
                yield NestedSlices.of(
                        whole, nested.getFirst().spec(), nested.getFirst().kept());
            }
        };
    }

    private ArchitectureSpec only(List<ArchitectureSpec> specs) {
        if (specs.size() > 1) {
            throw new DrawException("a drawing of " + title() + " is of one model, not of " + specs.size());
        }
        return specs.getFirst();
    }
}
