package orrery.bench;

import java.lang.foreign.Arena;
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
import orrery.kernel.Weight;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** One product {@code [8192, 2048]}; its weights come in turn from more memory than any cache holds. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatmulBenchmark {
    private static final int OUTPUTS = 8192;
    private static final int INPUTS = 2048;

    @Param({"1", "4", "16", "128"})
    public int rows;

    @Param({"BF16", "F16", "F32"})
    public DType dtype = DType.BF16;

    @Param({"OUT_IN", "IN_OUT"})
    public Matrix.Layout layout = Matrix.Layout.OUT_IN;

    private final Arena arena = Arena.ofShared();
    private final Kernels kernels = Backend.best().open(Backend.Options.ofMachine());
    private Weight[] weights = {};
    private Tensor x = kernels.allocate(0, INPUTS);
    private Tensor out = x;
    private int next;

    @Setup
    public void allocate() {
        weights = new Weight[8];
        for (int i = 0; i < weights.length; i++) {
            var data = Tensor.zeros(arena, dtype, OUTPUTS, INPUTS).data().fill((byte) 0x3c);
            int stride = layout == Matrix.Layout.OUT_IN ? INPUTS : OUTPUTS;
            weights[i] = kernels.prepare(new Matrix(dtype, OUTPUTS, INPUTS, layout, stride, data));
        }
        x = kernels.allocate(rows, INPUTS);
        out = kernels.allocate(rows, OUTPUTS);
    }

    @Benchmark
    public Tensor matmul() {
        kernels.matmul(out, x, weights[next++ & 7], rows);
        return out;
    }

    @TearDown
    public void close() {
        kernels.close();
        arena.close();
    }
}
