package orrery.draw;

import static orrery.report.DataMap.lower;
import static orrery.report.DataMap.map;

import java.util.ArrayList;
import java.util.List;
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
        var facts = column.facts().stream().map(fact -> List.of(fact.caption(), fact.value(), fact.note()));
        var block = column.block();
        var parts = map();
        column.parts().forEach(part -> parts.put(name(part.slot()), of(part)));
        var data = map(
                "facts", facts.toList(),
                "block", map("layers", block.layers(), "name", block.name(), "each", block.each()),
                "parts", parts);
        column.draft().ifPresent(draft -> {
            var boxes = draft.boxes().stream().map(box -> box(Slot.DRAFT, box));
            data.put("draft", map("name", draft.name(), "boxes", boxes.toList()));
        });
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
            case Part.Word(var _, var text) -> map("kind", "word", "boxes", List.of(), "text", text);
        };
    }

    private static Map<String, Object> part(String kind, List<?> boxes) {
        return map("kind", kind, "boxes", boxes);
    }

    private Map<String, Object> box(Slot slot, Box box) {
        var lines = box.lines().stream().map(line -> text(line.key(), line.text()));
        var data = map(
                "role", box.role().style(),
                "title", text("title", box.title()),
                "count", box.count(),
                "lines", lines.toList());
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
        return map("key", key, "text", text, "form", Distance.form(text));
    }

    private static String name(Slot slot) {
        return lower(slot);
    }
}
