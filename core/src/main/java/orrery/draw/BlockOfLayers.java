package orrery.draw;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orrery.report.LayerKinds;
import orrery.report.Layers;
import orrery.spec.ArchitectureSpec;

/** Makes one block of all layers: a slot in which they differ holds what they have there as alternatives. */
final class BlockOfLayers {
    private static final Box NOTHING = Box.of(Role.PLAIN, "Nothing", "", new Box.Line("nothing", "passes unchanged"));

    private final ArchitectureSpec spec;
    private final Layers layers;
    private final LayerKinds names;

    private BlockOfLayers(ArchitectureSpec spec) {
        this.spec = spec;
        layers = new Layers(spec.layers());
        names = LayerKinds.of(spec);
    }

    static DrawnBlock of(ArchitectureSpec spec) {
        var block = new BlockOfLayers(spec);
        var parts = block.parts();
        return new DrawnBlock(spec.layers().size(), name(spec.layers().size(), parts), block.each(), parts);
    }

    private List<Part> parts() {
        var slots = new EnumMap<Slot, Map<Part, List<Integer>>>(Slot.class);
        for (int kind = 0; kind < layers.kinds().size(); kind++) {
            var members = members(kind);
            for (var part : DrawnBlock.parts(layers.kinds().get(kind), spec.hiddenSize(), spec.embedding())) {
                slots.computeIfAbsent(part.slot(), _ -> new LinkedHashMap<>())
                        .computeIfAbsent(part, _ -> new ArrayList<>())
                        .addAll(members);
            }
        }
        var parts = new ArrayList<Part>();
        slots.forEach((slot, taken) -> parts.add(part(slot, taken)));
        return parts;
    }

    private List<Integer> members(int kind) {
        return IntStream.range(0, layers.count())
                .filter(layer -> layers.kindOf(layer) == kind)
                .boxed()
                .toList();
    }

    private Part part(Slot slot, Map<Part, List<Integer>> taken) {
        var boxes = new LinkedHashMap<Box, List<Integer>>();
        for (var entry : taken.entrySet()) {
            if (!(entry.getKey() instanceof Part.Boxed(var _, var box))) {
                return only(slot, taken);
            }
            boxes.put(box, entry.getValue());
        }
        var without = new HashSet<>(IntStream.range(0, layers.count()).boxed().toList());
        boxes.values().forEach(without::removeAll);
        if (!without.isEmpty()) {
            boxes.put(NOTHING, List.copyOf(without));
        }
        return boxes.size() == 1 ? only(slot, taken) : new Part.Choice(slot, alternatives(slot, boxes));
    }

    private Part only(Slot slot, Map<Part, List<Integer>> taken) {
        if (taken.size() > 1) {
            throw new DrawException(spec.name() + ": layers differ in " + slot + ", expected the same in all of them");
        }
        return taken.keySet().iterator().next();
    }

    private List<Part.Alternative> alternatives(Slot slot, Map<Box, List<Integer>> boxes) {
        IntFunction<String> shortName = name(slot);
        var all = new ArrayList<Part.Alternative>();
        var used = new HashSet<String>();
        boxes.forEach((box, members) -> {
            var sorted = members.stream().sorted().toList();
            String name = box.equals(NOTHING) ? "nothing" : shortName.apply(sorted.getFirst());
            String unique = name.isEmpty() ? box.title() : Phrase.grouped(name);
            if (!used.add(unique)) {
                unique += ", kind " + (all.size() + 1);
            }
            all.add(new Part.Alternative(
                    box, unique, layers.byPlace(new HashSet<>(sorted)) + ": " + Phrase.ranges(sorted), sorted));
        });
        return all;
    }

    /** The short name of a layer's part in that slot; empty if it has only a title. */
    private IntFunction<String> name(Slot slot) {
        return switch (slot) {
            case MIXER -> layer -> names.layers().get(layer).attention().name();
            case FEED_FORWARD ->
                layer -> names.layers().get(layer).feedForward().name();
            default -> _ -> "";
        };
    }

    private static String name(int layers, List<Part> parts) {
        String differing = parts.stream()
                .filter(Part.Choice.class::isInstance)
                .map(part -> called(part.slot()))
                .distinct()
                .collect(Collectors.joining(" and "));
        if (!differing.isEmpty()) {
            return "layers differ in " + differing;
        }
        return layers == 1 ? "the only layer" : "identical layers";
    }

    /** A slot's name for a reader. */
    static String called(Slot slot) {
        return switch (slot) {
            case MIXER -> "attention";
            case FEED_FORWARD -> "feed-forward";
            case MIXER_BEFORE, MIXER_AFTER, MIXER_OUTER, FEED_FORWARD_BEFORE, FEED_FORWARD_AFTER, FEED_FORWARD_OUTER ->
                "norms";
            default -> "other parts";
        };
    }

    /** The parameters of a layer; of the smallest and the largest if they differ. */
    private String each() {
        var counts = layers.kinds().stream()
                .map(kind -> kind.weights(spec.hiddenSize()))
                .map(weights -> Map.entry(Phrase.used(weights), Phrase.count(weights)))
                .sorted(Map.Entry.comparingByKey())
                .toList();
        String least = counts.getFirst().getValue();
        String most = counts.getLast().getValue();
        return least.equals(most) ? most : least.split(", ")[0] + " to " + most.split(", ")[0];
    }
}
