package orrery.draw;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
    static RowLayout of(List<Blueprint> columns, Grid grid, double top) {
        var heights = new EnumMap<Slot, Double>(Slot.class);
        double draft = 0;
        for (var column : columns) {
            column.parts().forEach(part -> heights.merge(part.slot(), height(part, grid), Math::max));
            heights.merge(Slot.LABEL, labelHeight(column.block(), grid), Math::max);
            heights.merge(Slot.FOOT, FOOT, Math::max);
            draft = Math.max(draft, column.draft().map(RowLayout::draftHeight).orElse(0.0));
        }
        var tops = new EnumMap<Slot, Double>(Slot.class);
        double at = top;
        for (var slot : List.of(Slot.values()).reversed()) {
            if (heights.containsKey(slot)) {
                tops.put(slot, at);
                at += heights.getOrDefault(slot, 0.0) + Grid.GAP;
            }
        }
        return new RowLayout(tops, heights, Math.max(at - Grid.GAP, draft == 0 ? 0 : top + draft + Grid.GAP));
    }

    /** Of a draft's panel, which hangs from the upper edge of all rows. */
    static double draftHeight(DrawnBlock block) {
        var grid = new Grid(1, false);
        double parts = block.parts().stream()
                .mapToDouble(part -> height(part, grid) + Grid.GAP)
                .sum();
        return labelHeight(block, grid) + parts + 2 * Grid.GAP;
    }

    static double labelHeight(DrawnBlock block, Grid grid) {
        return 28 + NAME_LINE * (LabelPainter.height(block, grid) - 1);
    }

    static double height(Part part, Grid grid) {
        return switch (part) {
            case Part.Boxed(var _, var box) -> BoxPainter.height(box, Grid.BOX_WIDTH);
            case Part.Choice choice -> ChoicePainter.height(choice, grid);
            case Part.Beside(var _, var box) -> BoxPainter.height(box, Grid.BESIDE_WIDTH);
            case Part.Fork _ -> FORK;
            case Part.Sum _ -> SUM;
            case Part.Word _ -> WORD;
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
