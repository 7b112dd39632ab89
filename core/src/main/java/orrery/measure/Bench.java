package orrery.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import orrery.engine.BoundModel;
import orrery.engine.EngineOptions;
import orrery.engine.Host;
import orrery.engine.LoadListener;
import orrery.kernel.Ceilings;
import orrery.kernel.KvCache;
import orrery.model.Weights;
import orrery.report.Numbers;
import orrery.report.TokenCost;

/**
 * Measures a model as the engine would run it: the same kernels, the same passes. The machine's ceilings are probed
 * right before and after every measurement, and workloads take turns; each measurement is compared with the mean of its
 * two neighbouring probes, because a shared machine's speed changes from second to second.
 */
public final class Bench implements AutoCloseable {
    private static final int FIRST_PROBES = 3;
    private static final double SECONDS = 30;

    private final Subject subject;
    private final BenchPlan plan;
    private final int prefillRows;
    private final BoundModel model;
    private final KvCache cache;
    private final LayerClock clock;
    private final Steps steps;
    private final Ceilings ceilings;
    private final boolean inBlocks;
    private final List<Probe> firstProbes = new ArrayList<>();

    /**
     * The ceilings at one moment, per second: bytes, float operations and operations on bytes, the last only if
     * products use them.
     */
    record Probe(double bandwidth, double fmaPeak, OptionalDouble bytePeak) {}

    private Bench(Subject subject, BenchPlan plan, EngineOptions options, BoundModel model) {
        this.subject = subject;
        this.plan = plan;
        this.model = model;
        prefillRows = options.prefillRows();
        var spec = subject.cut().spec();
        cache = new KvCache(spec.caches(), plan.kvType(), KvCache.DEFAULT_PAGE_SIZE, Integer.MAX_VALUE);
        clock = new LayerClock(spec.layers().size());
        steps = new Steps(model.decoder(), cache, new SyntheticPast(spec, cache), clock, prefillRows);
        inBlocks = isInBlocks(subject.cost(plan.kvType()));
        ceilings = Ceilings.of(options.threads(), Host.memory() / 16);
        // The code is still being compiled during the first half.
        for (int i = 0; i < 2 * FIRST_PROBES; i++) {
            firstProbes.add(probe());
        }
        firstProbes.subList(0, FIRST_PROBES).clear();
    }

    /**
     * Binds the model and probes the ceilings for the first time.
     *
     * @param options threads, backend and rows of a pass; the other options do not matter here
     * @throws MeasureException if the model's maximum context is too short for the plan, or its KV cache does not fit
     *     into the machine's memory
     * @throws orrery.OrreryException if it cannot be run with these options
     */
    public static Bench open(Subject subject, BenchPlan plan, EngineOptions options) {
        var spec = subject.cut().spec();
        plan.requireWithin(spec);
        requireMemory(plan.cacheBytes(spec));
        int sequences = plan.mostSequences();
        int rows = Math.max(options.prefillRows(), sequences);
        var use = new BoundModel.Use(rows, sequences, plan.cacheBytes(spec), false);
        var model = BoundModel.of(new Weights(spec, subject.weights()), options, use, LoadListener.NONE);
        try {
            return new Bench(subject, plan, options, model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private static void requireMemory(long cacheBytes) {
        long memory = Host.memory();
        if (cacheBytes > memory) {
            throw new MeasureException(
                    "the KV cache takes " + Numbers.bytes(cacheBytes) + ", more than the machine's memory of "
                            + Numbers.bytes(memory) + "; expected shorter contexts or smaller batches");
        }
    }

    /** The kernels in words. */
    public String kernels() {
        return model.kernels();
    }

    /** Bytes per second, as probed before the first measurement. */
    public double bandwidth() {
        return quartiles(firstProbes, Probe::bandwidth).median();
    }

    /** Float operations per second, likewise. */
    public double fmaPeak() {
        return quartiles(firstProbes, Probe::fmaPeak).median();
    }

    /** Operations on bytes per second, likewise; empty as {@link Results#bytePeak} is. */
    public OptionalDouble bytePeak() {
        return bytePeak(firstProbes).stream().mapToDouble(Quartiles::median).findFirst();
    }

    /** Runs the plan. */
    public Results measure(BenchListener listener) {
        var workloads = plan.workloads();
        double round = Arrays.stream(warmUp(listener)).sum();
        int rounds = plan.rounds().orElse((int) Math.clamp(SECONDS / round, BenchPlan.FEWEST, BenchPlan.MOST));
        var samples = workloads.stream()
                .map(workload -> new Samples(workload, workload.tokens(plan.tokensPerRound()), rounds))
                .toList();
        var probes = new ArrayList<Probe>();
        probes.add(probe());
        for (int i = 0; i < rounds; i++) {
            for (var sample : samples) {
                listener.at(BenchListener.Phase.MEASURING, probes.size() - 1L, (long) rounds * samples.size());
                measure(sample, i, probes);
            }
        }
        return new Results(
                rounds,
                quartiles(probes, Probe::bandwidth),
                quartiles(probes, Probe::fmaPeak),
                bytePeak(probes),
                samples.stream().map(Samples::measured).toList(),
                cache.bytes());
    }

    private void measure(Samples samples, int round, List<Probe> probes) {
        var workload = samples.workload();
        int count = workload.length(plan.tokensPerRound());
        int first = switch (workload) {
            case Workload.Prefill _ -> 0;
            case Workload.Decode(var context, var _) -> context + round * count;
        };
        double seconds = steps.run(workload, first, count);
        double whole = clock.secondsOfWhole(subject.cut());
        var before = probes.getLast();
        probes.add(probe());
        var cost = subject.cost(plan.kvType());
        double bytes = workload.bytes(cost, first, count, prefillRows);
        samples.add(seconds, whole, bytes, workload.flops(cost, first, count), before, probes.getLast());
    }

    /** Seconds of the last run of each workload. */
    private double[] warmUp(BenchListener listener) {
        var seconds = new double[plan.workloads().size()];
        long all = Math.round(1000 * plan.warmUpSeconds());
        long began = System.nanoTime();
        long millis = 0;
        for (int i = 0; i < seconds.length || millis < all; i++) {
            listener.at(BenchListener.Phase.WARMING_UP, Math.min(millis, all), all);
            int index = i % seconds.length;
            var workload = plan.workloads().get(index);
            seconds[index] = steps.run(workload, workload.start(), workload.length(plan.tokensPerRound()));
            millis = (System.nanoTime() - began) / 1_000_000;
        }
        return seconds;
    }

    private Probe probe() {
        return new Probe(
                ceilings.bandwidth(),
                ceilings.arithmetic(),
                inBlocks ? ceilings.byteArithmetic() : OptionalDouble.empty());
    }

    /** Whether most of the weights need products of bytes. */
    private static boolean isInBlocks(TokenCost cost) {
        long blocks = 0;
        for (var entry : cost.storedBytesByType().entrySet()) {
            blocks += entry.getKey().blockElements() > 1 ? entry.getValue() : 0;
        }
        return 2 * blocks > cost.storedBytes();
    }

    private static Optional<Quartiles> bytePeak(List<Probe> probes) {
        var peaks = probes.stream()
                .flatMapToDouble(probe -> probe.bytePeak().stream())
                .toArray();
        return peaks.length == 0 ? Optional.empty() : Optional.of(Quartiles.of(peaks));
    }

    private static Quartiles quartiles(List<Probe> probes, ToDoubleFunction<Probe> which) {
        return Quartiles.of(probes.stream().mapToDouble(which).toArray());
    }

    @Override
    public void close() {
        ceilings.close();
        cache.close();
        model.close();
    }
}
