package orrery.engine;

import java.util.Arrays;
import java.util.List;

/**
 * How often each expert was used, in rows. A row is a token of prompt or answer, or a rejected draft token. Rows from
 * the prefix cache do not count; rows that had to be recomputed count again. The draft layer does not run for an answer
 * that has ended.
 *
 * @param layers the layers that have experts, in order; empty for a dense model
 */
public record ExpertUse(List<Layer> layers) {

    public ExpertUse {
        layers = List.copyOf(layers);
    }

    /**
     * One layer.
     *
     * @param index the layer's index; the draft's is the number of layers
     * @param active the experts per row
     * @param counts by expert; a copy, not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers handed on, never compared
    public record Layer(int index, int active, long[] counts) {

        /** All uses: {@code active} for every row. */
        public long total() {
            return Arrays.stream(counts).sum();
        }

        /** How many experts were used at all. */
        public int distinct() {
            return (int) Arrays.stream(counts).filter(count -> count > 0).count();
        }

        /**
         * The entropy of the use as a share of its largest possible value: 1 if all experts are used equally, 0 if only
         * one is, or none.
         */
        public double balance() {
            double total = total();
            double entropy = 0;
            for (long count : counts) {
                entropy -= count == 0 ? 0 : count / total * Math.log(count / total);
            }
            return counts.length < 2 ? 0 : entropy / Math.log(counts.length);
        }
    }
}
