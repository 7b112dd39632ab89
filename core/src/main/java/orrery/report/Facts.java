package orrery.report;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.spec.ArchitectureSpec;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;

/**
 * All that there is to know about an architecture, found in one walk of its spec: what cards, tables, sentences,
 * drawings and pages show.
 *
 * @param layers the layers that the values belong to
 * @param all a value for each property, or several with the layers that have them; nothing where a property does not
 *     apply
 * @param ofKinds the values of each of the distinct layers
 * @param mtp those of the layer that predicts one token further, where there is one
 */
public record Facts(
        Layers layers, Map<Property, Layered> all, List<Map<Property, FactValue>> ofKinds, Optional<Facts> mtp) {

    /** Of a model. */
    public static Facts of(ArchitectureSpec spec) {
        var once = new FactMap();
        ModelFacts.add(once, spec);
        var mtp = spec.draft().map(draft -> {
            var outside = Map.of("around the MTP layer", draft.norm());
            return of(List.of(draft.layer()), spec.hiddenSize(), outside, Map.of(), Optional.empty());
        });
        return of(spec.layers(), spec.hiddenSize(), ModelFacts.norms(spec), once.all(), mtp);
    }

    private static Facts of(
            List<LayerSpec> list,
            int hiddenSize,
            Map<String, NormSpec> outside,
            Map<Property, FactValue> once,
            Optional<Facts> mtp) {
        var layers = new Layers(list);
        var ofKinds = layers.kinds().stream()
                .map(layer -> ofLayer(layer, hiddenSize, outside))
                .toList();
        var all = new EnumMap<Property, Layered>(Property.class);
        for (var property : Property.values()) {
            var value = Optional.ofNullable(once.get(property));
            var each = ofKinds.stream().map(kind -> Optional.ofNullable(kind.get(property)));
            var layered = value.isPresent()
                    ? Layered.once(layers, value)
                    : new Layered(layers, each.toList(), property == Property.REACH);
            if (!layered.isEmpty()) {
                all.put(property, layered);
            }
        }
        return new Facts(layers, all, ofKinds, mtp);
    }

    /** Those of one layer. */
    public static Map<Property, FactValue> ofLayer(LayerSpec layer, int hiddenSize) {
        return ofLayer(layer, hiddenSize, Map.of());
    }

    /** How query heads share keys and values. */
    static FactValue ofAttention(Op.Attention op) {
        var facts = new FactMap();
        AttentionFacts.add(facts, op);
        return facts.get(Property.MECHANISM).orElseThrow();
    }

    /** Those of a feed-forward. */
    public static Map<Property, FactValue> of(Op.Mlp op, int hiddenSize) {
        var facts = new FactMap();
        FeedForwardFacts.add(facts, op, hiddenSize);
        return facts.all();
    }

    private static Map<Property, FactValue> ofLayer(LayerSpec layer, int hiddenSize, Map<String, NormSpec> outside) {
        var facts = new FactMap();
        ModelFacts.streams(facts, layer);
        AttentionFacts.add(facts, layer.attention());
        FeedForwardFacts.add(facts, layer.mlp(), hiddenSize);
        NormFacts.add(facts, layer, outside);
        return facts.all();
    }

    /** Whether any layer, or the model, has such a thing. */
    public boolean has(Property property) {
        return of(property).filter(value -> !value.isNone()).isPresent();
    }

    /** Whether any layer is of that form. */
    public boolean has(Property property, String form) {
        return of(property).stream()
                .flatMap(value -> value.ofKinds().stream())
                .flatMap(Optional::stream)
                .anyMatch(value -> value.form().equals(form));
    }

    public Optional<Layered> of(Property property) {
        return Optional.ofNullable(all.get(property));
    }

    /** What a property is, in words, with the layers where they differ; {@code none} where it does not apply. */
    public String words(Property property) {
        return of(property).map(Layered::words).orElse("none");
    }
}
