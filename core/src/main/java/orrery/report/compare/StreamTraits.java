package orrery.report.compare;

import static orrery.report.compare.Topic.EMBEDDING;
import static orrery.report.compare.Topic.SHAPE;

import java.util.Optional;
import orrery.report.Phrases;
import orrery.spec.LayerSpec;

/** How two models differ in their residual streams, and in what layers over several streams have besides. */
final class StreamTraits {
    private StreamTraits() {}

    static Optional<LayerSpec.AltUp> altUp(LayerSpec layer) {
        return switch (layer) {
            case LayerSpec.Residual _ -> Optional.empty();
            case LayerSpec.AltUp several -> Optional.of(several);
        };
    }

    static void compare(Findings findings) {
        var two = findings.everywhere(layer -> altUp(layer).isPresent());
        if (!two.agree()) {
            var now = Layered.of(two.to().layers(), StreamTraits::altUp);
            var before = Layered.of(two.from().layers(), StreamTraits::altUp);
            findings.structure(
                    SHAPE,
                    "carries " + streams(now) + (now.isEmpty() ? " residual stream" : " residual streams")
                            + " from layer to layer instead of " + streams(before) + " (AltUp)");
            findings.structure(
                    SHAPE,
                    now.isEmpty()
                            ? "has no low-rank shortcut beside attention (LAuReL)"
                            : "adds a low-rank shortcut beside attention (LAuReL, rank "
                                    + now.as(one -> one.laurel().rank()).text(String::valueOf) + ")");
        }
        sizes(findings);
    }

    private static String streams(Layered<LayerSpec.AltUp> layers) {
        return layers.isEmpty()
                ? "one"
                : layers.as(layer -> layer.streams().count()).text(Sentences::number);
    }

    private static void sizes(Findings findings) {
        findings.size(
                SHAPE,
                layer -> altUp(layer).map(one -> one.streams().count()),
                (b, a) -> Sentences.instead(b + " residual streams", a));
        findings.size(
                SHAPE,
                layer -> altUp(layer).map(one -> one.streams().active()),
                (b, a) -> Sentences.instead("stream " + b + " goes through the layers", "stream " + a));
        findings.size(
                SHAPE,
                layer -> altUp(layer).map(one -> one.laurel().rank()),
                (b, a) -> Sentences.instead("a shortcut of rank " + b, a));
        findings.size(
                EMBEDDING,
                layer -> altUp(layer).map(one -> one.input().size()),
                (b, a) -> Sentences.instead("layers take in " + b + " numbers of their own embedding", a));
        findings.structure(
                EMBEDDING,
                findings.property(layer -> altUp(layer).map(one -> one.input().activation())),
                Phrases::activation,
                (b, a) -> Sentences.instead("gates the layers' own embeddings with " + b, a));
    }
}
