package orrery.atlas;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import orrery.catalog.Slice;
import orrery.report.Facts;
import orrery.report.Property;
import orrery.spec.ArchitectureSpec;

/**
 * A part of an architecture that has a page of its own. Which models use it follows from their specs.
 */
enum Mechanism {
    MULTI_HEAD_ATTENTION("Multi-head attention", Group.ATTENTION),
    GROUPED_QUERY_ATTENTION("Grouped-query attention", Group.ATTENTION),
    MULTI_QUERY_ATTENTION("Multi-query attention", Group.ATTENTION),
    MULTI_HEAD_LATENT_ATTENTION("Multi-head latent attention", Group.ATTENTION),
    SLIDING_WINDOW("Sliding window", Group.ATTENTION),
    CHUNKED_ATTENTION("Chunked attention", Group.ATTENTION),
    SHARED_KEYS_AND_VALUES("Shared KV cache", Group.ATTENTION),
    QUERY_KEY_NORM("QK-norm", Group.ATTENTION),
    ATTENTION_TEMPERATURE("Attention temperature", Group.ATTENTION),
    ROTARY_POSITIONS("Rotary position embedding (RoPE)", Group.POSITION),
    STRETCHED_ROTARY_POSITIONS("RoPE scaling", Group.POSITION),
    NO_POSITIONS("Layers without positions (NoPE)", Group.POSITION),
    LEARNED_POSITIONS("Learned positions", Group.POSITION),
    NORM_PLACEMENT("Norm placement", Group.RESIDUAL),
    PARALLEL_STREAMS("Parallel residual streams", Group.RESIDUAL),
    GATED_FEED_FORWARD("Gated feed-forward", Group.FEED_FORWARD),
    PLAIN_FEED_FORWARD("Ungated feed-forward", Group.FEED_FORWARD),
    ACTIVATION_SPARSITY("Activation sparsity", Group.FEED_FORWARD),
    MIXTURE_OF_EXPERTS("Mixture of experts", Group.FEED_FORWARD),
    SHARED_EXPERT("Shared expert", Group.FEED_FORWARD),
    GROUP_LIMITED_ROUTING("Group-limited routing", Group.FEED_FORWARD),
    TOKEN_EMBEDDING("Token embedding and output head", Group.ENDS),
    TIED_HEAD("Tied output head", Group.ENDS),
    PER_LAYER_EMBEDDING("Per-layer embeddings", Group.ENDS),
    SOFT_CAP("Softcapping", Group.ENDS),
    NESTED_MODELS("Nested models", Group.ENDS),
    MULTI_TOKEN_PREDICTION("Multi-token prediction", Group.ENDS);

    private final String title;
    private final Group group;

    Mechanism(String title, Group group) {
        this.title = title;
        this.group = group;
    }

    /** What belongs together in a list. */
    public enum Group {
        ATTENTION("Attention"),
        POSITION("Positions"),
        RESIDUAL("The residual stream"),
        FEED_FORWARD("Feed-forward"),
        ENDS("Embedding, head and the whole");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        /** As a heading. */
        public String title() {
            return title;
        }
    }

    /** As a heading. */
    public String title() {
        return title;
    }

    /** Where it stands in a list. */
    public Group group() {
        return group;
    }

    /** In an address: {@code grouped-query-attention}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Those that an architecture uses, according to its facts. */
    static Set<Mechanism> of(ArchitectureSpec spec) {
        var facts = Facts.of(spec);
        var used = EnumSet.noneOf(Mechanism.class);
        for (var mechanism : Mechanism.values()) {
            if (uses(mechanism, facts, spec)) {
                used.add(mechanism);
            }
        }
        return used;
    }

    private static boolean uses(Mechanism mechanism, Facts facts, ArchitectureSpec spec) {
        return switch (mechanism) {
            case MULTI_HEAD_ATTENTION -> facts.has(Property.MECHANISM, "multi-head attention (MHA)");
            case MULTI_QUERY_ATTENTION -> facts.has(Property.MECHANISM, "multi-query attention (MQA)");
            case GROUPED_QUERY_ATTENTION -> facts.has(Property.MECHANISM, "grouped-query attention (GQA)");
            case MULTI_HEAD_LATENT_ATTENTION -> facts.has(Property.KV_LATENT);
            case SLIDING_WINDOW -> facts.has(Property.REACH, "sliding");
            case CHUNKED_ATTENTION -> facts.has(Property.REACH, "chunked");
            // A position that the embedding added is not one that is missing.
            case NO_POSITIONS -> facts.has(Property.POSITION, "none") && !facts.has(Property.LEARNED_POSITIONS);
            case ROTARY_POSITIONS -> facts.has(Property.POSITION);
            case STRETCHED_ROTARY_POSITIONS -> facts.has(Property.ROPE_SCALING);
            case QUERY_KEY_NORM -> facts.has(Property.QK_NORM);
            case SOFT_CAP -> facts.has(Property.SCORE_SOFTCAP) || facts.has(Property.LOGIT_SOFTCAP);
            case ATTENTION_TEMPERATURE -> facts.has(Property.TEMPERATURE);
            case SHARED_KEYS_AND_VALUES -> facts.has(Property.SHARED_CACHE);
            case MIXTURE_OF_EXPERTS -> facts.has(Property.EXPERTS);
            case SHARED_EXPERT -> facts.has(Property.SHARED_EXPERT);
            case GROUP_LIMITED_ROUTING -> facts.has(Property.ROUTER_GROUPS);
            case GATED_FEED_FORWARD ->
                spec.layers().stream()
                        .anyMatch(layer -> layer.mlp().feedForward().gated());
            case PLAIN_FEED_FORWARD ->
                spec.layers().stream()
                        .anyMatch(layer -> !layer.mlp().feedForward().gated());
            case ACTIVATION_SPARSITY -> facts.has(Property.SPARSITY);
            case PARALLEL_STREAMS -> facts.has(Property.LAUREL);
            case LEARNED_POSITIONS -> facts.has(Property.LEARNED_POSITIONS);
            case PER_LAYER_EMBEDDING -> facts.has(Property.PER_LAYER_EMBEDDING);
            case TIED_HEAD -> spec.head().tied();
            case MULTI_TOKEN_PREDICTION -> facts.has(Property.MTP);
            case NORM_PLACEMENT, TOKEN_EMBEDDING -> true;
            case NESTED_MODELS -> !Slice.examples(spec).isEmpty();
        };
    }
}
