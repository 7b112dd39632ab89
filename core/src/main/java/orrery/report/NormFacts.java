package orrery.report;

import static orrery.report.DataMap.lower;
import static orrery.report.DataMap.map;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import orrery.spec.Branch;
import orrery.spec.HeadNorms;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;

/** Where a layer's norms are placed, and what they compute. What is the same in all places is stated once. */
final class NormFacts {
    private NormFacts() {}

    /** @param outside norms that the model has once, by place */
    static void add(FactMap facts, LayerSpec layer, Map<String, NormSpec> outside) {
        var places = places(layer);
        places.putAll(outside);
        facts.put(Property.NORM_PLACES, placement(layer));
        var data = new ArrayList<Map<String, Object>>();
        places.forEach((place, norm) -> {
            var one = map("place", place);
            one.putAll(data(norm));
            data.add(one);
        });
        told(places, norm -> Optional.of(Words.norm(norm)), true, Optional.of(data))
                .ifPresent(value -> facts.put(Property.NORM_KIND, value));
        told(places, NormFacts::epsilon, false, Optional.empty())
                .ifPresent(value -> facts.put(Property.NORM_EPSILON, value));
        told(places, NormFacts::storage, true, Optional.empty())
                .ifPresent(value -> facts.put(Property.NORM_STORAGE, value));
    }

    /** The norms of a layer; for a branch, only those that are present. */
    private static SequencedMap<String, NormSpec> places(LayerSpec layer) {
        var places = new LinkedHashMap<String, NormSpec>();
        branch(places, "attention", layer.mixer());
        branch(places, "the feed-forward", layer.feedForward());
        HeadNorms heads = layer.attention().norms();
        some(places, "on queries", heads.query());
        some(places, "on keys", heads.key());
        some(places, "on values", heads.value());
        layer.attention().latent().ifPresent(latent -> places.put("on latents", latent.norm()));
        switch (layer) {
            case LayerSpec.Residual _ -> {}
            case LayerSpec.AltUp altUp -> {
                places.put("on the low-rank residual", altUp.laurel().norm());
                places.put("on the per-layer input", altUp.input().norm());
                places.put("before the streams' router", altUp.streams().routerNorm());
            }
        }
        return places;
    }

    private static void branch(Map<String, NormSpec> places, String name, Branch branch) {
        some(places, "before " + name, branch.before());
        some(places, "after " + name, branch.after());
        some(places, "on the sum after " + name, branch.outer());
    }

    private static void some(Map<String, NormSpec> places, String place, NormSpec norm) {
        if (!norm.equals(NormSpec.NONE)) {
            places.put(place, norm);
        }
    }

    /** One property of all norms: the one value that all have, or each with its places; empty if none has it. */
    private static Optional<FactValue> told(
            Map<String, NormSpec> norms,
            Function<NormSpec, Optional<String>> property,
            boolean structural,
            Optional<Object> data) {
        var places = new LinkedHashMap<String, List<String>>();
        norms.forEach((place, norm) -> {
            var value = property.apply(norm);
            value.ifPresent(
                    one -> places.computeIfAbsent(one, _ -> new ArrayList<>()).add(place));
        });
        if (places.isEmpty()) {
            return Optional.empty();
        }
        if (places.size() == 1) {
            String only = places.firstEntry().getKey();
            return Optional.of(new FactValue(data, only, only, "", structural ? only : ""));
        }
        String words = Layered.listed(places.entrySet().stream()
                .map(entry -> entry.getKey() + " " + Layered.listed(entry.getValue()))
                .toList());
        return Optional.of(new FactValue(data, words, words, "", structural ? words : ""));
    }

    static Map<String, Object> data(NormSpec norm) {
        return switch (norm) {
            case NormSpec.None _ -> map("kind", "none");
            case NormSpec.Layer(var epsilon) -> map("kind", "layer", "epsilon", epsilon);
            case NormSpec.Rms(var epsilon, var gain) -> map("kind", "rms", "epsilon", epsilon, "gain", lower(gain));
        };
    }

    private static Optional<String> epsilon(NormSpec norm) {
        return switch (norm) {
            case NormSpec.None _ -> Optional.empty();
            case NormSpec.Layer(var epsilon) -> Optional.of(epsilon(epsilon));
            case NormSpec.Rms(var epsilon, var _) -> Optional.of(epsilon(epsilon));
        };
    }

    /** With all digits, if fewer would not distinguish two values. */
    private static String epsilon(double epsilon) {
        String plain = Numbers.plain(epsilon);
        return Double.toString(epsilon).equals(Double.toString(parsed(plain))) ? plain : Double.toString(epsilon);
    }

    private static double parsed(String plain) {
        return Double.parseDouble(plain.replace(",", ""));
    }

    private static Optional<String> storage(NormSpec norm) {
        return switch (norm) {
            case NormSpec.None _, NormSpec.Layer _ -> Optional.empty();
            case NormSpec.Rms(var _, var gain) ->
                switch (gain) {
                    case WEIGHT -> Optional.of("as they are");
                    case ONE_PLUS_WEIGHT -> Optional.of("less one");
                    case NONE -> Optional.empty();
                };
        };
    }

    /** Which places of a branch have a norm. */
    private record Slots(boolean before, boolean after, boolean outer) {
        static Slots of(Branch branch) {
            return new Slots(
                    !branch.before().equals(NormSpec.NONE),
                    !branch.after().equals(NormSpec.NONE),
                    !branch.outer().equals(NormSpec.NONE));
        }

        String words() {
            if (before && after && !outer) {
                return "before and after";
            }
            var places = new ArrayList<String>();
            if (before) {
                places.add("before");
            }
            if (after) {
                places.add("after, within the residual branch");
            }
            if (outer) {
                places.add("on the residual sum");
            }
            return places.isEmpty() ? "none" : Layered.listed(places);
        }

        /** How the field calls it; empty where it has no name. */
        String name() {
            if (outer) {
                return before || after ? "" : " (original post-norm)";
            }
            return before ? (after ? " (sandwich)" : " (pre-norm)") : after ? " (post-norm)" : "";
        }

        Map<String, Object> data() {
            return map("before", before, "after", after, "outer", outer);
        }
    }

    private static FactValue placement(LayerSpec layer) {
        var mixer = Slots.of(layer.mixer());
        var feedForward = Slots.of(layer.feedForward());
        String words = mixer.equals(feedForward)
                ? mixer.words() + mixer.name()
                : "attention: " + mixer.words() + "; feed-forward: " + feedForward.words();
        return FactValue.form(map("attention", mixer.data(), "feed_forward", feedForward.data()), words, "");
    }
}
