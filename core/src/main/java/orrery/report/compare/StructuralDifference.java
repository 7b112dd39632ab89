package orrery.report.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import orrery.spec.ArchitectureSpec;
import orrery.spec.EmbeddingSpec;

/**
 * One way in which a model differs from another, in words.
 *
 * @param kind whether it is built otherwise, or only larger
 * @param topic what it is about
 * @param sentence about the second model, without a subject where the model is meant:
 *     {@code adds a norm after attention}
 * @param distance how far the two are apart in it: the logarithm of the ratio of two numbers, 1 where there is no ratio
 */
public record StructuralDifference(Kind kind, Topic topic, String sentence, double distance) {

    /** From what matters most. */
    public enum Kind {
        /** Something that one has or does and the other does not. */
        STRUCTURE,
        /** The same with another number. */
        SIZE,
        /**
         * The same computation, kept otherwise in files: which elements RoPE pairs, whether a norm's weights are stored
         * less one.
         */
        STORAGE
    }

    /**
     * How {@code other} differs from {@code base}, the most important first. Empty exactly where the two are equal but
     * for the name.
     *
     * @throws IllegalStateException if the two differ in something that no sentence is known for
     */
    public static List<StructuralDifference> between(ArchitectureSpec base, ArchitectureSpec other) {
        // Sizes first: most models differ in them, and all layers need not be looked at.
        if (base.hiddenSize() == other.hiddenSize()
                && base.layers().size() == other.layers().size()
                && base.withName("").equals(other.withName(""))) {
            return List.of();
        }
        var from = new Side(base, new Layers(base.layers()));
        var to = new Side(other, new Layers(other.layers()));
        return between(from, to);
    }

    private static List<StructuralDifference> between(Side from, Side to) {
        var findings = new Findings(from.layers(), to.layers());
        EmbeddingTraits.shape(from, to, findings);
        var once = once(from, to, findings);
        mechanisms(findings, once);
        EmbeddingTraits.perLayer(from, to, findings);
        numbers(findings, once);
        EmbeddingTraits.compare(from, to, findings);
        DraftTraits.compare(from, to, findings);
        if (findings.all().isEmpty()) {
            throw new IllegalStateException(to.spec().name() + " differs from "
                    + from.spec().name() + " in something that no sentence is known for");
        }
        return findings.all().stream()
                .sorted(Comparator.comparing(StructuralDifference::kind))
                .toList();
    }

    /**
     * What layers differ in, the most important first.
     *
     * @param once norms that stand outside of the layers
     */
    static void layers(Findings findings, List<NormTraits.Place> once) {
        mechanisms(findings, once);
        numbers(findings, once);
    }

    private static void mechanisms(Findings findings, List<NormTraits.Place> once) {
        AttentionTraits.mechanism(findings);
        ReachTraits.compare(findings);
        FeedForwardTraits.kinds(findings);
        FeedForwardTraits.shared(findings);
        NormPlacement.compare(findings);
        NormTraits.forms(findings, places(findings, once));
        HeadNormTraits.compare(findings);
        PositionTraits.rotation(findings);
        AttentionTraits.lending(findings);
        StreamTraits.compare(findings);
    }

    private static void numbers(Findings findings, List<NormTraits.Place> once) {
        FeedForwardTraits.inside(findings);
        RouterTraits.compare(findings);
        AttentionTraits.sizes(findings);
        FeedForwardTraits.sizes(findings);
        PositionTraits.numbers(findings);
        ScoreTraits.compare(findings);
        FeedForwardTraits.biases(findings);
        NormTraits.numbers(findings, places(findings, once));
    }

    private static List<NormTraits.Place> places(Findings findings, List<NormTraits.Place> once) {
        var places = new ArrayList<>(NormTraits.ofLayers(findings));
        places.addAll(once);
        return places;
    }

    private static List<NormTraits.Place> once(Side from, Side to, Findings findings) {
        return List.of(
                NormTraits.once(
                        "before the output matrix",
                        findings,
                        Optional.of(from.spec().finalNorm()),
                        Optional.of(to.spec().finalNorm())),
                NormTraits.once(
                        "on per-layer embeddings",
                        findings,
                        EmbeddingTraits.perLayer(from.spec()).map(EmbeddingSpec.PerLayer.Table::norm),
                        EmbeddingTraits.perLayer(to.spec()).map(EmbeddingSpec.PerLayer.Table::norm)));
    }

    /** A model's spec, with its layers as people name them. */
    record Side(ArchitectureSpec spec, Layers layers) {}

    /** The sentences of one kind, in order. */
    public static List<String> sentences(List<StructuralDifference> differences, Kind kind) {
        return differences.stream()
                .filter(difference -> difference.kind() == kind)
                .map(StructuralDifference::sentence)
                .toList();
    }
}
