package orrery.engine;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
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
 *     probability of the chosen one; 0 to {@link TokenLogprobs#MOST}, or empty for no log probabilities
 * @param promptLogprobs whether the prompt's tokens get log probabilities, too: then the whole prompt is computed,
 *     cached or not
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
        return with(copy -> copy.sampling = other);
    }

    public Request withMaxTokens(int other) {
        return with(copy -> copy.maxTokens = other);
    }

    public Request withStop(List<String> other) {
        return with(copy -> copy.stop = other);
    }

    public Request withStop(String... other) {
        return withStop(List.of(other));
    }

    public Request withIgnoreStopIds(boolean other) {
        return with(copy -> copy.ignoreStopIds = other);
    }

    /** The same, with log probabilities of each token and of the {@code best} most probable ones. */
    public Request withLogprobs(int best) {
        return with(copy -> copy.logprobs = OptionalInt.of(best));
    }

    /** The same, with log probabilities of the prompt's tokens: {@link Session#promptLogprobs}. */
    public Request withPromptLogprobs(boolean other) {
        return with(copy -> copy.promptLogprobs = other);
    }

    public Request withCountedExperts(boolean other) {
        return with(copy -> copy.countExperts = other);
    }

    public Request withLimits(TimeLimits other) {
        return with(copy -> copy.limits = other);
    }

    /** The same, with a constraint on the answer's tokens, such as those of {@link Engine#constraints}. */
    public Request withConstraint(Supplier<TokenConstraint> other) {
        return with(copy -> copy.constraint = other);
    }

    private Request with(Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return copy.made();
    }

    /** The components of a changed copy: a new component stands here once, not in every method above. */
    private static final class Copy {
        private int[] prompt;
        private Sampling sampling;
        private int maxTokens;
        private List<String> stop;
        private boolean ignoreStopIds;
        private OptionalInt logprobs;
        private boolean promptLogprobs;
        private boolean countExperts;
        private TimeLimits limits;
        private Supplier<TokenConstraint> constraint;

        Copy(Request from) {
            prompt = from.prompt;
            sampling = from.sampling;
            maxTokens = from.maxTokens;
            stop = from.stop;
            ignoreStopIds = from.ignoreStopIds;
            logprobs = from.logprobs;
            promptLogprobs = from.promptLogprobs;
            countExperts = from.countExperts;
            limits = from.limits;
            constraint = from.constraint;
        }

        Request made() {
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
                    constraint);
        }
    }
}
