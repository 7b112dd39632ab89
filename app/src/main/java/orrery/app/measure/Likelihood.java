package orrery.app.measure;

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
        double lost = logSum(logits) - logits[next];
        tokens++;
        nats += lost;
        squares += lost * lost;
    }

    private static double logSum(float[] logits) {
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((double) logit - most);
        }
        return most + Math.log(sum);
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
