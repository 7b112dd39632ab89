package orrery.engine;

import java.util.concurrent.ThreadLocalRandom;

/** Everything that {@link Sampling} describes, in its order. */
final class FilteringSampler implements Sampler {
    private final Sampling sampling;
    private final Penalties penalties;
    private final Candidates candidates;
    private final RandomNumbers chance;

    private FilteringSampler(Sampling sampling, Candidates candidates) {
        this.sampling = sampling;
        this.candidates = candidates;
        penalties = new Penalties(sampling, candidates.vocabSize());
        chance = new RandomNumbers(
                sampling.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong()));
    }

    /**
     * The sampler of one sequence, working in arrays that all samplers of one thread share.
     *
     * @throws EngineException if the bias names a token that the model does not have
     */
    static Sampler of(Sampling sampling, Candidates candidates) {
        if (!sampling.logitBias().isEmpty() && sampling.logitBias().lastKey() >= candidates.vocabSize()) {
            throw new EngineException("logit_bias names the token id "
                    + sampling.logitBias().lastKey() + ", expected 0 to " + (candidates.vocabSize() - 1));
        }
        boolean changes = sampling.penalises() || !sampling.logitBias().isEmpty();
        return sampling.greedy() && !changes ? GREEDY : new FilteringSampler(sampling, candidates);
    }

    @Override
    public int sample(float[] logits, TokenHistory history) {
        Logits.requireFinite(logits);
        penalties.apply(logits, history);
        int largest = Logits.largest(logits);
        return sampling.greedy() ? largest : candidates.draw(logits, largest, sampling, chance.next());
    }
}
