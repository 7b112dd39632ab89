package orrery.draw;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What one model's column has otherwise than those that it is held against. */
final class Differences implements Marks {
    private final Map<Slot, Box> own;
    private final List<Map<Slot, Box>> others;
    private final List<Blueprint> otherColumns;

    Differences(Blueprint column, List<Blueprint> others) {
        own = boxes(column);
        this.others = others.stream().map(Differences::boxes).toList();
        otherColumns = List.copyOf(others);
    }

    private static Map<Slot, Box> boxes(Blueprint column) {
        var boxes = new EnumMap<Slot, Box>(Slot.class);
        Stream.of(column.entry(), column.whole().parts(), column.exit())
                .flatMap(List::stream)
                .forEach(part -> box(part).ifPresent(box -> boxes.put(part.slot(), box)));
        return boxes;
    }

    private static Optional<Box> box(Part part) {
        return switch (part) {
            case Part.Boxed(var _, var box) -> Optional.of(box);
            case Part.Beside(var _, var box) -> Optional.of(box);
            case Part.Fork _, Part.Sum _, Part.Word _, Part.Foot _ -> Optional.empty();
        };
    }

    @Override
    public boolean part(Slot slot) {
        var mine = own.get(slot);
        return mine != null
                && others.stream().anyMatch(other -> {
                    var theirs = other.get(slot);
                    return theirs == null || !theirs.title().equals(mine.title());
                });
    }

    @Override
    public boolean line(Slot slot, String key) {
        var mine = own.get(slot);
        return mine != null
                && others.stream()
                        .map(other -> other.get(slot))
                        .anyMatch(theirs -> theirs != null
                                && theirs.role() == mine.role()
                                && !theirs.fact(key).equals(mine.fact(key)));
    }

    @Override
    public boolean missing(Slot slot) {
        boolean inTheFlow = switch (slot) {
            case PER_LAYER_TABLE, DRAFT -> false;
            default -> true;
        };
        return inTheFlow && !own.containsKey(slot) && others.stream().anyMatch(other -> other.containsKey(slot));
    }

    @Override
    public boolean block(DrawnBlock block) {
        return otherColumns.stream()
                .anyMatch(other -> Stream.of(
                                other.lower(),
                                other.upper(),
                                List.of(other.whole()),
                                other.draft().stream().toList())
                        .flatMap(List::stream)
                        .noneMatch(theirs -> isLike(block, theirs)));
    }

    private static boolean isLike(DrawnBlock one, DrawnBlock other) {
        return one.full() == other.full() && (one.full() || one.parts().equals(other.parts()));
    }
}
