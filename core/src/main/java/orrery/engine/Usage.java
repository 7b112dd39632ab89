package orrery.engine;

/**
 * What a generation used.
 *
 * @param promptTokens tokens of the prompt
 * @param cachedPromptTokens prompt tokens that came from the prefix cache, including those that another request was
 *     just computing
 * @param generatedTokens tokens that the model chose, including the stop id
 * @param draftedTokens how many of them were drafted, accepted or not; 0 without {@link Speculation}
 * @param acceptedTokens how many of those drafts were accepted
 * @param waitingNanos from the submission to its first step
 * @param prefillNanos from there to the first token
 * @param decodeNanos from the first token to the last
 */
public record Usage(
        int promptTokens,
        int cachedPromptTokens,
        int generatedTokens,
        int draftedTokens,
        int acceptedTokens,
        long waitingNanos,
        long prefillNanos,
        long decodeNanos) {

    /** The same for an answer whose reader stopped after {@code tokens}, when the model was already further. */
    public Usage withGeneratedTokens(int tokens) {
        return new Usage(
                promptTokens,
                cachedPromptTokens,
                tokens,
                draftedTokens,
                acceptedTokens,
                waitingNanos,
                prefillNanos,
                decodeNanos);
    }

    /** Prompt tokens computed per second; 0 if none was computed, or no time passed. */
    public double prefillTokensPerSecond() {
        return perSecond(promptTokens - cachedPromptTokens, prefillNanos);
    }

    /** Tokens per second after the first one; 0 if there was only one, or no time passed. */
    public double decodeTokensPerSecond() {
        return perSecond(generatedTokens - 1, decodeNanos);
    }

    /** The share of draft tokens that were accepted; 0 if there were none. */
    public double acceptanceRate() {
        return draftedTokens == 0 ? 0 : (double) acceptedTokens / draftedTokens;
    }

    private static double perSecond(int tokens, long nanos) {
        return tokens <= 0 || nanos <= 0 ? 0 : tokens * 1e9 / nanos;
    }
}
