package orrery.report;

/**
 * The facts of an architecture, in the order in which they are shown. Cards, their JSON, comparisons,
 * drawings and pages all show {@link Facts}, which have one value for each of these.
 */
public enum Property {
    LAYERS(Topic.SHAPE, "num_hidden_layers", "layers"),
    LAYER_KINDS(Topic.SHAPE, "layers_folded", "kinds of layer"),
    HIDDEN_SIZE(Topic.SHAPE, "hidden_size", "hidden size"),
    CONTEXT(Topic.SHAPE, "published_context", "published context"),
    POSITIONS(Topic.SHAPE, "max_position_embeddings", "positions"),
    STREAMS(Topic.SHAPE, "altup_num_inputs", "residual streams"),
    ACTIVE_STREAM(Topic.SHAPE, "altup_active_idx", "active residual stream"),
    LAUREL(Topic.SHAPE, "laurel_rank", "low-rank residual (LAuReL)"),
    MTP(Topic.SHAPE, "num_nextn_predict_layers", "MTP layer"),

    MECHANISM(Topic.ATTENTION, "kind", ""),
    QUERY_HEADS(Topic.ATTENTION, "num_attention_heads", "query heads"),
    KV_HEADS(Topic.ATTENTION, "num_key_value_heads", "KV heads"),
    HEAD_SIZE(Topic.ATTENTION, "head_dim", "head size"),
    NOPE_SIZE(Topic.ATTENTION, "qk_nope_head_dim", "head size without RoPE"),
    ROPE_SIZE(Topic.ATTENTION, "qk_rope_head_dim", "head size with RoPE"),
    VALUE_SIZE(Topic.ATTENTION, "v_head_dim", "value head size"),
    KV_LATENT(Topic.ATTENTION, "kv_lora_rank", "KV latent"),
    QUERY_LATENT(Topic.ATTENTION, "q_lora_rank", "query latent"),
    REACH(Topic.ATTENTION, "reach", ""),
    SHARED_CACHE(Topic.ATTENTION, "kv_cache_of_layer", "shared KV cache"),
    POSITION(Topic.ATTENTION, "position", "RoPE"),
    ROPE_BASE(Topic.ATTENTION, "rope.theta", "RoPE base"),
    ROTATED(Topic.ATTENTION, "rope.dimensions", "RoPE on"),
    ROPE_SCALING(Topic.ATTENTION, "rope.scaling", "RoPE scaling"),
    ROPE_PAIRS(Topic.ATTENTION, "rope.pairing", "RoPE pairs"),
    QK_NORM(Topic.ATTENTION, "qk_norm", "QK-norm"),
    LATENT_NORM(Topic.ATTENTION, "latent_norm", "norm of the latents"),
    QK_NORM_FORM(Topic.ATTENTION, "", "form of an absent QK-norm"),
    SCORE_SCALE(Topic.ATTENTION, "scale", "score scale"),
    SCORE_SOFTCAP(Topic.ATTENTION, "softcap", "attention logit softcap"),
    TEMPERATURE(Topic.ATTENTION, "temperature", "attention temperature by position"),
    ATTENTION_BIAS(Topic.ATTENTION, "bias", "attention biases"),
    CACHED(Topic.ATTENTION, "cache_elements_per_token", "values cached per token per layer"),
    STATE(Topic.ATTENTION, "state_elements", "values of state per sequence per layer"),

    FEED_FORWARD(Topic.FEED_FORWARD, "kind", ""),
    WIDTH(Topic.FEED_FORWARD, "intermediate_size", "feed-forward width"),
    EXPERTS(Topic.FEED_FORWARD, "num_experts", "experts"),
    ACTIVE_EXPERTS(Topic.FEED_FORWARD, "num_experts_per_tok", "active experts per token"),
    EXPERT_WIDTH(Topic.FEED_FORWARD, "expert.intermediate_size", "expert width"),
    SHARED_EXPERT(Topic.FEED_FORWARD, "shared_expert.intermediate_size", "shared expert"),
    SHARED_FORM(Topic.FEED_FORWARD, "shared_expert.form", "shared expert's form"),
    ACTIVATION(Topic.FEED_FORWARD, "form", "activation"),
    SPARSITY(Topic.FEED_FORWARD, "sparsity", "activation sparsity"),
    FEED_FORWARD_BIAS(Topic.FEED_FORWARD, "bias", "feed-forward biases"),
    ROUTER_SCORES(Topic.FEED_FORWARD, "router.scoring", "router scores"),
    ROUTER_BIAS(Topic.FEED_FORWARD, "router.correction_bias", "router correction bias"),
    ROUTER_GROUPS(Topic.FEED_FORWARD, "router.groups", "expert groups"),
    EXPERT_WEIGHTS(Topic.FEED_FORWARD, "router.normalised", "expert weights"),
    ROUTER_SCALE(Topic.FEED_FORWARD, "router.scale", "expert weights' scale"),
    ROUTER_TARGET(Topic.FEED_FORWARD, "router.target", "expert weights on"),

    NORM_PLACES(Topic.NORMS, "placement", "norms"),
    NORM_KIND(Topic.NORMS, "places", ""),
    NORM_EPSILON(Topic.NORMS, "", "norm epsilon"),
    NORM_STORAGE(Topic.NORMS, "", "norm weights stored"),

    VOCABULARY(Topic.EMBEDDING, "vocab_size", "vocabulary"),
    EMBEDDING_SCALE(Topic.EMBEDDING, "embedding.scale", "embedding scale"),
    LEARNED_POSITIONS(Topic.EMBEDDING, "embedding.learned_positions", "learned positions"),
    PER_LAYER_EMBEDDING(Topic.EMBEDDING, "embedding.per_layer.size", "per-layer embeddings"),
    PER_LAYER_ROWS(Topic.EMBEDDING, "embedding.per_layer.vocab_size", "per-layer vocabulary"),
    PER_LAYER_INPUT(Topic.EMBEDDING, "per_layer_input_size", "per-layer input"),
    PER_LAYER_GATE(Topic.EMBEDDING, "per_layer_input_activation", "per-layer gate"),
    OUTPUT_HEAD(Topic.EMBEDDING, "head.tied", ""),
    LOGIT_SOFTCAP(Topic.EMBEDDING, "head.softcap", "logit softcap");

    private final Topic topic;
    private final String key;
    private final String label;

    Property(Topic topic, String key, String label) {
        this.topic = topic;
        this.key = key;
        this.label = label;
    }

    public Topic topic() {
        return topic;
    }

    /** Where it stands in JSON, with a dot before each name in a nested object; empty where it is in another's data. */
    public String key() {
        return key;
    }

    /** What it is called; empty where its values say that themselves. */
    public String label() {
        return label;
    }

    /** Its name as a table row. */
    public String title() {
        return switch (this) {
            case MECHANISM, FEED_FORWARD -> "kind";
            case REACH -> "mask";
            case NORM_KIND -> "kind of norm";
            case NORM_PLACES -> "placement";
            case OUTPUT_HEAD -> "output head";
            case CACHED -> "cached per token per layer";
            case STATE -> "state per sequence per layer";
            case TEMPERATURE -> "attention temperature";
            case POSITION -> "position";
            default -> label;
        };
    }

    /** Whether it is how files keep a model, not what the model computes. */
    public boolean isStorage() {
        return this == ROPE_PAIRS || this == NORM_STORAGE || this == QK_NORM_FORM;
    }

    /** Whether its number is best said before its label: {@code 61 layers}. */
    public boolean isCount() {
        return switch (this) {
            case LAYERS, QUERY_HEADS, KV_HEADS, EXPERTS, ACTIVE_EXPERTS, CACHED, STATE -> true;
            default -> false;
        };
    }

    /** What stands before its label where a model adds it. */
    public String article() {
        return switch (this) {
            case LAUREL, QUERY_LATENT, SHARED_EXPERT, ROUTER_BIAS, LOGIT_SOFTCAP -> "a ";
            case MTP, SCORE_SOFTCAP, TEMPERATURE, EMBEDDING_SCALE -> "an ";
            default -> "";
        };
    }

    /** Whether it follows from others, so that they already state a difference in it. */
    public boolean isDerived() {
        return this == LATENT_NORM || this == LAYER_KINDS;
    }
}
