package orrery.engine;

/** Chooses a token from a row of logits. */
@FunctionalInterface
public interface Sampler {
    /** The largest logit; the lowest id of equals. */
    Sampler GREEDY = (logits, _) -> Logits.largest(logits);

    /**
     * Chooses.
     *
     * @param logits one a token id; may be changed
     * @param history the tokens so far
     * @throws EngineException if a logit is not a finite number
     */
    int sample(float[] logits, TokenHistory history);
}
