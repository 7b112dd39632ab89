package orrery.atlas;

import java.util.Locale;

/**
 * A part of an architecture that has a page of its own. Which models use it follows from their specs ({@link
 * MechanismUse}).
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
}
