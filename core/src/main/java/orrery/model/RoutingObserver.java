package orrery.model;

import orrery.kernel.Routing;

/** Observes which experts the rows of a step are routed to. */
@FunctionalInterface
public interface RoutingObserver {
    /** Observes nothing. */
    RoutingObserver NONE = (_, _, _) -> {};

    /**
     * Called once per step for each mixture of experts, before its experts run.
     *
     * @param layer the layer's index; the draft's is the number of layers
     * @param routing valid for {@code rows} rows until this returns, grouped by expert
     */
    void routed(int layer, Routing routing, int rows);
}
