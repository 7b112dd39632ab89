package orrery.report.compare;

import static orrery.report.compare.Topic.NORMS;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import orrery.report.Numbers;
import orrery.report.compare.StructuralDifference.Kind;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;

/** Which norms two models use, place by place; what is the same change everywhere is told once. */
final class NormTraits {
    private static final String NO_NORM = "no norm";

    private NormTraits() {}

    /**
     * A place for a norm.
     *
     * @param name after a preposition: {@code before attention}
     * @param norms of the layers that have one there
     */
    record Place(String name, Findings.Two<NormSpec> norms) {}

    static List<Place> ofLayers(Findings findings) {
        var places = new ArrayList<Place>();
        places.add(placed("before attention", findings, layer -> layer.mixer().before()));
        places.add(placed("after attention", findings, layer -> layer.mixer().after()));
        places.add(placed(
                "on the sum after attention", findings, layer -> layer.mixer().outer()));
        places.add(placed(
                "before the feed-forward",
                findings,
                layer -> layer.feedForward().before()));
        places.add(placed(
                "after the feed-forward", findings, layer -> layer.feedForward().after()));
        places.add(placed(
                "on the sum after the feed-forward",
                findings,
                layer -> layer.feedForward().outer()));
        places.add(grouped("on queries", findings, op -> op.norms().query()));
        places.add(grouped("on keys", findings, op -> op.norms().key()));
        places.add(grouped("on values", findings, op -> op.norms().value()));
        places.add(new Place("on latents", findings.property(AttentionTraits.ofLatent(Latent::norm))));
        places.add(new Place(
                "on the low-rank residual",
                findings.property(layer ->
                        StreamTraits.altUp(layer).map(one -> one.laurel().norm()))));
        places.add(new Place(
                "on the layer's own embedding",
                findings.property(layer ->
                        StreamTraits.altUp(layer).map(one -> one.input().norm()))));
        places.add(new Place(
                "before the streams' router",
                findings.property(layer ->
                        StreamTraits.altUp(layer).map(one -> one.streams().routerNorm()))));
        return places;
    }

    private static Place placed(String name, Findings findings, Function<LayerSpec, NormSpec> norm) {
        return new Place(name, findings.property(layer -> some(norm.apply(layer))));
    }

    private static Place grouped(String name, Findings findings, Function<GroupedQuery, NormSpec> norm) {
        return new Place(
                name, findings.property(AttentionTraits.ofGrouped(norm).andThen(one -> one.flatMap(NormTraits::some))));
    }

    static Optional<NormSpec> some(NormSpec norm) {
        return Optional.of(norm).filter(one -> !one.equals(NormSpec.NONE));
    }

    /** A place that the model has once. */
    static Place once(String name, Findings findings, Optional<NormSpec> from, Optional<NormSpec> to) {
        return new Place(name, findings.once(from, to));
    }

    /** Other kinds of norm. */
    static void forms(Findings findings, List<Place> places) {
        tell(findings, Kind.STRUCTURE, places, NormTraits::form, form -> form, NormTraits::changed);
        tell(
                findings,
                Kind.STRUCTURE,
                places,
                norm -> gain(norm).map(gain -> gain != NormSpec.Gain.NONE),
                learned -> learned ? "a learned weight" : "no learned weight",
                (b, _) -> "has norms with " + b);
    }

    /** Other numbers, and other ways to keep them. */
    static void numbers(Findings findings, List<Place> places) {
        tell(
                findings,
                Kind.SIZE,
                places,
                NormTraits::epsilon,
                Numbers::plain,
                (b, a) -> Sentences.instead("norm epsilon " + b, a));
        tell(
                findings,
                Kind.STORAGE,
                places,
                norm -> gain(norm).filter(gain -> gain != NormSpec.Gain.NONE),
                gain -> gain == NormSpec.Gain.ONE_PLUS_WEIGHT ? "less one" : "as they are",
                (b, a) -> Sentences.instead("norm weights stored " + b, a));
    }

    private static String changed(String b, String a) {
        if (b.equals(NO_NORM)) {
            return "has no norm";
        }
        return a.equals(NO_NORM) ? "adds a norm" : Sentences.instead("uses " + b, a);
    }

    private static Optional<String> form(NormSpec norm) {
        return Optional.of(
                switch (norm) {
                    case NormSpec.None _ -> NO_NORM;
                    case NormSpec.Rms _ -> "RMS norm";
                    case NormSpec.Layer _ -> "LayerNorm";
                });
    }

    private static Optional<NormSpec.Gain> gain(NormSpec norm) {
        return switch (norm) {
            case NormSpec.Rms(var _, var gain) -> Optional.of(gain);
            case NormSpec.None _, NormSpec.Layer _ -> Optional.empty();
        };
    }

    /** With what its weights mean. */
    static Optional<String> title(NormSpec norm) {
        return form(norm)
                .map(form -> form
                        + gain(norm)
                                .map(gain -> switch (gain) {
                                    case WEIGHT -> "";
                                    case ONE_PLUS_WEIGHT -> ", weights stored less one";
                                    case NONE -> ", no weights";
                                })
                                .orElse(""));
    }

    static Optional<Double> epsilon(NormSpec norm) {
        return switch (norm) {
            case NormSpec.Rms(var epsilon, var _) -> Optional.of(epsilon);
            case NormSpec.Layer(var epsilon) -> Optional.of(epsilon);
            case NormSpec.None _ -> Optional.empty();
        };
    }

    private static <V> void tell(
            Findings findings,
            Kind kind,
            List<Place> places,
            Function<NormSpec, Optional<V>> property,
            Function<V, String> format,
            BiFunction<String, String, String> sentence) {
        var changes = new LinkedHashMap<String, List<String>>();
        int compared = 0;
        for (var place : places) {
            var two = new Findings.Two<>(
                    place.norms().from().having(property), place.norms().to().having(property));
            compared += two.from().isEmpty() || two.to().isEmpty() ? 0 : 1;
            if (!two.agree()) {
                changes.computeIfAbsent(two.told(format, sentence), _ -> new ArrayList<>())
                        .add(place.name());
            }
        }
        // Epsilons hardly matter, and files are not architectures.
        double distance = kind == Kind.STRUCTURE ? 1 : 0.1;
        var before = only(places, property, Findings.Two::from);
        var now = only(places, property, Findings.Two::to);
        if (before.isPresent() && now.isPresent()) {
            // The same everywhere, wherever the norms stand.
            if (!before.equals(now)) {
                String b = format.apply(now.get());
                String a = format.apply(before.get());
                boolean same = a.equals(b);
                findings.add(
                        kind,
                        NORMS,
                        sentence.apply(
                                same ? now.get().toString() : b,
                                same ? before.get().toString() : a),
                        distance);
            }
            return;
        }
        int all = compared;
        changes.forEach((change, where) -> {
            String names = Sentences.listed(where);
            boolean everywhere = where.size() == all && all > 1;
            String at = everywhere ? "" : kind == Kind.STRUCTURE ? " " + names : " (" + names + ")";
            findings.add(kind, NORMS, change + at, distance);
        });
    }

    /** What all norms of a model have, if they have one thing. */
    private static <V> Optional<V> only(
            List<Place> places,
            Function<NormSpec, Optional<V>> property,
            Function<Findings.Two<NormSpec>, Layered<NormSpec>> side) {
        var values = new LinkedHashSet<V>();
        places.forEach(place ->
                values.addAll(side.apply(place.norms()).having(property).distinct()));
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }
}
