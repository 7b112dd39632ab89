package orrery.kernel;

import java.util.Arrays;

/**
 * Which rows go to which experts, and with what weight. The rows of one expert are contiguous, so that its weights are
 * read once per step. Refilled at every layer; allocates nothing.
 */
public final class Routing {
    private final int experts;
    private final int active;
    private final int[] chosen;
    private final float[] chosenWeights;
    private final int[] starts;
    private final int[] rows;
    private final int[] grouped;
    private final float[] weights;
    private final int[] cursor;
    private final float[] ones;
    private int count;

    /**
     * Room for a step.
     *
     * @param maxRows the most rows
     * @param experts the number of experts
     * @param active experts per row
     */
    public Routing(int maxRows, int experts, int active) {
        this.experts = experts;
        this.active = active;
        chosen = new int[maxRows * active];
        chosenWeights = new float[maxRows * active];
        starts = new int[experts + 1];
        rows = new int[maxRows * active];
        grouped = new int[maxRows * active];
        weights = new float[maxRows * active];
        cursor = new int[experts];
        ones = new float[maxRows * active];
        Arrays.fill(ones, 1);
    }

    public int experts() {
        return experts;
    }

    /** Experts per row. */
    public int active() {
        return active;
    }

    /** Sets the {@code slot}-th choice of a row. */
    public void choose(int row, int slot, int expert, float weight) {
        chosen[row * active + slot] = expert;
        chosenWeights[row * active + slot] = weight;
    }

    /** The {@code slot}-th choice of a row. */
    public int chosen(int row, int slot) {
        return chosen[row * active + slot];
    }

    /** Sorts the choices of the first {@code rowCount} rows by expert; within an expert, rows ascend. */
    public void group(int rowCount) {
        count = rowCount * active;
        Arrays.fill(starts, 0);
        for (int i = 0; i < count; i++) {
            starts[chosen[i] + 1]++;
        }
        for (int e = 0; e < experts; e++) {
            starts[e + 1] += starts[e];
            cursor[e] = starts[e];
        }
        for (int i = 0; i < count; i++) {
            int at = cursor[chosen[i]]++;
            rows[at] = i / active;
            grouped[at] = chosen[i];
            weights[at] = chosenWeights[i];
        }
    }

    /** Where the rows of an expert start in {@link #rows} and {@link #weights}. */
    public int start(int expert) {
        return starts[expert];
    }

    /** The number of rows of an expert. */
    public int rowsOf(int expert) {
        return starts[expert + 1] - starts[expert];
    }

    /** Row indices, grouped by expert; not to be changed. */
    public int[] rows() {
        return rows;
    }

    /** The expert of each of {@link #rows}, ascending; not to be changed. */
    public int[] grouped() {
        return grouped;
    }

    /** The number of choices of all rows. */
    public int count() {
        return count;
    }

    /** Weights of 1, for models that have already applied the weight to the input. */
    public float[] ones() {
        return ones;
    }

    /** The weight of each of {@link #rows}; not to be changed. */
    public float[] weights() {
        return weights;
    }
}
