package orrery.engine;

import java.util.ArrayList;
import java.util.List;
import orrery.kernel.Routing;
import orrery.model.ExpertBank;

/** Counts of one session: the engine's thread adds, any thread reads. */
final class ExpertCounts {
    /** For sessions that do not count. */
    static final ExpertCounts NONE = new ExpertCounts(List.of());

    private final List<ExpertBank> banks;
    private final long[][] counts;

    ExpertCounts(List<ExpertBank> banks) {
        this.banks = banks;
        counts = new long[banks.size()][];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new long[banks.get(i).count()];
        }
    }

    /** Counts the experts of a row. */
    synchronized void add(int bank, Routing routing, int row) {
        for (int slot = 0; slot < routing.active(); slot++) {
            counts[bank][routing.chosen(row, slot)]++;
        }
    }

    synchronized ExpertUse use() {
        var layers = new ArrayList<ExpertUse.Layer>();
        for (int i = 0; i < counts.length; i++) {
            var bank = banks.get(i);
            layers.add(new ExpertUse.Layer(bank.layer(), bank.active(), counts[i].clone()));
        }
        return new ExpertUse(layers);
    }
}
