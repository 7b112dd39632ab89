package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import orrery.report.FactValue;
import orrery.report.Facts;
import orrery.report.Property;
import orrery.report.Topic;
import orrery.spec.LayerSpec;
import orrery.spec.Op;

/** A layer's branches as boxes, with those of their facts that are brief enough. */
final class FactBox {
    private FactBox() {}

    /** @param learnedPositions whether the embedding already encodes positions */
    static Box attention(LayerSpec layer, int hiddenSize, boolean learnedPositions) {
        var facts = Facts.ofLayer(layer, hiddenSize);
        var lines = new ArrayList<Box.Line>();
        for (var line : lines(facts, Topic.ATTENTION)) {
            boolean known = learnedPositions && line.key().equals(Property.POSITION.name());
            if (!line.key().equals(Property.CACHED.name())) {
                lines.add(known ? new Box.Line(line.key(), "learned positions in the embedding") : line);
            }
        }
        return new Box(
                Role.ATTENTION,
                value(facts, Property.MECHANISM).brief(),
                Phrase.count(layer.attention().weights(hiddenSize)),
                lines,
                Optional.empty(),
                Optional.of(value(facts, Property.CACHED).brief()));
    }

    static Box feedForward(Op.Mlp op, int hiddenSize) {
        var facts = Facts.of(op, hiddenSize);
        var experts = op.experts();
        return new Box(
                experts.isPresent() ? Role.EXPERTS : Role.FEED_FORWARD,
                value(facts, Property.FEED_FORWARD).brief(),
                Phrase.count(op.weights(hiddenSize)),
                lines(facts, Topic.FEED_FORWARD),
                experts.map(one -> Box.Tiles.of(one, one.shared().isPresent())),
                Optional.empty());
    }

    private static FactValue value(Map<Property, FactValue> facts, Property property) {
        return Objects.requireNonNull(facts.get(property), property.name());
    }

    /** In the order of the properties; what goes without saying is left out. */
    private static List<Box.Line> lines(Map<Property, FactValue> facts, Topic topic) {
        return facts.entrySet().stream()
                .filter(fact -> fact.getKey().topic() == topic)
                .filter(fact -> fact.getKey() != Property.MECHANISM && fact.getKey() != Property.FEED_FORWARD)
                .filter(fact -> !fact.getValue().brief().isEmpty())
                .map(fact -> new Box.Line(fact.getKey().name(), fact.getValue().brief()))
                .toList();
    }
}
