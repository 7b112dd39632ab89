package orrery.engine;

/** Chooses a token from a row of logits. For one thread at a time. */
@FunctionalInterface
interface Sampler {
    /** The largest logit; the lowest id of equals. */
    Sampler GREEDY = (logits, _, _) -> Logits.largest(logits);

    /**
     * Chooses.
     *
     * @param logits one for each token id; may be changed
     * @param history the tokens so far; the same one, grown, at every call
     * @param scratch arrays to work in, which nobody else uses meanwhile
     * @return a token id
     * @throws EngineException if a logit is not a finite number
     */
    int sample(float[] logits, TokenHistory history, Candidates scratch);

    /**
     * The sampler of one sequence. Chance comes from a generator of its own: two samplers with the same seed that see
     * the same logits choose the same tokens.
     *
     * @param vocabSize logits of a row
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
