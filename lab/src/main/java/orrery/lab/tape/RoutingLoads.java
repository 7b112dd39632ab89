package orrery.lab.tape;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import orrery.kernel.Routing;
import orrery.model.RoutingObserver;

/** How many tokens each expert of each layer got. */
public final class RoutingLoads implements RoutingObserver {
    private final Map<Integer, long[]> counts = new TreeMap<>();

    /** Forgets all. */
    public void clear() {
        counts.values().forEach(each -> Arrays.fill(each, 0));
    }

    @Override
    public void routed(int layer, Routing routing, int rows) {
        var each = counts.computeIfAbsent(layer, _ -> new long[routing.experts()]);
        for (int e = 0; e < each.length; e++) {
            each[e] += routing.rowsOf(e);
        }
    }

    /** Tokens of each expert, by layer; the draft's layer is the number of layers. Empty without experts. */
    public Map<Integer, long[]> counts() {
        var copy = new TreeMap<Integer, long[]>();
        counts.forEach((layer, each) -> copy.put(layer, each.clone()));
        return copy;
    }
}
