package orrery.atlas;

import java.util.EnumSet;
import java.util.Set;
import orrery.catalog.Slice;
import orrery.report.Facts;
import orrery.report.Property;
import orrery.spec.ArchitectureSpec;

/** Which mechanisms an architecture uses, according to its facts. */
final class MechanismUse {
    private MechanismUse() {}

    /** In the order of the atlas. */
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
