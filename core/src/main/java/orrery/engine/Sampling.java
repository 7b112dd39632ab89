package orrery.engine;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the next token is chosen from a row of logits. The steps have the order of Hugging Face transformers, preceded by
 * OpenAI's additions:
 * <ol>
 *   <li>{@code logitBias} is added;
 *   <li>{@code repetitionPenalty}: a positive logit of every token that occurs in prompt or answer is divided by it, a
 *       negative one multiplied (CTRL, arXiv:1909.05858);
 *   <li>{@code frequencyPenalty} times the token's count in the answer, and {@code presencePenalty} if it occurs there,
 *       are subtracted (as in OpenAI's API; the prompt does not count);
 *   <li>logits are divided by {@code temperature}; if it is 0, the largest logit wins, the lowest id if several are
 *       equal, and no further step applies;
 *   <li>{@code topK} keeps so many of the largest, preferring the lowest ids of equal ones;
 *   <li>{@code topP} keeps the fewest of the most probable that have this much of the remaining probability together
 *       (arXiv:1904.09751);
 *   <li>{@code minP} drops tokens less probable than this share of the most probable (arXiv:2407.01082);
 *   <li>one of the rest is drawn.
 * </ol>
 *
 * @param temperature 0 for greedy, 1 for the model's own distribution
 * @param topK 0 for no limit; -1, which means the same, becomes 0
 * @param topP above 0 to 1; 1 for no limit
 * @param minP 0 to 1; 0 for no limit
 * @param repetitionPenalty 0.01 to 100; 1 for none
 * @param presencePenalty -2 to 2; 0 for none
 * @param frequencyPenalty -2 to 2; 0 for none
 * @param logitBias by token id, -100 to 100
 * @param seed the same seed gives the same text; if absent, each request draws one
 */
public record Sampling(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        SortedMap<Integer, Double> logitBias,
        OptionalLong seed) {

    /** Always the largest logit. */
    public static final Sampling GREEDY =
            new Sampling(0, 0, 1, 0, 1, 0, 0, Collections.emptySortedMap(), OptionalLong.empty());

    /** The model's own distribution, unchanged. */
    public static final Sampling PLAIN = GREEDY.withTemperature(1);

    /** @throws EngineException if a value is not a number or out of its range */
    public Sampling {
        within("temperature", temperature, 0, 100);
        topK = topK == -1 ? 0 : topK; // vLLM's value for no limit, which many files contain
        if (topK < 0) {
            throw new EngineException("top_k is " + topK + ", expected 0 or -1 (no limit), or more");
        }
        within("top_p", topP, 0, 1);
        if (topP == 0) {
            throw new EngineException("top_p is 0, expected more than 0 up to 1 (no limit)");
        }
        within("min_p", minP, 0, 1);
        // A smaller one could make a logit infinite.
        within("repetition_penalty", repetitionPenalty, 0.01, 100);
        within("presence_penalty", presencePenalty, -2, 2);
        within("frequency_penalty", frequencyPenalty, -2, 2);
        logitBias = Collections.unmodifiableSortedMap(new TreeMap<>(logitBias));
        logitBias.forEach((id, bias) -> {
            if (id < 0) {
                throw new EngineException("logit_bias names the token id " + id + ", expected 0 or more");
            }
            within("logit_bias of token " + id, bias, -100, 100);
        });
    }

    private static void within(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new EngineException(name + " is " + value + ", expected " + least + " to " + most);
        }
    }

    public Sampling withTemperature(double other) {
        return new Sampling(
                other, topK, topP, minP, repetitionPenalty, presencePenalty, frequencyPenalty, logitBias, seed);
    }

    public Sampling withTopK(int other) {
        return new Sampling(
                temperature, other, topP, minP, repetitionPenalty, presencePenalty, frequencyPenalty, logitBias, seed);
    }

    public Sampling withTopP(double other) {
        return new Sampling(
                temperature, topK, other, minP, repetitionPenalty, presencePenalty, frequencyPenalty, logitBias, seed);
    }

    public Sampling withMinP(double other) {
        return new Sampling(
                temperature, topK, topP, other, repetitionPenalty, presencePenalty, frequencyPenalty, logitBias, seed);
    }

    public Sampling withRepetitionPenalty(double other) {
        return new Sampling(temperature, topK, topP, minP, other, presencePenalty, frequencyPenalty, logitBias, seed);
    }

    public Sampling withPresencePenalty(double other) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, other, frequencyPenalty, logitBias, seed);
    }

    public Sampling withFrequencyPenalty(double other) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, presencePenalty, other, logitBias, seed);
    }

    public Sampling withLogitBias(Map<Integer, Double> other) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                new TreeMap<>(other),
                seed);
    }

    public Sampling withSeed(long other) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                OptionalLong.of(other));
    }

    /** Whether the text does not depend on chance. */
    public boolean greedy() {
        return temperature == 0;
    }

    /** Whether earlier tokens change the logits. */
    boolean penalises() {
        return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
    }
}
