package orrery.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.tensor.KvType;
import orrery.tensor.Tensor;

/** Sixteen layers' attention, and one norm. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AttentionBenchmark {
    @Param({"1", "128"})
    public int rows;

    @Param({"1024", "4096"})
    public int context;

    private final Kernels kernels = Backend.best().open(Backend.Options.ofMachine());
    private Past past = new Past(kernels, Past.GROUPED, KvType.F32, 1, 1);
    private Tensor x = kernels.allocate(1, 2048);
    private Tensor out = x;
    private final Tensor weight = kernels.allocate(1, 2048);

    @Setup
    public void allocate() {
        past.close();
        past = new Past(kernels, Past.GROUPED, KvType.F32, context, rows);
        x = kernels.allocate(rows, 2048);
        out = kernels.allocate(rows, 2048);
    }

    @Benchmark
    public void attend() {
        past.run();
    }

    @Benchmark
    public Tensor rmsNorm() {
        kernels.rmsNorm(out, x, weight, 1e-5, rows);
        return out;
    }

    @TearDown
    public void close() {
        past.close();
        kernels.close();
    }
}
