package orrery.atlas;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import orrery.catalog.Cut;
import orrery.catalog.Slice;
import orrery.draw.AttentionSharing;
import orrery.draw.BlockDiagram;
import orrery.draw.Diagram;
import orrery.draw.ExpertProgression;
import orrery.draw.FeedForwardDrawing;
import orrery.draw.MaskDrawing;
import orrery.draw.NestedSlices;
import orrery.draw.NormSlots;
import orrery.draw.OpenedPart;
import orrery.draw.PerLayerEmbedding;
import orrery.draw.RopeDrawing;
import orrery.spec.ArchitectureSpec;

/**
 * The drawing of a mechanism in the earliest model that has it; where there are others for the same purpose, beside the
 * same model with them. A mechanism without a drawing of its own is shown where it stands in the whole of such a model.
 */
final class MechanismDrawing {
    private static final int MOST_PLACEMENTS = 4;

    private final List<Entry> byDate;

    MechanismDrawing(List<Entry> entries) {
        byDate = entries.stream().sorted(Entry.BY_DATE).toList();
    }

    /** Empty where no model has the mechanism. */
    Optional<Diagram> of(Mechanism mechanism) {
        return first(mechanism).map(spec -> draw(mechanism, spec));
    }

    private Diagram draw(Mechanism mechanism, ArchitectureSpec own) {
        return switch (mechanism) {
            case MULTI_HEAD_LATENT_ATTENTION -> OpenedPart.ATTENTION.draw(own);
            case MULTI_HEAD_ATTENTION, GROUPED_QUERY_ATTENTION, MULTI_QUERY_ATTENTION ->
                AttentionSharing.of(SameSize.attentions(own));
            case SLIDING_WINDOW, CHUNKED_ATTENTION -> MaskDrawing.of(masks(own));
            case ROTARY_POSITIONS, STRETCHED_ROTARY_POSITIONS -> RopeDrawing.of(List.of(own));
            case NORM_PLACEMENT -> NormSlots.of(placements());
            case GATED_FEED_FORWARD, PLAIN_FEED_FORWARD -> FeedForwardDrawing.of(SameSize.feedForwards(own));
            case SHARED_EXPERT -> ExpertProgression.of(List.of(own));
            case ACTIVATION_SPARSITY, MIXTURE_OF_EXPERTS, GROUP_LIMITED_ROUTING -> FeedForwardDrawing.of(List.of(own));
            case PER_LAYER_EMBEDDING -> PerLayerEmbedding.of(own);
            case NESTED_MODELS -> {
                Cut cut = Slice.examples(own).getFirst().of(own);
                yield NestedSlices.of(own, cut.spec(), cut.layers());
            }
            case SHARED_KEYS_AND_VALUES, QUERY_KEY_NORM, ATTENTION_TEMPERATURE -> BlockDiagram.of(own);
            case NO_POSITIONS, LEARNED_POSITIONS, PARALLEL_STREAMS -> BlockDiagram.of(own);
            case TOKEN_EMBEDDING, TIED_HEAD, SOFT_CAP, MULTI_TOKEN_PREDICTION -> BlockDiagram.of(own);
        };
    }

    private Optional<ArchitectureSpec> first(Mechanism mechanism) {
        return byDate.stream()
                .filter(entry -> entry.mechanisms().contains(mechanism))
                .map(Entry::spec)
                .findFirst();
    }

    /** What a reader has to know about the drawing. */
    static String caption(Mechanism mechanism) {
        return switch (mechanism) {
            case MULTI_HEAD_ATTENTION, GROUPED_QUERY_ATTENTION, MULTI_QUERY_ATTENTION ->
                "One model at one size: first as released, then with only its KV heads changed. The variants are"
                        + " computed; they were never trained.";
            case GATED_FEED_FORWARD, PLAIN_FEED_FORWARD ->
                "One model at one size: first as released, then with the other kind of feed-forward and as many"
                        + " weights. The variant is computed; it was never trained.";
            default -> "Computed from the architecture.";
        };
    }

    /** That model, and the earliest one whose layers differ in reach. */
    private List<ArchitectureSpec> masks(ArchitectureSpec own) {
        var mixed = byDate.stream()
                .filter(entry -> entry.mechanisms().contains(Mechanism.SLIDING_WINDOW))
                .filter(entry -> entry.kinds().attention().size() > 1)
                .map(Entry::spec)
                .findFirst();
        return Stream.concat(Stream.of(own), mixed.stream()).distinct().toList();
    }

    /** The earliest model of each placement. */
    private List<ArchitectureSpec> placements() {
        var seen = new LinkedHashSet<String>();
        Function<ArchitectureSpec, String> placement =
                spec -> MechanismCost.of(Mechanism.NORM_PLACEMENT, spec).formula();
        return byDate.stream()
                .map(Entry::spec)
                .filter(spec -> seen.add(placement.apply(spec)))
                .limit(MOST_PLACEMENTS)
                .toList();
    }
}
