package orrery.engine;

/**
 * Limits the prompt rows of a step while answers wait for their next token, so that the step takes no longer than the
 * pause that their readers may notice. The limit follows the time of past steps, whatever the model and the machine.
 *
 * <p>It grows by half at most from one step to the next. What a row costs in a small step says little about a larger
 * one: the first dozen rows are nearly free, because a step reads all weights even for one row.
 */
final class Pace {
    /**
     * Rows of the first step, whose time is unknown, and the fewest of any step. Fewer would not help: where answers
     * alone take longer than the pause, their readers wait anyway, and prompts would never be finished.
     */
    private static final int LEAST = 16;

    private static final double GROWTH = 1.5;

    /** For {@code pauseNanos}: a step may take any time. */
    static final long UNBOUNDED = Long.MAX_VALUE;

    private final int most;
    private final long pause;
    private double limit;

    /**
     * @param most prompt rows of any step
     * @param pauseNanos how long a step should take at most, in nanoseconds
     */
    Pace(int most, long pauseNanos) {
        this.most = most;
        pause = pauseNanos;
        limit = Math.min(LEAST, most);
    }

    /**
     * The most prompt rows that the next step may have.
     *
     * @param waiting whether a sequence waits for its next token
     */
    int rows(boolean waiting) {
        return !waiting || pause == UNBOUNDED ? most : (int) limit;
    }

    /** Learns from a step: it had {@code promptRows} and took {@code nanos}. */
    void took(int promptRows, long nanos) {
        if (promptRows == 0) {
            return;
        }
        double longer = (double) pause / Math.max(1, nanos);
        if (longer < 1) {
            limit = Math.max(Math.min(LEAST, most), Math.min(limit, promptRows * longer));
        } else if (promptRows >= (int) limit) {
            limit = Math.min(most, promptRows * Math.min(GROWTH, longer));
        }
    }
}
