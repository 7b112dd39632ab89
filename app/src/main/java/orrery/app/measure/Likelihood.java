package orrery.app.measure;

import orrery.report.Agreement;

/** Accumulates the likelihood of a text's tokens, one by one. */
public final class Likelihood {
    private long tokens;
    private double nats;
    private double squares;

    /**
     * Adds one position.
     *
     * @param logits {@code [vocabSize]}
     * @param next the actual next token
     */
    void add(float[] logits, int next) {
        add(logits, Agreement.logSum(logits), next);
    }

    /** The same if the {@link Agreement#logSum} of the logits is known. */
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

    /** The mean of the negative logarithms of the tokens' probabilities: cross entropy, in nats. */
    public double natsPerToken() {
        return nats / tokens;
    }

    /** e to the power of {@link #natsPerToken}: the number of equally likely tokens with the same uncertainty. */
    public double perplexity() {
        return Math.exp(natsPerToken());
    }

    /**
     * How much the perplexity may differ for another text of the same kind and length: one standard error, as if tokens
     * were independent.
     */
    public double standardError() {
        double mean = natsPerToken();
        double variance = Math.max(0, squares / tokens - mean * mean);
        return tokens < 2 ? 0 : perplexity() * Math.sqrt(variance / (tokens - 1));
    }
}
