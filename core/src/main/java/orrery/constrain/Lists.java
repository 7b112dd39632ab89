package orrery.constrain;

import java.util.ArrayList;
import java.util.List;

/** Lists put together. */
final class Lists {
    private Lists() {}

    /** All of the first, and then what the second has beyond it. */
    static <T> List<T> joined(List<T> first, List<T> second) {
        if (second.isEmpty() || first.equals(second)) {
            return first;
        }
        if (first.isEmpty()) {
            return second;
        }
        var all = new ArrayList<>(first);
        for (T element : second) {
            if (!all.contains(element)) {
                all.add(element);
            }
        }
        return all;
    }
}
