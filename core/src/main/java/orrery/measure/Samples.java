package orrery.measure;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Collects the rounds of one workload. */
final class Samples {
    private final Workload workload;
    private final double[] seconds;
    private final double[] wholeSeconds;
    private final double[] bandwidth;
    private final double[] fmaPeak;
    private final double[] bytePeak;
    private final double[] bytes;
    private final double[] flops;
    private final long tokens;
    private int count;
    private boolean hasBytePeak;

    Samples(Workload workload, long tokens, int rounds) {
        this.workload = workload;
        this.tokens = tokens;
        seconds = new double[rounds];
        wholeSeconds = new double[rounds];
        bandwidth = new double[rounds];
        fmaPeak = new double[rounds];
        bytePeak = new double[rounds];
        bytes = new double[rounds];
        flops = new double[rounds];
    }

    /** Adds a measurement between two probes of the ceilings. */
    void add(double took, double whole, double read, double done, Bench.Probe before, Bench.Probe after) {
        seconds[count] = took;
        wholeSeconds[count] = whole;
        bytes[count] = read;
        flops[count] = done;
        bandwidth[count] = (before.bandwidth() + after.bandwidth()) / 2;
        fmaPeak[count] = (before.fmaPeak() + after.fmaPeak()) / 2;
        bytePeak[count] = (before.bytePeak().orElse(0) + after.bytePeak().orElse(0)) / 2;
        hasBytePeak = before.bytePeak().isPresent();
        count++;
    }

    Workload workload() {
        return workload;
    }

    Measured measured() {
        return new Measured(
                workload,
                tokens,
                Arrays.stream(bytes).average().orElseThrow(),
                Arrays.stream(flops).average().orElseThrow(),
                each(i -> tokens / seconds[i]),
                each(i -> bytes[i] / seconds[i] / bandwidth[i]),
                each(i -> flops[i] / seconds[i] / fmaPeak[i]),
                hasBytePeak ? Optional.of(each(i -> flops[i] / seconds[i] / bytePeak[i])) : Optional.empty(),
                each(i -> tokens / wholeSeconds[i]));
    }

    private Quartiles each(IntToDoubleFunction of) {
        return Quartiles.of(IntStream.range(0, count).mapToDouble(of).toArray());
    }
}
