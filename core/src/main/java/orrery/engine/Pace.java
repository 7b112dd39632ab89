package orrery.engine;

/**
 * How many prompt rows a step may have while other sequences wait for their next token: as many as fit into the longest
 * pause allowed. It learns from the time of previous steps, for any model and machine.
 */
final class Pace {
    /** The rows of the first step, whose time is unknown, and the fewest of any step: fewer are hardly faster. */
    private static final int LEAST = 16;

    /** The weight of the newest step: prompts get slower with their length, and the machine's load changes. */
    private static final double NEWEST = 0.3;

    /** For {@code pauseNanos}: no limit. */
    static final long UNBOUNDED = Long.MAX_VALUE;

    private final int most;
    private final long pause;
    private double answersOnly;
    private double row;

    /**
     * @param most the most prompt rows of any step
     * @param pauseNanos how long a step should take at most
     */
    Pace(int most, long pauseNanos) {
        this.most = most;
        pause = pauseNanos;
    }

    /**
     * The most prompt rows of the next step.
     *
     * @param waiting whether a sequence waits for its next token
     */
    int rows(boolean waiting) {
        if (!waiting || pause == UNBOUNDED) {
            return most;
        }
        double rows = row == 0 ? LEAST : (pause - answersOnly) / row;
        return (int) Math.clamp(rows, Math.min(LEAST, most), most);
    }

    /** Records how long a step with so many prompt rows took. */
    void took(int promptRows, long nanos) {
        if (promptRows == 0) {
            answersOnly = blend(answersOnly, nanos);
        } else if (nanos > answersOnly) {
            row = blend(row, (nanos - answersOnly) / promptRows);
        }
    }

    private static double blend(double known, double newest) {
        return known == 0 ? newest : known + NEWEST * (newest - known);
    }
}
