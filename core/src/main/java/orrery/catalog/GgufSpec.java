package orrery.catalog;

import java.util.ArrayList;
import java.util.function.UnaryOperator;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.NormSpec.Gain;
import orrery.spec.Position;
import orrery.spec.RopeScaling;
import orrery.spec.SpecException;

/**
 * Specs after the changes that llama.cpp's converter makes to weights: it reorders the rows of some queries and keys,
 * and adds one to some norms.
 */
final class GgufSpec {
    private GgufSpec() {}

    /** With interleaved RoPE pairs. */
    static ArchitectureSpec interleaved(ArchitectureSpec spec) {
        return roped(
                spec,
                rope -> new Position.Rope(
                        rope.theta(), rope.dimensions(), Position.Pairing.INTERLEAVED, rope.scaling()));
    }

    /** With scaled RoPE frequencies where there was no scaling. */
    static ArchitectureSpec scaled(ArchitectureSpec spec, RopeScaling scaling) {
        return roped(spec, rope -> {
            if (!(rope.scaling() instanceof RopeScaling.None)) {
                throw new CatalogException(spec.name() + " scales its RoPE both by " + GgufRope.DIVISORS
                        + " and by rope.scaling, expected one of them");
            }
            return new Position.Rope(rope.theta(), rope.dimensions(), rope.pairing(), scaling);
        });
    }

    /** With divisors per pair instead of Llama 3.1's rule. */
    static ArchitectureSpec divided(ArchitectureSpec spec, RopeScaling.Divided divisors) {
        return roped(
                spec,
                rope -> rope.scaling() instanceof RopeScaling.Llama3
                        ? new Position.Rope(rope.theta(), rope.dimensions(), rope.pairing(), divisors)
                        : rope);
    }

    private static ArchitectureSpec roped(ArchitectureSpec spec, UnaryOperator<Position.Rope> change) {
        return changed(
                spec,
                attention -> attention.position() instanceof Position.Rope rope
                        ? attention.withPosition(change.apply(rope))
                        : attention,
                UnaryOperator.identity());
    }

    /** With gains that equal the stored weights, whereas safetensors files store them minus one. */
    static ArchitectureSpec wholeGains(ArchitectureSpec spec) {
        return changed(
                spec,
                attention -> attention.withNorms(new HeadNorms(
                        whole(attention.norms().query()),
                        whole(attention.norms().key()),
                        whole(attention.norms().value()),
                        attention.norms().span(),
                        attention.norms().order())),
                GgufSpec::whole);
    }

    private static NormSpec whole(NormSpec norm) {
        return norm instanceof NormSpec.Rms(var epsilon, var gain) && gain == Gain.ONE_PLUS_WEIGHT
                ? new NormSpec.Rms(epsilon)
                : norm;
    }

    private static ArchitectureSpec changed(
            ArchitectureSpec spec, UnaryOperator<GroupedQuery> attention, UnaryOperator<NormSpec> norm) {
        var layers = new ArrayList<LayerSpec>();
        for (var layer : spec.layers()) {
            layers.add(
                    switch (layer) {
                        case LayerSpec.Residual(var mixer, var feedForward) ->
                            new LayerSpec.Residual(
                                    changed(mixer, attention, norm), changed(feedForward, attention, norm));
                        case LayerSpec.AltUp _ ->
                            throw new SpecException(spec.name() + " has several residual streams, expected one");
                    });
        }
        return new ArchitectureSpec(
                spec.name(),
                spec.vocabSize(),
                spec.hiddenSize(),
                spec.maxPositions(),
                spec.embedding(),
                layers,
                norm.apply(spec.finalNorm()),
                spec.head(),
                spec.draft());
    }

    private static Branch changed(Branch branch, UnaryOperator<GroupedQuery> attention, UnaryOperator<NormSpec> norm) {
        return new Branch(
                norm.apply(branch.before()),
                branch.op() instanceof GroupedQuery grouped ? attention.apply(grouped) : branch.op(),
                norm.apply(branch.after()),
                norm.apply(branch.outer()));
    }
}
