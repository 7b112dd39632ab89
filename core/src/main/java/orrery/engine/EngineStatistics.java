package orrery.engine;

/**
 * What an engine has done since it was opened. Everything up to a token is counted when its session hands it out.
 *
 * @param steps forward passes
 * @param promptRows rows of prompts in them, those that were computed again among them
 * @param answerRows rows of tokens that were chosen before
 * @param guessRows rows of tokens that were guessed ahead
 * @param preemptions how often a sequence had to give its pages to an older one, and began again
 * @param cancellations sequences whose session was closed before their end
 * @param late sequences that came to the end of their {@link TimeLimits}
 */
public record EngineStatistics(
        long steps, long promptRows, long answerRows, long guessRows, long preemptions, long cancellations, long late) {

    /** Of an engine that has done nothing yet. */
    public static final EngineStatistics NONE = new EngineStatistics(0, 0, 0, 0, 0, 0, 0);

    /** Of two engines together, such as a model's before and after it was loaded again. */
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
