package orrery.engine;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * A prompt, and how to continue it.
 *
 * @param prompt token ids; a copy, not to be changed
 * @param sampling how tokens are chosen
 * @param maxTokens the most tokens to generate; 0 for as many as the context holds
 * @param stop stop strings: they end the answer and are not part of it
 * @param ignoreStopIds whether to continue after the model's stop ids
 * @param logprobs how many of the most probable tokens to report for each token of the answer, besides the log
 * probability of the chosen one; 0 to {@link TokenLogprobs#MOST}, or empty for no log probabilities
 *
 * @param promptLogprobs whether the prompt's tokens get log probabilities, too: then the whole prompt is computed,
 * cached or not
 *
 * @param countExperts whether the session counts the experts that its rows are routed to: {@link Session#expertUse}
 * @param limits how long it may take
 * @param constraint makes the constraint on the answer's tokens, a new one for each answer
 */
@SuppressWarnings("ArrayRecordComponent") // a record of ids, never compared
public record Request(
        int[] prompt,
        Sampling sampling,
        int maxTokens,
        List<String> stop,
        boolean ignoreStopIds,
        OptionalInt logprobs,
        boolean promptLogprobs,
        boolean countExperts,
        TimeLimits limits,
        Supplier<TokenConstraint> constraint) {

    /**
     * @throws EngineException if {@code maxTokens} is negative, a stop string is empty, or {@code logprobs} is out of
     *     range
     */
    public Request {
        if (maxTokens < 0) {
            throw new EngineException("max_tokens is " + maxTokens + ", expected 0 (up to the context) or more");
        }
        prompt = prompt.clone();
        stop = List.copyOf(stop);
        if (stop.contains("")) {
            throw new EngineException("a stop text is empty, expected at least one character");
        }
        if (logprobs.isPresent() && (logprobs.getAsInt() < 0 || logprobs.getAsInt() > TokenLogprobs.MOST)) {
            throw new EngineException("logprobs is " + logprobs.getAsInt() + ", expected 0 to " + TokenLogprobs.MOST);
        }
    }

    /** Greedy, up to a stop id or the end of the context. */
    public static Request of(int... prompt) {
        return new Request(
                prompt,
                Sampling.GREEDY,
                0,
                List.of(),
                false,
                OptionalInt.empty(),
                false,
                false,
                TimeLimits.NONE,
                () -> TokenConstraint.NONE);
    }

    public Request withSampling(Sampling other) {
        return new Request(
                prompt,
                other,
                maxTokens,
                stop,
                ignoreStopIds,
                logprobs,
                promptLogprobs,
                countExperts,
                limits,
                constraint);
    }

    public Request withMaxTokens(int other) {
        return new Request(
                prompt,
                sampling,
                other,
                stop,
                ignoreStopIds,
                logprobs,
                promptLogprobs,
                countExperts,
                limits,
                constraint);
    }

    public Request withStop(List<String> other) {
        return new Request(
                prompt,
                sampling,
                maxTokens,
                other,
                ignoreStopIds,
                logprobs,
                promptLogprobs,
                countExperts,
                limits,
                constraint);
    }

    public Request withStop(String... other) {
        return withStop(List.of(other));
    }

    public Request withIgnoreStopIds(boolean other) {
        return new Request(
                prompt, sampling, maxTokens, stop, other, logprobs, promptLogprobs, countExperts, limits, constraint);
    }

    /** The same, with log probabilities of each token and of the {@code best} most probable ones. */
    public Request withLogprobs(int best) {
        return new Request(
                prompt,
                sampling,
                maxTokens,
                stop,
                ignoreStopIds,
                OptionalInt.of(best),
                promptLogprobs,
                countExperts,
                limits,
                constraint);
    }

    /** The same, with log probabilities of the prompt's tokens: {@link Session#promptLogprobs}. */
    public Request withPromptLogprobs(boolean other) {
        return new Request(
                prompt, sampling, maxTokens, stop, ignoreStopIds, logprobs, other, countExperts, limits, constraint);
    }

    public Request withCountedExperts(boolean other) {
        return new Request(
                prompt, sampling, maxTokens, stop, ignoreStopIds, logprobs, promptLogprobs, other, limits, constraint);
    }

    public Request withLimits(TimeLimits other) {
        return new Request(
                prompt,
                sampling,
                maxTokens,
                stop,
                ignoreStopIds,
                logprobs,
                promptLogprobs,
                countExperts,
                other,
                constraint);
    }

    /** The same, with a constraint on the answer's tokens. */
    public Request withConstraint(Supplier<TokenConstraint> other) {
        return new Request(
                prompt,
                sampling,
                maxTokens,
                stop,
                ignoreStopIds,
                logprobs,
                promptLogprobs,
                countExperts,
                limits,
                other);
    }
}
