package orrery.engine;

import java.util.concurrent.ThreadLocalRandom;

/** Applies all of {@link Sampling}, in its order. */
final class FilteringSampler implements Sampler {
    private final Sampling sampling;
    private final Penalties penalties;
    private final RandomNumbers chance;

    FilteringSampler(Sampling sampling) {
        this.sampling = sampling;
        penalties = new Penalties(sampling);
        chance = new RandomNumbers(
                sampling.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong()));
    }

    @Override
    public int sample(float[] logits, TokenHistory history, Candidates scratch) {
        Logits.requireFinite(logits);
        penalties.apply(logits, history);
        int largest = Logits.largest(logits);
        return sampling.greedy() ? largest : scratch.draw(logits, largest, sampling, chance.next());
    }
}
