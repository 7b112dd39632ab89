package orrery.draw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import orrery.spec.ArchitectureSpec;

/**
 * What a model's column shows, as nested maps, for pages that lay several columns beside each other themselves: the
 * same slots and boxes as in {@link SideBySide}, with the form of each text, by which a page tells other numbers from
 * another structure.
 */
public final class ColumnData {
    private final Marks links;

    private ColumnData(Marks links) {
        this.links = links;
    }

    /** The names of all slots, from below. */
    public static List<String> slots() {
        return Stream.of(Slot.values()).map(ColumnData::name).toList();
    }

    /**
     * One model: {@code facts} for its head, {@code block} with what all layers are called, {@code parts} by slot, and
     * {@code draft} where there is one.
     */
    public static Map<String, Object> of(ArchitectureSpec spec, BoxLinks links) {
        var column = Blueprint.of(spec);
        return new ColumnData(new LinkedBoxes(column, links)).of(column);
    }

    private Map<String, Object> of(Blueprint column) {
        var data = new LinkedHashMap<String, Object>();
        data.put(
                "facts",
                column.facts().stream()
                        .map(fact -> List.of(fact.caption(), fact.value(), fact.note()))
                        .toList());
        data.put(
                "block",
                Map.of(
                        "layers", column.block().layers(),
                        "name", column.block().name(),
                        "each", column.block().each()));
        var parts = new LinkedHashMap<String, Object>();
        column.parts().forEach(part -> parts.put(name(part.slot()), of(part)));
        data.put("parts", parts);
        column.draft()
                .ifPresent(draft -> data.put(
                        "draft",
                        Map.of(
                                "name",
                                draft.name(),
                                "boxes",
                                draft.parts().stream()
                                        .flatMap(part -> part.boxes().stream())
                                        .map(box -> box(Slot.DRAFT, box))
                                        .toList())));
        return data;
    }

    private Map<String, Object> of(Part part) {
        return switch (part) {
            case Part.Boxed(var slot, var box) -> part("box", List.of(box(slot, box)));
            case Part.Beside(var slot, var box) -> part("beside", List.of(box(slot, box)));
            case Part.Choice(var slot, var alternatives) -> {
                var boxes = new ArrayList<Map<String, Object>>();
                for (var one : alternatives) {
                    var box = box(slot, one.box());
                    box.put("where", one.where());
                    boxes.add(box);
                }
                yield part("choice", boxes);
            }
            case Part.Fork _ -> part("fork", List.of());
            case Part.Sum _ -> part("sum", List.of());
            case Part.Word(var _, var text) -> Map.of("kind", "word", "boxes", List.of(), "text", text);
        };
    }

    private static Map<String, Object> part(String kind, List<?> boxes) {
        return Map.of("kind", kind, "boxes", boxes);
    }

    private Map<String, Object> box(Slot slot, Box box) {
        var data = new LinkedHashMap<String, Object>();
        data.put("role", box.role().style());
        data.put("title", text("title", box.title()));
        data.put("count", box.count());
        data.put(
                "lines",
                box.lines().stream().map(line -> text(line.key(), line.text())).toList());
        box.cache().ifPresent(cache -> data.put("cache", text(Box.CACHE, cache)));
        box.tiles()
                .ifPresent(tiles -> data.put(
                        "tiles",
                        Map.of(
                                "count",
                                tiles.count(),
                                "chosen",
                                tiles.chosen(),
                                "shared",
                                tiles.shared(),
                                "stacked",
                                tiles.count() > ExpertTiles.MOST)));
        links.link(slot, box).ifPresent(link -> {
            data.put("href", link.address());
            data.put("hint", link.hint());
        });
        return data;
    }

    private static Map<String, Object> text(String key, String text) {
        return Map.of("key", key, "text", text, "form", Distance.form(text));
    }

    private static String name(Slot slot) {
        return slot.name().toLowerCase(Locale.ROOT);
    }
}
