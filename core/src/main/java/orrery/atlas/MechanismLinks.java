package orrery.atlas;

import java.util.stream.Stream;
import orrery.draw.BoxLinks;
import orrery.draw.Slot;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.LayerSpec;

/** Leads from each box of a model's drawing to the page of its mechanism. */
final class MechanismLinks {
    private MechanismLinks() {}

    /** @param root from the page that holds the drawing to the site's beginning */
    static BoxLinks of(ArchitectureSpec spec, String root) {
        return (slot, layer) -> {
            var mechanism = mechanism(spec, slot, spec.layers().get(layer));
            return new BoxLinks.Link(
                    root + MechanismPage.path(mechanism),
                    MechanismText.of(mechanism).summary());
        };
    }

    private static Mechanism mechanism(ArchitectureSpec spec, Slot slot, LayerSpec layer) {
        return switch (slot) {
            case PER_LAYER_TABLE, LAYER_INPUT -> Mechanism.PER_LAYER_EMBEDDING;
            case TOKEN_IDS, TOKENS, LOGITS -> Mechanism.TOKEN_EMBEDDING;
            case HEAD -> spec.head().tied() ? Mechanism.TIED_HEAD : Mechanism.TOKEN_EMBEDDING;
            case POSITIONS -> Mechanism.LEARNED_POSITIONS;
            case SPREAD, PREDICT, CORRECT, GATHER, LAUREL -> Mechanism.PARALLEL_STREAMS;
            case MIXER -> attention(layer);
            case FEED_FORWARD ->
                switch (layer.mlp()) {
                    case Experts _ -> Mechanism.MIXTURE_OF_EXPERTS;
                    case FeedForward dense ->
                        dense.gated() ? Mechanism.GATED_FEED_FORWARD : Mechanism.PLAIN_FEED_FORWARD;
                };
            case DRAFT -> Mechanism.MULTI_TOKEN_PREDICTION;
            case MIXER_FORK, MIXER_BEFORE, MIXER_NORMED, MIXER_AFTER, MIXER_SUM, MIXER_OUTER ->
                Mechanism.NORM_PLACEMENT;
            case FEED_FORWARD_FORK, FEED_FORWARD_BEFORE, FEED_FORWARD_AFTER -> Mechanism.NORM_PLACEMENT;
            case FEED_FORWARD_SUM, FEED_FORWARD_OUTER, FOOT, LABEL, FINAL_NORM -> Mechanism.NORM_PLACEMENT;
        };
    }

    private static Mechanism attention(LayerSpec layer) {
        return Stream.of(Mechanism.values())
                .filter(one -> one.title().equals(Words.title(layer.attention())))
                .findFirst()
                .orElseThrow();
    }
}
