package orrery.engine;

/**
 * How many prompt rows a step may have while others wait for their next token: as many as take no longer than the
 * longest pause that they should notice. Told by the steps before, whatever the model and the machine.
 */
final class Pace {
    /** Rows of the first step, about whose time nothing is known; and of any: fewer are hardly faster. */
    private static final int LEAST = 16;

    /** The weight of the newest step: prompts take longer the further they have come, and machines have other work. */
    private static final double NEWEST = 0.3;

    /** For {@code pauseNanos}: as long as it takes. */
    static final long UNBOUNDED = Long.MAX_VALUE;

    private final int most;
    private final long pause;
    private double answersOnly;
    private double row;

    /**
     * @param most prompt rows of any step
     * @param pauseNanos how long a step should take at most
     */
    Pace(int most, long pauseNanos) {
        this.most = most;
        pause = pauseNanos;
    }

    /**
     * Prompt rows of the next step at most.
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

    /** A step with so many prompt rows took so long. */
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
