package orrery.draw;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import orrery.spec.ArchitectureSpec;

/** The mechanisms that have a drawing of their own. */
public enum DrawnMechanism {
    ATTENTION(
            "mha gqa mqa mla grouped-query-attention multi-query-attention multi-head-attention multi-head-latent-attention"),
    FEED_FORWARD("moe mlp ffn swiglu geglu experts mixture-of-experts"),
    NORMS("norm rmsnorm layernorm pre-norm post-norm"),
    MASKS("mask swa sliding-window window chunked-attention"),
    PER_LAYER_EMBEDDINGS("ple per-layer-embedding"),
    NESTED("matformer"),
    ROPE("rotary yarn");

    private static final Set<String> IN_BLOCK_DIAGRAM = Set.of(
            "nope", "altup", "laurel", "mtp", "multi-token-prediction", "qk-norm", "softcap", "soft-cap", "tied-head");

    private final List<String> aliases;

    DrawnMechanism(String aliases) {
        this.aliases = List.of(aliases.split(" "));
    }

    /** Lower case with hyphens: {@code feed-forward}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What else papers and configs call it, or a kind of it: {@code gqa}, {@code moe}. */
    public List<String> aliases() {
        return aliases;
    }

    /** The mechanism of that title or alias, whatever the case. */
    public static Optional<DrawnMechanism> of(String name) {
        String wanted = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return Stream.of(values())
                .filter(one -> one.title().equals(wanted) || one.aliases.contains(wanted))
                .findFirst();
    }

    /** Whether a mechanism of that name has no drawing of its own because the block diagram shows all of it. */
    public static boolean isInBlockDiagram(String name) {
        return IN_BLOCK_DIAGRAM.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'));
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
                    throw new DrawException(
                            whole.name() + " has no named smaller models nested in it, as gemma-3n-e4b has");
                }
                yield NestedSlices.of(
                        whole, nested.getFirst().spec(), nested.getFirst().kept());
            }
        };
    }

    private ArchitectureSpec only(List<ArchitectureSpec> specs) {
        if (specs.size() > 1) {
            throw new DrawException("a drawing of " + title() + " shows one model, not " + specs.size());
        }
        return specs.getFirst();
    }
}
