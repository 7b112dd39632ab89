package orrery.constrain;

import java.util.List;
import java.util.Map;

/**
 * How the parser goes on when a rule that began at some border is complete: all that it must remember of that border.
 * It refers to older ones; those with equal items are one object, so that a loop returns to where it was.
 */
final class Returns {
    /** As an item's origin: the border that the item is at. */
    static final Returns HERE = new Returns(-1, Map.of());

    final int serial;

    /** The items to go on with, in order, by the rule that is complete. */
    final Map<Integer, List<Item>> afterRule;

    Returns(int serial, Map<Integer, List<Item>> afterRule) {
        this.serial = serial;
        this.afterRule = afterRule;
    }

    List<Item> after(int rule) {
        return afterRule.getOrDefault(rule, List.of());
    }
}
