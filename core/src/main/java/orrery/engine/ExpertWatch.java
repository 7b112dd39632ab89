package orrery.engine;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orrery.kernel.Routing;
import orrery.kernel.Step;
import orrery.model.ExpertBank;
import orrery.model.RoutingObserver;

/** Observes the routing of a step's rows, and tells the sessions that count and the copies of experts. */
final class ExpertWatch implements RoutingObserver {
    private final int[] bankOfLayer;
    private final Optional<ExpertsInMemory> held;
    private @Nullable Step step;
    private List<Sequence> sequences = List.of();
    private boolean counting;

    /** @param banks in the order of their layers */
    ExpertWatch(List<ExpertBank> banks, Optional<ExpertsInMemory> held) {
        this.held = held;
        bankOfLayer = new int[banks.isEmpty() ? 0 : banks.getLast().layer() + 1];
        for (int i = 0; i < banks.size(); i++) {
            bankOfLayer[banks.get(i).layer()] = i;
        }
    }

    /** The observer of a step whose rows name {@code sequences} by index; none if no sequence counts experts. */
    RoutingObserver over(Step next, List<Sequence> of) {
        step = next;
        sequences = of;
        counting = false;
        for (int i = 0; i < of.size(); i++) {
            counting |= of.get(i).experts != ExpertCounts.NONE;
        }
        return counting || held.isPresent() ? this : RoutingObserver.NONE;
    }

    @Override
    public void routed(int layer, Routing routing, int rows) {
        int bank = bankOfLayer[layer];
        if (held.isPresent()) {
            held.get().used(bank, routing);
        }
        if (counting && step != null) {
            for (int row = 0; row < rows; row++) {
                var sequence = sequences.get(step.sequences()[row]);
                // The draft still runs over the last rows of an ended sequence, but its reader may already have read
                // the counts.
                if (sequence.experts != ExpertCounts.NONE && !sequence.ended) {
                    sequence.experts.add(bank, routing, row);
                }
            }
        }
    }
}
