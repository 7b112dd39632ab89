package orrery.look;

import java.util.List;

/**
 * The attention weights of one layer for the rows of a step.
 *
 * @param layer the layer's index
 * @param firstSeen for each row the first position that it attends to; not to be changed
 * @param lastSeen for each row the last one: its own, or the last of its span; not to be changed
 * @param heads the query heads, ascending
 * @param difference the largest absolute difference between the output of the heads, as these weights give it from the
 *     cached values, and the output that the kernels computed
 */
public record AttentionWeights(int layer, int[] firstSeen, int[] lastSeen, List<Head> heads, double difference) {
    public AttentionWeights {
        heads = List.copyOf(heads);
    }

    /**
     * One query head.
     *
     * @param index its number among the layer's query heads
     * @param rows for each row the weights of the positions from {@code firstSeen} to {@code lastSeen}; their sum is 1;
     *     not to be changed
     */
    public record Head(int index, float[][] rows) {}

    /** The number of rows. */
    public int rows() {
        return firstSeen.length;
    }

    /** The weight that a row gives to a position; 0 where it does not attend. */
    public float of(Head head, int row, int position) {
        boolean seen = position >= firstSeen[row] && position <= lastSeen[row];
        return seen ? head.rows()[row][position - firstSeen[row]] : 0;
    }

    /** The average over the heads. */
    public Head mean() {
        var rows = new float[rows()][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = new float[lastSeen[r] - firstSeen[r] + 1];
            for (int i = 0; i < rows[r].length; i++) {
                double sum = 0;
                for (var head : heads) {
                    sum += head.rows()[r][i];
                }
                rows[r][i] = (float) (sum / heads.size());
            }
        }
        return new Head(0, rows);
    }

    /** The same with only some of the heads. */
    AttentionWeights withHeads(List<Head> some) {
        return new AttentionWeights(layer, firstSeen, lastSeen, some, difference);
    }
}
