package orrery.draw;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The height at which each slot stands, the same for all columns of a drawing.
 *
 * @param tops the upper edges, in CSS pixels
 * @param heights of the highest part in that place
 * @param end the lower edge of the lowest
 */
record RowLayout(Map<Slot, Double> tops, Map<Slot, Double> heights, double end) {
    private static final double SUM = 18;
    private static final double FORK = 4;
    private static final double FOOT = 2;
    private static final double WORD = 18;
    private static final double NAME_LINE = 15;

    /** Rows from {@code top} on downwards. */
    static RowLayout of(List<Blueprint> columns, double top) {
        var heights = new EnumMap<Slot, Double>(Slot.class);
        for (var column : columns) {
            parts(column).forEach(part -> heights.merge(part.slot(), height(part), Math::max));
            heights.merge(Slot.LABEL, labelHeight(column.whole()), Math::max);
            heights.merge(Slot.FOOT, FOOT, Math::max);
            column.draft().ifPresent(draft -> heights.merge(Slot.DRAFT, height(draft), Math::max));
            stacked(heights, Slot.LOWER_LAYERS, column.lower());
            stacked(heights, Slot.UPPER_LAYERS, column.upper());
        }
        var tops = new EnumMap<Slot, Double>(Slot.class);
        double at = top;
        for (var slot : List.of(Slot.values()).reversed()) {
            if (heights.containsKey(slot)) {
                tops.put(slot, at);
                at += heights.getOrDefault(slot, 0.0) + Grid.GAP;
            }
        }
        return new RowLayout(tops, heights, at - Grid.GAP);
    }

    private static Stream<Part> parts(Blueprint column) {
        return Stream.of(column.entry(), column.whole().parts(), column.exit()).flatMap(List::stream);
    }

    private static void stacked(Map<Slot, Double> heights, Slot slot, List<DrawnBlock> blocks) {
        if (!blocks.isEmpty()) {
            heights.merge(slot, height(blocks), Math::max);
        }
    }

    /** Of panels one above the other. */
    static double height(List<DrawnBlock> blocks) {
        return blocks.stream().mapToDouble(RowLayout::height).sum() + Grid.GAP * (blocks.size() - 1);
    }

    static double height(DrawnBlock block) {
        double parts = block.parts().stream()
                .mapToDouble(part -> height(part) + Grid.GAP)
                .sum();
        return labelHeight(block) + parts + (block.parts().isEmpty() ? 0 : FOOT);
    }

    static double labelHeight(DrawnBlock block) {
        return 28 + NAME_LINE * (LabelPainter.height(block) - 1);
    }

    static double height(Part part) {
        return switch (part) {
            case Part.Boxed(var _, var box) -> BoxPainter.height(box, Grid.BOX_END - Grid.BOX);
            case Part.Beside(var _, var box) -> BoxPainter.height(box, LabelPainter.BESIDE);
            case Part.Fork _ -> FORK;
            case Part.Sum _ -> SUM;
            case Part.Word _ -> WORD;
            case Part.Foot _ -> FOOT;
        };
    }

    double top(Slot slot) {
        return value(tops, slot);
    }

    double bottom(Slot slot) {
        return top(slot) + value(heights, slot);
    }

    private static double value(Map<Slot, Double> values, Slot slot) {
        var value = values.get(slot);
        if (value == null) {
            throw new IllegalStateException("nothing stands at " + slot);
        }
        return value;
    }
}
