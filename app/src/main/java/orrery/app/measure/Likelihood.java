package orrery.app.measure;

import orrery.report.Agreement;

/** How likely a model finds the tokens that do come, gathered token by token. */
public final class Likelihood {
    private long tokens;
    private double nats;
    private double squares;

    /**
     * Takes one position.
     *
     * @param logits {@code [vocabSize]}
     * @param next the token that comes
     */
    void add(float[] logits, int next) {
        add(logits, Agreement.logSum(logits), next);
    }

    /** The same where the {@link Agreement#logSum} of the logits is known. */
    void add(float[] logits, double logSum, int next) {
        double lost = logSum - logits[next];
        tokens++;
        nats += lost;
        squares += lost * lost;
    }

    /** Tokens that were scored. */
    public long tokens() {
        return tokens;
    }

    /** The mean of minus the logarithm of what a token was thought likely: cross entropy, in nats. */
    public double natsPerToken() {
        return nats / tokens;
    }

    /** e to the power of {@link #natsPerToken}: among how many equally likely tokens the model is as undecided. */
    public double perplexity() {
        return Math.exp(natsPerToken());
    }

    /**
     * By how much another text of the same kind and length may move the perplexity: one standard error, as if tokens
     * were independent.
     */
    public double standardError() {
        double mean = natsPerToken();
        double variance = Math.max(0, squares / tokens - mean * mean);
        return tokens < 2 ? 0 : perplexity() * Math.sqrt(variance / (tokens - 1));
    }
}
