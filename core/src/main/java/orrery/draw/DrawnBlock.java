package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;

/**
 * A block that is repeated, as a panel: every part that any of its layers has, in its slot.
 *
 * @param layers how often it is repeated
 * @param name in what layers differ
 * @param each the parameters of one layer
 * @param parts from below
 */
record DrawnBlock(int layers, String name, String each, List<Part> parts) {
    DrawnBlock {
        parts = List.copyOf(parts);
    }

    /** The slots in which layers differ, the uppermost first. */
    List<Part.Choice> choices() {
        return parts.reversed().stream()
                .filter(Part.Choice.class::isInstance)
                .map(Part.Choice.class::cast)
                .toList();
    }

    List<Box> boxes() {
        return parts.stream().flatMap(part -> part.boxes().stream()).toList();
    }

    /** Every part of a layer, from the bottom. */
    static List<Part> parts(LayerSpec layer, int hiddenSize, EmbeddingSpec embedding) {
        boolean learned = embedding.learnedPositions() > 0;
        var mixer = FactBox.attention(layer, hiddenSize, learned);
        var feedForward = FactBox.feedForward(layer.mlp(), hiddenSize);
        var parts = new ArrayList<Part>();
        switch (layer) {
            case LayerSpec.Residual(var first, var second) -> {
                mixer(parts, first, mixer, hiddenSize, List.of());
                feedForward(parts, second, feedForward, hiddenSize);
            }
            case LayerSpec.AltUp altUp -> {
                parts.add(new Part.Boxed(Slot.PREDICT, predict(altUp, hiddenSize)));
                mixer(parts, altUp.mixer(), mixer, hiddenSize, List.of(laurel(altUp, hiddenSize)));
                feedForward(parts, altUp.feedForward(), feedForward, hiddenSize);
                parts.add(new Part.Boxed(Slot.CORRECT, correct(altUp, hiddenSize)));
                parts.add(new Part.Boxed(Slot.LAYER_INPUT, input(altUp, hiddenSize)));
            }
        }
        return parts;
    }

    private static void mixer(List<Part> parts, Branch branch, Box op, int hiddenSize, List<Box> beside) {
        parts.add(new Part.Fork(Slot.MIXER_FORK));
        norm(parts, Slot.MIXER_BEFORE, branch.before(), hiddenSize);
        if (!beside.isEmpty()) {
            parts.add(new Part.Fork(Slot.MIXER_NORMED));
        }
        parts.add(new Part.Boxed(Slot.MIXER, op));
        norm(parts, Slot.MIXER_AFTER, branch.after(), hiddenSize);
        parts.add(new Part.Sum(Slot.MIXER_SUM));
        beside.forEach(box -> parts.add(new Part.Beside(Slot.LAUREL, box)));
        norm(parts, Slot.MIXER_OUTER, branch.outer(), hiddenSize);
    }

    private static void feedForward(List<Part> parts, Branch branch, Box op, int hiddenSize) {
        parts.add(new Part.Fork(Slot.FEED_FORWARD_FORK));
        norm(parts, Slot.FEED_FORWARD_BEFORE, branch.before(), hiddenSize);
        parts.add(new Part.Boxed(Slot.FEED_FORWARD, op));
        norm(parts, Slot.FEED_FORWARD_AFTER, branch.after(), hiddenSize);
        parts.add(new Part.Sum(Slot.FEED_FORWARD_SUM));
        norm(parts, Slot.FEED_FORWARD_OUTER, branch.outer(), hiddenSize);
    }

    private static void norm(List<Part> parts, Slot slot, NormSpec norm, int size) {
        if (!norm.equals(NormSpec.NONE)) {
            parts.add(new Part.Boxed(slot, norm(norm, size)));
        }
    }

    static Box norm(NormSpec norm, int size) {
        var weights = norm.weights(size);
        return Box.of(Role.NORM, Words.norm(norm), weights.isEmpty() ? "no weight" : Phrase.count(weights));
    }

    private static Box predict(LayerSpec.AltUp layer, int hiddenSize) {
        String title = "AltUp: predict " + layer.streams().count() + " streams";
        String count = count(layer, hiddenSize, "altup.predict", "altup.router", "altup.norm");
        var line = new Box.Line("streams", "number " + layer.streams().active() + " goes through the layer");
        return Box.of(Role.PLAIN, title, count, line);
    }

    private static Box correct(LayerSpec.AltUp layer, int hiddenSize) {
        String title = "AltUp: correct " + layer.streams().count() + " streams";
        return Box.of(Role.PLAIN, title, count(layer, hiddenSize, "altup.correct", "altup.scale"));
    }

    private static Box laurel(LayerSpec.AltUp layer, int hiddenSize) {
        return Box.of(
                Role.PLAIN,
                "LAuReL",
                count(layer, hiddenSize, "laurel."),
                new Box.Line("rank", "rank " + layer.laurel().rank()),
                new Box.Line("norm", Words.norm(layer.laurel().norm())),
                new Box.Line("input", "plus its input"),
                new Box.Line("scale", "sum × 1/√2"));
    }

    private static Box input(LayerSpec.AltUp layer, int hiddenSize) {
        var input = layer.input();
        String hidden = Numbers.exact(hiddenSize);
        return Box.of(
                Role.EMBEDDING,
                "Per-layer input",
                count(layer, hiddenSize, "input."),
                new Box.Line("width", hidden + " → " + Numbers.exact(input.size()) + " → " + hidden),
                new Box.Line("gate", Words.activation(input.activation()) + ", times the layer’s own embedding"),
                new Box.Line("norm", Words.norm(input.norm()) + ", added to the other streams"));
    }

    private static String count(LayerSpec layer, int hiddenSize, String... roles) {
        return Phrase.count(
                layer.weights(hiddenSize), role -> List.of(roles).stream().anyMatch(role::startsWith));
    }
}
