package orrery.measure;

import java.util.List;
import java.util.OptionalInt;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.KvType;

/**
 * What is measured, and for how long.
 *
 * @param workloads in the order in which every round runs them
 * @param tokens that decoding adds to each sequence, over all rounds
 * @param rounds measurements of each workload; if empty, as many as fit into half a minute, {@link #FEWEST} to
 *     {@link #MOST}
 * @param warmUpSeconds how long all workloads together run before the first round, each of them at least once
 * @param kvType the type of the KV cache
 */
public record BenchPlan(List<Workload> workloads, int tokens, OptionalInt rounds, double warmUpSeconds, KvType kvType) {
    /** The fewest default rounds, for a slow model: quartiles need at least that many. */
    public static final int FEWEST = 3;
    /** The most default rounds. */
    public static final int MOST = 8;

    private static final int MOST_SEQUENCES = 1024;
    private static final int MOST_ROUNDS = 1000;

    /** @throws MeasureException if a number is out of its range */
    public BenchPlan {
        workloads = List.copyOf(workloads);
        if (workloads.isEmpty()) {
            throw new MeasureException("there is nothing to measure, expected a prompt or a context");
        }
        for (var workload : workloads) {
            switch (workload) {
                case Workload.Prefill(var length) -> within("prompt", length, 1, Integer.MAX_VALUE);
                case Workload.Decode(var context, var batch) -> {
                    within("context", context, 0, Integer.MAX_VALUE);
                    within("batch", batch, 1, MOST_SEQUENCES);
                }
            }
        }
        within("tokens", tokens, 1, 1 << 20);
        rounds.ifPresent(count -> within("rounds", count, 1, MOST_ROUNDS));
        if (!(warmUpSeconds >= 0 && warmUpSeconds <= 3600)) {
            throw new MeasureException("warm-up is " + warmUpSeconds + " seconds, expected 0 to 3600");
        }
    }

    /** The same with an F32 KV cache. */
    public BenchPlan(List<Workload> workloads, int tokens, OptionalInt rounds, double warmUpSeconds) {
        this(workloads, tokens, rounds, warmUpSeconds, KvType.F32);
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            String range = most == Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
            throw new MeasureException(name + " is " + value + ", expected " + range);
        }
    }

    /** Tokens that one measurement of decoding adds to each sequence. */
    public int tokensPerRound() {
        return Math.max(1, tokens / rounds.orElse(MOST));
    }

    /** The most tokens that decoding adds to a sequence, over all rounds. */
    int tokensInAll() {
        return tokensPerRound() * rounds.orElse(MOST);
    }

    /** Bytes of KV cache of the largest workload. */
    public long cacheBytes(ArchitectureSpec spec) {
        return workloads.stream()
                .mapToLong(workload -> workload.cacheBytes(spec, kvType, tokensInAll()))
                .max()
                .orElse(0);
    }

    /**
     * @throws MeasureException if a workload is longer than the model's maximum context, or its heads cannot be stored
     *     in the KV cache's type
     */
    public void requireWithin(ArchitectureSpec spec) {
        for (var workload : workloads) {
            long end = (long) workload.start() + workload.length(tokensInAll());
            if (end > spec.maxPositions()) {
                String what = switch (workload) {
                    case Workload.Prefill(var tokens) -> "a prompt of " + tokens + " tokens";
                    case Workload.Decode(var context, var _) ->
                        "a context of " + context + " tokens and " + tokensInAll() + " more";
                };
                throw new MeasureException("prompt and context: " + what + " was asked for, but " + spec.name()
                        + " attends over " + spec.maxPositions() + " at most; expected less");
            }
        }
    }

    /** Sequences of the largest batch. */
    int mostSequences() {
        return workloads.stream().mapToInt(Workload::sequences).max().orElse(1);
    }
}
