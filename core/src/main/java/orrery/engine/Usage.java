package orrery.engine;

/**
 * What a generation took.
 *
 * @param promptTokens tokens of the prompt
 * @param cachedPromptTokens how many of them another request had computed, or was just computing, and were not computed
 *     again
 * @param generatedTokens tokens that the model chose, the stop id among them
 * @param draftedTokens how many of them were guessed ahead, rightly or not; 0 without {@link Speculation}
 * @param acceptedTokens how many of those guesses were right
 * @param waitingNanos from the submission to the first step that it took part in
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

    /** The same of an answer whose reader had enough of it after so many tokens, when the model was already further. */
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

    /** Prompt tokens computed a second; 0 if none was, or no time passed. */
    public double prefillTokensPerSecond() {
        return perSecond(promptTokens - cachedPromptTokens, prefillNanos);
    }

    /** Tokens a second after the first one; 0 if there was only one, or no time passed. */
    public double decodeTokensPerSecond() {
        return perSecond(generatedTokens - 1, decodeNanos);
    }

    /** The share of guesses that were right; 0 if there were none. */
    public double acceptanceRate() {
        return draftedTokens == 0 ? 0 : (double) acceptedTokens / draftedTokens;
    }

    private static double perSecond(int tokens, long nanos) {
        return tokens <= 0 || nanos <= 0 ? 0 : tokens * 1e9 / nanos;
    }
}
