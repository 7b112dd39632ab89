package orrery.engine;

/** Chooses a token from a row of logits. For one thread at a time. */
@FunctionalInterface
interface Sampler {
    /** The largest logit; the lowest id if several are equal. */
    Sampler GREEDY = (logits, _, _) -> Logits.largest(logits);

    /**
     * Chooses a token.
     *
     * @param logits one per token id; may be changed
     * @param history the tokens so far; every call passes the same object, which has grown
     * @param scratch working arrays that no other thread uses during the call
     * @return a token id
     * @throws EngineException if a logit is not finite
     */
    int sample(float[] logits, TokenHistory history, Candidates scratch);

    /**
     * The sampler of one sequence. It has its own random number generator: two samplers with the same seed that see the
     * same logits choose the same tokens.
     *
     * @param vocabSize the logits per row
     * @throws EngineException if the bias names a token that the model does not have
     */
    static Sampler of(Sampling sampling, int vocabSize) {
        if (!sampling.logitBias().isEmpty() && sampling.logitBias().lastKey() >= vocabSize) {
            throw new EngineException("logit_bias names the token id "
                    + sampling.logitBias().lastKey() + ", expected 0 to " + (vocabSize - 1));
        }
        boolean changes = sampling.penalises() || !sampling.logitBias().isEmpty();
        return sampling.greedy() && !changes ? GREEDY : new FilteringSampler(sampling);
    }
}
