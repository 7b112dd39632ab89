package orrery.draw;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What one model's column has otherwise than those that it is held against. */
final class Differences implements Marks {
    private final Map<Slot, List<Box>> own;
    private final List<Map<Slot, List<Box>>> others;
    private final boolean numbers;

    /** @param numbers whether what is built alike and has other numbers differs, too */
    Differences(Blueprint column, List<Blueprint> others, boolean numbers) {
        this.numbers = numbers;
        own = boxes(column);
        this.others = others.stream().map(Differences::boxes).toList();
    }

    private static Map<Slot, List<Box>> boxes(Blueprint column) {
        var boxes = new EnumMap<Slot, List<Box>>(Slot.class);
        column.parts().filter(part -> !part.boxes().isEmpty()).forEach(part -> boxes.put(part.slot(), part.boxes()));
        column.draft().ifPresent(draft -> boxes.put(Slot.DRAFT, draft.boxes()));
        return boxes;
    }

    private static List<Box> at(Map<Slot, List<Box>> boxes, Slot slot) {
        return boxes.getOrDefault(slot, List.of());
    }

    private Distance most(Stream<Distance> differences) {
        return differences
                .filter(one -> numbers || one == Distance.STRUCTURE)
                .max(Distance::compareTo)
                .orElse(Distance.NONE);
    }

    private static Distance least(Box box, List<Box> theirs) {
        return theirs.stream()
                .map(other -> Distance.of(box, other))
                .min(Distance::compareTo)
                .orElse(Distance.STRUCTURE);
    }

    @Override
    public Distance slot(Slot slot) {
        var mine = at(own, slot);
        return most(others.stream()
                .map(other -> at(other, slot))
                .flatMap(theirs -> Stream.concat(
                        mine.stream().map(box -> least(box, theirs)),
                        theirs.stream().map(box -> least(box, mine)))));
    }

    /** Where a slot has this box alone, the box answers for the whole slot. */
    @Override
    public Distance box(Slot slot, Box box) {
        if (at(own, slot).size() == 1) {
            return slot(slot);
        }
        return most(others.stream().map(other -> least(box, at(other, slot))));
    }

    @Override
    public Distance line(Slot slot, Box box, String key) {
        return most(others.stream()
                .flatMap(other -> nearest(box, at(other, slot)))
                .map(theirs -> Distance.ofFact(box, theirs, key)));
    }

    /** The other model's box of the same role that is most like this one. */
    private static Stream<Box> nearest(Box box, List<Box> theirs) {
        return theirs.stream()
                .filter(other -> other.role() == box.role())
                .min(Comparator.comparing((Box other) -> Distance.of(box, other))
                        .thenComparing(other -> -alike(box, other)))
                .stream();
    }

    private static long alike(Box box, Box other) {
        return box.lines().stream().filter(other.lines()::contains).count();
    }

    @Override
    public boolean missing(Slot slot) {
        boolean inTheFlow = switch (slot) {
            case PER_LAYER_TABLE, DRAFT -> false;
            default -> true;
        };
        return inTheFlow && !own.containsKey(slot) && others.stream().anyMatch(other -> other.containsKey(slot));
    }
}
