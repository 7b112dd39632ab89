package orrery.engine;

import java.util.List;

/**
 * A prompt, and how it is to be continued.
 *
 * @param prompt token ids; a copy, not to be changed
 * @param sampling how tokens are chosen
 * @param maxTokens tokens to generate at most; 0 for as many as the context holds
 * @param stop texts that end the answer and are not part of it
 * @param ignoreStopIds whether to go on after the ids with which the model ends its answer
 * @param countExperts whether the session is to count which experts its rows go to: {@link Session#expertUse}
 */
@SuppressWarnings("ArrayRecordComponent") // a record of ids, never compared
public record Request(
        int[] prompt,
        Sampling sampling,
        int maxTokens,
        List<String> stop,
        boolean ignoreStopIds,
        boolean countExperts) {

    /**
     * @throws EngineException if {@code maxTokens} is negative or a stop text is empty
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
    }

    /** Greedy, up to a stop id or the end of the context. */
    public static Request of(int... prompt) {
        return new Request(prompt, Sampling.GREEDY, 0, List.of(), false, false);
    }

    public Request withSampling(Sampling other) {
        return new Request(prompt, other, maxTokens, stop, ignoreStopIds, countExperts);
    }

    public Request withMaxTokens(int other) {
        return new Request(prompt, sampling, other, stop, ignoreStopIds, countExperts);
    }

    public Request withStop(List<String> other) {
        return new Request(prompt, sampling, maxTokens, other, ignoreStopIds, countExperts);
    }

    public Request withStop(String... other) {
        return withStop(List.of(other));
    }

    public Request withIgnoreStopIds(boolean other) {
        return new Request(prompt, sampling, maxTokens, stop, other, countExperts);
    }

    public Request withCountedExperts(boolean other) {
        return new Request(prompt, sampling, maxTokens, stop, ignoreStopIds, other);
    }
}
