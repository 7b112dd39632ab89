package orrery.engine;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a request may take, counted from its submission. An answer that reaches a limit ends with
 * {@link FinishReason#TIME} before the engine's next step, and keeps its text so far.
 *
 * @param waiting until the first step that it takes part in; empty for no limit
 * @param whole until its end; empty for no limit
 */
public record TimeLimits(Optional<Duration> waiting, Optional<Duration> whole) {
    /** No limits. */
    public static final TimeLimits NONE = new TimeLimits(Optional.empty(), Optional.empty());

    /** @throws EngineException if a limit is not positive */
    public TimeLimits {
        requirePositive("waiting", waiting);
        requirePositive("whole", whole);
    }

    private static void requirePositive(String name, Optional<Duration> limit) {
        if (limit.isPresent() && !limit.get().isPositive()) {
            throw new EngineException("the time limit " + name + " is " + limit.get() + ", expected more than 0");
        }
    }

    public TimeLimits withWaiting(Optional<Duration> other) {
        return new TimeLimits(other, whole);
    }

    public TimeLimits withWhole(Optional<Duration> other) {
        return new TimeLimits(waiting, other);
    }

    /** A limit in nanoseconds; the largest number if there is none, or if it is longer. */
    static long nanos(Optional<Duration> limit) {
        return limit.filter(time -> time.toDays() < 36_500)
                .map(Duration::toNanos)
                .orElse(Long.MAX_VALUE);
    }
}
