package orrery.lab.experiment;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import orrery.kernel.Routing;
import orrery.model.RoutingObserver;
import orrery.spec.ArchitectureSpec;

/** Counts how often each expert of each layer is chosen. */
final class ValidationLoads implements RoutingObserver {
    /** An expert that gets less than this share of an even load counts as unused. */
    private static final double UNUSED = 0.1;

    private final Map<Integer, long[]> counts = new TreeMap<>();

    ValidationLoads(ArchitectureSpec spec) {
        for (int i = 0; i < spec.layers().size(); i++) {
            int layer = i;
            spec.layers().get(i).mlp().experts().ifPresent(experts -> counts.put(layer, new long[experts.count()]));
        }
    }

    @Override
    public void routed(int layer, Routing routing, int rows) {
        long[] layerCounts = counts.get(layer);
        if (layerCounts == null) {
            throw new IllegalStateException("layer " + layer + " has no experts to count");
        }
        for (int row = 0; row < rows; row++) {
            for (int slot = 0; slot < routing.active(); slot++) {
                layerCounts[routing.chosen(row, slot)]++;
            }
        }
    }

    /** Means over layers: the load of the busiest expert, 1 being even, and how many experts are hardly used. */
    void addTo(Map<String, Double> measures) {
        if (counts.isEmpty()) {
            return;
        }
        double busiest = 0;
        double unused = 0;
        for (long[] layer : counts.values()) {
            double even = (double) Arrays.stream(layer).sum() / layer.length;
            busiest += Arrays.stream(layer).max().orElse(0) / even;
            unused +=
                    Arrays.stream(layer).filter(count -> count < UNUSED * even).count();
        }
        measures.put("busiest_expert_load", busiest / counts.size());
        measures.put("unused_experts", unused / counts.size());
    }
}
