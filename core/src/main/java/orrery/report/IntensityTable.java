package orrery.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;

/**
 * Arithmetic intensity: FLOPs for each byte that is read, weights and cache. Beside a machine's FLOP/s over bytes/s it
 * says which of the two is waited for (the roofline model, doi:10.1145/1498765.1498785).
 *
 * @param context tokens in sight of each row of decode, and of the prompt
 * @param rows by the type of the weights; the cache is in bf16
 */
public record IntensityTable(int context, List<Row> rows) {
    /** A context that most releases reach. */
    static final int CONTEXT = 8192;

    /** Batch sizes in decode. */
    static final List<Integer> BATCHES = List.of(1, 8, 64);

    public IntensityTable {
        rows = List.copyOf(rows);
    }

    /**
     * A type of weights.
     *
     * @param decode one for each of 1, 8 and 64 sequences
     * @param prefill of the prompt in one pass
     */
    public record Row(DType type, List<Double> decode, double prefill) {
        public Row {
            decode = List.copyOf(decode);
        }
    }

    static IntensityTable of(ArchitectureSpec spec) {
        return of(spec, WeightTable.costs(spec));
    }

    static IntensityTable of(ArchitectureSpec spec, Map<DType, TokenCost> costs) {
        int context = Math.min(CONTEXT, spec.maxPositions());
        var rows = new ArrayList<Row>();
        costs.forEach((type, cost) -> rows.add(new Row(
                type,
                BATCHES.stream()
                        .map(batch -> cost.decodeIntensity(context - 1, batch))
                        .toList(),
                cost.prefillIntensity(context))));
        return new IntensityTable(context, rows);
    }
}
