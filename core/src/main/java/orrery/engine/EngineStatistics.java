package orrery.engine;

/**
 * Counters since the engine was opened. Everything up to a token is counted before its session delivers the token.
 *
 * @param steps forward passes
 * @param promptRows prompt rows in them, including recomputed ones
 * @param answerRows rows of generated tokens
 * @param guessRows rows of draft tokens
 * @param preemptions how often a sequence had to give up its pages to an older one and was requeued
 * @param cancellations sequences whose session was closed before their end
 * @param late sequences that were ended by their {@link TimeLimits}
 */
public record EngineStatistics(
        long steps, long promptRows, long answerRows, long guessRows, long preemptions, long cancellations, long late) {

    /** Before the engine has done anything. */
    public static final EngineStatistics NONE = new EngineStatistics(0, 0, 0, 0, 0, 0, 0);

    /** The sums of both. */
    public EngineStatistics plus(EngineStatistics other) {
        return new EngineStatistics(
                steps + other.steps,
                promptRows + other.promptRows,
                answerRows + other.answerRows,
                guessRows + other.guessRows,
                preemptions + other.preemptions,
                cancellations + other.cancellations,
                late + other.late);
    }
}
