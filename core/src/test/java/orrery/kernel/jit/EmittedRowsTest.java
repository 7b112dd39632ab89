package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/** Emitted row code against the scalar kernels, with every buffer between inaccessible pages. */
final class EmittedRowsTest {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int[] SIZES = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 100, 129, 257};

    private final SplittableRandom random = new SplittableRandom(3);

    static List<Tier> tiers() {
        return Tiers.ofThisMachine();
    }

    /** An operation on tensors {@code [rows, size]} that changes the first one. */
    private interface Operation {
        void run(Kernels kernels, Tensor[] operands, int rows, int size);
    }

    private static final List<Operation> OPERATIONS = List.of(
            (k, t, rows, size) -> k.add(t[0], t[1], rows),
            (k, t, rows, size) -> k.addBias(t[0], t[2].head(1), rows),
            (k, t, rows, size) -> k.subtract(t[0], t[1], t[2], rows),
            (k, t, rows, size) -> k.multiply(t[0], t[1], t[2].head(1), rows),
            (k, t, rows, size) -> k.scale(t[0], 1.5f, rows),
            (k, t, rows, size) -> k.addScaled(t[0], t[1], t[2], size - 1, rows),
            (k, t, rows, size) -> k.tanh(t[0], rows),
            (k, t, rows, size) -> k.softcap(t[0], 0.3f, rows),
            (k, t, rows, size) -> k.rmsNorm(t[0], t[1], t[2].head(1), 1e-6, rows),
            (k, t, rows, size) -> k.layerNorm(t[0], t[1], t[2].head(1), t[3].head(1), 1e-2, rows),
            (k, t, rows, size) -> k.matchSize(t[0], t[1], 1e-5, rows),
            (k, t, rows, size) -> k.cutSmall(t[0], 0.5, rows),
            (k, t, rows, size) -> k.copy(t[0], t[1], rows),
            (k, t, rows, size) -> k.activate(t[0], t[1], Activation.SILU, rows),
            (k, t, rows, size) -> k.activate(t[0], t[1], Activation.RELU, rows),
            (k, t, rows, size) -> k.activate(t[0], t[1], Activation.GELU_TANH, rows),
            (k, t, rows, size) -> k.activate(t[0], t[1], Activation.GELU_ERF, rows),
            (k, t, rows, size) -> k.gate(t[0], t[1], t[2], Activation.SILU, rows),
            (k, t, rows, size) -> k.gate(t[0], t[0], t[2], Activation.RELU, rows),
            (k, t, rows, size) -> k.gate(t[0], t[1], t[0], Activation.GELU_TANH, rows),
            (k, t, rows, size) -> k.gate(t[0], t[1], t[2], Activation.GELU_ERF, rows),
            (k, t, rows, size) -> rope(k, t, size, rows, Position.Pairing.HALVES),
            (k, t, rows, size) -> rope(k, t, size, rows, Position.Pairing.INTERLEAVED));

    private static void rope(Kernels kernels, Tensor[] operands, int size, int rows, Position.Pairing pairing) {
        if (size % 2 == 0) {
            kernels.rope(operands[0], operands[1], size, 0, pairing, rows);
        }
    }

    private Tensor[] operands(GuardedMemory memory, int rows, int size) {
        var tensors = new Tensor[4];
        for (int i = 0; i < tensors.length; i++) {
            tensors[i] = tensor(memory, rows, size);
            for (long at = 0; at < tensors[i].data().byteSize(); at += Float.BYTES) {
                tensors[i].data().set(FLOAT, at, (float) random.nextDouble(-1, 1));
            }
        }
        return tensors;
    }

    private static Tensor tensor(GuardedMemory memory, int rows, int size) {
        return new Tensor(DType.F32, Shape.of(rows, size), memory.allocate((long) Float.BYTES * rows * size));
    }

    private static Kernels open(Tier tier, int threads) {
        System.setProperty(Tier.PROPERTY, tier.name());
        try {
            return new JitBackend().open(new Backend.Options(threads));
        } finally {
            System.clearProperty(Tier.PROPERTY);
        }
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void computesWhatTheOracleDoesAndTouchesNothingBeyond(Tier tier) {
        try (var emitted = open(tier, 2);
                var scalar = Backend.named("scalar").open(new Backend.Options(1))) {
            for (int size : SIZES) {
                for (int number = 0; number < OPERATIONS.size(); number++) {
                    try (var memory = new GuardedMemory()) {
                        int rows = 1 + number % 3;
                        var operands = operands(memory, rows, size);
                        var expected = operands.clone();
                        expected[0] = tensor(memory, rows, size);
                        expected[0].data().copyFrom(operands[0].data());
                        OPERATIONS.get(number).run(scalar, expected, rows, size);
                        OPERATIONS.get(number).run(emitted, operands, rows, size);
                        assertClose(operands[0], expected[0], "operation " + number + " of " + size);
                    }
                }
            }
        }
    }

    private static void assertClose(Tensor actual, Tensor expected, String what) {
        for (long at = 0; at < actual.data().byteSize(); at += Float.BYTES) {
            assertThat(actual.data().get(FLOAT, at))
                    .as("%s, element %d", what, at / Float.BYTES)
                    .isCloseTo(expected.data().get(FLOAT, at), org.assertj.core.data.Offset.offset(1e-5f));
        }
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void givesARowTheSameBitsInAnyCompany(Tier tier) {
        try (var alone = open(tier, 1);
                var together = open(tier, 3);
                var memory = new GuardedMemory()) {
            int size = 715;
            int rows = 150;
            for (int number = 0; number < OPERATIONS.size(); number++) {
                var operation = OPERATIONS.get(number);
                var operands = operands(memory, rows, size);
                var single = new Tensor[operands.length];
                for (int i = 0; i < operands.length; i++) {
                    single[i] = tensor(memory, 1, size);
                    single[i].data().copyFrom(operands[i].rows(0, 1).data());
                }
                // The first row alone, then with the others: weights of one row are the first rows, too.
                operation.run(alone, single, 1, size);
                operation.run(together, operands, rows, size);
                assertThat(operands[0].rows(0, 1).data().mismatch(single[0].data()))
                        .as("operation %d", number)
                        .isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void looksUpRowsOfEveryDTypeWithoutReadingBeyondThem(Tier tier) {
        try (var emitted = open(tier, 1);
                var scalar = Backend.named("scalar").open(new Backend.Options(1))) {
            for (var dtype : List.of(DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.Q8_0, DType.Q4_K)) {
                for (int size : dtype.blocked() ? new int[] {256, 512} : SIZES) {
                    try (var memory = new GuardedMemory()) {
                        var data = memory.allocate(dtype.bytes(3L * size));
                        for (long at = 0; at < data.byteSize(); at++) {
                            data.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt(0x38));
                        }
                        var table = new Matrix(dtype, 3, size, Matrix.Layout.OUT_IN, size, data);
                        var actual = tensor(memory, 2, size);
                        var expected = tensor(memory, 2, size);
                        emitted.embed(actual, table, new int[] {2, 0}, 0.5f, 2);
                        scalar.embed(expected, table, new int[] {2, 0}, 0.5f, 2);
                        emitted.addEmbedding(actual, table, new int[] {1, 2}, 2);
                        scalar.addEmbedding(expected, table, new int[] {1, 2}, 2);
                        assertThat(actual.data().mismatch(expected.data()))
                                .as("%s of %d", dtype, size)
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void boundsTheErrorOfTheExponentialFunction(Tier tier) {
        assertThat(worst(tier, (curves, x) -> curves.exp(x), Math::exp, -87.3, 88.7, true))
                .isLessThan(2e-7);
        assertThat(worst(tier, (curves, x) -> curves.power(x), x -> Math.pow(2, x), -126, 0, true))
                .isLessThan(2e-7);
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void boundsTheErrorOfTheHyperbolicTangentAndOfTheNormalDistribution(Tier tier) {
        assertThat(worst(tier, (curves, x) -> curves.tanh(x), Math::tanh, -12, 12, true))
                .isLessThan(4e-7);
        assertThat(worst(tier, (curves, x) -> curves.tanh(x), Math::tanh, -1e-3, 1e-3, true))
                .isLessThan(4e-7);
        assertThat(worst(
                        tier,
                        (curves, x) -> curves.geluErf(x),
                        x -> x * orrery.kernel.Activations.normalShareBelow(x),
                        -1,
                        1,
                        false))
                .isLessThan(2.6e-7);
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void normalisesInfinitiesAndZerosAsTheOracleDoes(Tier tier) {
        float[][] rows = {{Float.POSITIVE_INFINITY, 1}, {0, 0}, {0, -0f}, {Float.NaN, 1}};
        try (var emitted = open(tier, 1);
                var scalar = Backend.named("scalar").open(new Backend.Options(1));
                var memory = new GuardedMemory()) {
            var ones = tensor(memory, 1, 2);
            for (int i = 0; i < 2; i++) {
                ones.data().setAtIndex(FLOAT, i, 1);
            }
            for (double epsilon : new double[] {0, 1e-6}) {
                for (var row : rows) {
                    var x = tensor(memory, 1, 2);
                    MemorySegment.copy(row, 0, x.data(), FLOAT, 0, 2);
                    var actual = tensor(memory, 1, 2);
                    var expected = tensor(memory, 1, 2);
                    emitted.rmsNorm(actual, x, ones, epsilon, 1);
                    scalar.rmsNorm(expected, x, ones, epsilon, 1);
                    assertThat(actual.data().toArray(FLOAT))
                            .containsExactly(expected.data().toArray(FLOAT));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void keepsInfinitiesZerosAndNaN(Tier tier) {
        float infinite = Float.POSITIVE_INFINITY;
        float[] x = {infinite, 89f, -infinite, -200f, 0f, Float.NaN, -0f};
        assertThat(values(tier, (curves, v) -> curves.exp(v), x))
                .containsExactly(infinite, infinite, 0f, 0f, 1f, Float.NaN, 1f);
        assertThat(values(tier, (curves, v) -> curves.power(v), -infinite, -200f, -126.5f, 0f, Float.NaN))
                .containsExactly(0f, 0f, 0f, 1f, Float.NaN);
        assertThat(values(tier, (curves, v) -> curves.tanh(v), infinite, -infinite, Float.NaN))
                .containsExactly(1f, -1f, Float.NaN);
        assertThat(values(tier, (curves, v) -> curves.silu(v), -1000f, Float.NaN))
                .containsExactly(-0f, Float.NaN);
        assertThat(values(tier, (curves, v) -> curves.relu(v), -1f, 2f, Float.NaN))
                .containsExactly(0f, 2f, Float.NaN);
    }

    private static double worst(
            Tier tier,
            BiConsumer<CurveWriter, Vector> curve,
            DoubleUnaryOperator exact,
            double from,
            double to,
            boolean relative) {
        var x = new float[60_001];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (from + (to - from) * i / (x.length - 1));
        }
        float[] y = values(tier, curve, x);
        double worst = 0;
        for (int i = 0; i < x.length; i++) {
            double expected = exact.applyAsDouble(x[i]);
            double error = Math.abs(y[i] - expected);
            worst = Math.max(worst, relative && expected != 0 ? error / Math.abs(expected) : error);
        }
        return worst;
    }

    /** A curve's values for some numbers. */
    private static float[] values(Tier tier, BiConsumer<CurveWriter, Vector> curve, float... x) {
        var run = new RunWriter(tier);
        var code = run.code;
        var frame = Frame.of(List.of(General.RDI, General.RSI), RunWriter.SCRATCH, tier.registers());
        frame.enter(code);
        var curves = new CurveWriter(run, run.vector(1), run.vector(2), run.vector(3), run.vector(4));
        run.run(General.RSI, 1, _ -> {
            run.load(run.vector(0), General.RDI, 0);
            curve.accept(curves, run.vector(0));
            run.store(General.RDI, 0, run.vector(0));
        });
        frame.leave(code);
        run.beside.place();
        try (var executable = ExecutableMemory.of(code);
                var memory = new GuardedMemory()) {
            var numbers = memory.allocate((long) Float.BYTES * x.length);
            MemorySegment.copy(x, 0, numbers, FLOAT, 0, x.length);
            executable.function().call(numbers.address(), x.length);
            return numbers.toArray(FLOAT);
        }
    }
}
