package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Products with block-quantized weights against the scalar reference, which dequantizes every element. Machine code
 * rounds activations to eight bits and computes exactly with them, so for activations that are integers up to 127 it
 * must give the same results, and for others errors as small as rounding to eight bits explains. The Vector API
 * multiplies as floats.
 */
final class BlockParityTest {
    private static final List<DType> DTYPES =
            Stream.of(DType.values()).filter(DType::blocked).toList();
    private static final int[] OUTPUTS = {1, 33, 64, 130};
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final Kernels plain = new CheckedKernels(new ScalarKernels());
    private final SplittableRandom random = new SplittableRandom(29);
    private final Arena arena = Arena.ofAuto();

    static Stream<Named<VectorWidths.Opening>> backends() {
        return VectorWidths.andMachineCode();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesWholeNumbersAsTheDefinitionSays(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                for (int outputs : OUTPUTS) {
                    int inputs = dtype.blockElements() * random.nextInt(1, 4);
                    var weight = RandomBlocks.matrix(arena, random, dtype, outputs, inputs);
                    var floats = floats(weight);
                    var inPlace = vector.prepareInPlace(weight);
                    var prepared = vector.prepare(weight);
                    for (int rows : new int[] {1, 5, 29}) {
                        var x = wholeNumbers(rows, inputs);
                        var expected = Parity.nothing(arena, rows + 1, outputs);
                        // The reference dequantizes every element in every product, so test it with one row only.
                        plain.matmul(expected, x, plain.prepare(rows == 1 ? weight : floats), rows);
                        for (var one : List.of(inPlace, prepared)) {
                            var actual = Parity.nothing(arena, rows + 1, outputs);
                            vector.matmul(actual, x, one, rows);
                            String what = dtype + " [" + outputs + ", " + inputs + "] "
                                    + (one.packed() ? "packed, " : "in place, ") + rows + " rows";
                            assertExact(actual, expected, x, floats, rows, what);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void losesNoMoreThanRoundedActivationsExplain(VectorWidths.Opening opening) {
        double share = opening.tier().isPresent() ? 0.02 : 2e-6;
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                var weight = RandomBlocks.matrix(arena, random, dtype, 70, 1024);
                var x = Parity.random(arena, random, 3, 1024);
                var expected = Parity.nothing(arena, 3, 70);
                var actual = Parity.nothing(arena, 3, 70);
                plain.matmul(expected, x, plain.prepare(weight), 3);
                vector.matmul(actual, x, vector.prepare(weight), 3);
                assertRelative(actual, expected, 3, share, dtype.toString());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void givesARowTheSameBitsAloneAndAmongOthers(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                var matrix = RandomBlocks.matrix(arena, random, dtype, 130, 512);
                var packed = vector.prepare(matrix);
                var x = Parity.random(arena, random, 35, 512);
                var alone = Parity.nothing(arena, 35, 130);
                for (int r = 0; r < 35; r++) {
                    vector.matmul(alone.rows(r, 1), x.rows(r, 1), packed, 1);
                }
                for (int rows : new int[] {2, 3, 17, 35}) {
                    for (var weight : List.of(packed, vector.prepareInPlace(matrix))) {
                        var together = Parity.nothing(arena, rows, 130);
                        vector.matmul(together, x, weight, rows);
                        assertThat(together.data().mismatch(alone.rows(0, rows).data()))
                                .as("%s, packed %s, %d rows", dtype, weight.packed(), rows)
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    /** As latents' up-projections are read transposed: blocks run along the outputs. */
    @ParameterizedTest
    @MethodSource("backends")
    void multipliesBlocksTheOtherWayRoundAsFloats(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                int outputs = dtype.blockElements() * 2;
                var transposed =
                        RandomBlocks.matrix(arena, random, dtype, 33, outputs).transposed();
                for (var one : List.of(vector.prepareInPlace(transposed), vector.prepare(transposed))) {
                    assertThat(one.packed()).isTrue();
                    for (int rows : new int[] {1, 5, 29}) {
                        var x = Parity.random(arena, random, rows, 33);
                        var expected = Parity.nothing(arena, rows + 1, outputs);
                        var actual = Parity.nothing(arena, rows + 1, outputs);
                        plain.matmul(expected, x, plain.prepare(transposed), rows);
                        vector.matmul(actual, x, one, rows);
                        assertRelative(actual, expected, rows, 2e-6, dtype + ", " + rows + " rows");
                    }
                }
                assertThat(vector.packedBytes(transposed)).isEqualTo(4L * 33 * outputs);
            }
        }
    }

    /** Weights that are multiplied in place follow changes of the file; only packed ones do not. */
    @ParameterizedTest
    @MethodSource("backends")
    void seesWhatChangesInFloatsAndNothingOfWhatIsPacked(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            var floats = Parity.randomMatrix(arena, random, DType.F32, 70, 64, Matrix.Layout.OUT_IN);
            var blocks = RandomBlocks.matrix(arena, random, DType.Q8_0, 70, 64);
            for (var matrix : List.of(floats, floats.transposed(), floats.outputs(3, 60), blocks)) {
                var weight = vector.prepare(matrix);
                boolean packed = matrix.dtype().blocked() && opening.tier().isPresent();
                assertThat(weight.packed()).isEqualTo(packed);
                assertThat(vector.packedBytes(matrix) > 0).isEqualTo(packed);
                var x = wholeNumbers(2, matrix.columns());
                var before = Parity.nothing(arena, 2, matrix.rows());
                vector.matmul(before, x, weight, 2);
                matrix.data().asSlice(0, 16).fill((byte) 0);
                var after = Parity.nothing(arena, 2, matrix.rows());
                vector.matmul(after, x, weight, 2);
                assertThat(after.data().mismatch(before.data()) < 0)
                        .as("%s %s is the same", matrix.dtype(), matrix.layout())
                        .isEqualTo(packed);
                for (int i = 0; i < 4 && !packed; i++) {
                    floats.data().set(FLOAT, 4L * i, 1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesSeveralMatricesAtOnce(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                var gates = Stream.generate(() -> RandomBlocks.matrix(arena, random, dtype, 96, 256))
                        .limit(4)
                        .toList();
                var packed = gates.stream().map(vector::prepare).toList();
                int[] chosen = {2, 0, 0, 3};
                var x = wholeNumbers(4, 256);
                var expected = Parity.nothing(arena, 4, 96);
                var actual = Parity.nothing(arena, 4, 96);
                plain.matmulEach(expected, x, gates.stream().map(plain::prepare).toList(), chosen, 4);
                vector.matmulEach(actual, x, packed, chosen, 4);
                assertRelative(actual, expected, 4, 2e-5, dtype.toString());
            }
        }
    }

    /**
     * NVFP4 files have one factor per matrix; other files have factors for blocks of a matrix that differ from the
     * format's.
     */
    @ParameterizedTest
    @MethodSource("backends")
    void multipliesWithFactorsBesideABlock(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int[] size : new int[][] {{1000, 1000}, {3, 1000}, {50, 64}, {50, 40}}) {
                var whole = RandomBlocks.matrix(arena, random, DType.NVFP4, 70, 192);
                var factors = Parity.random(arena, random, 70 / size[0] + 1, 192 / size[1] + 1);
                var scaled = whole.withScales(new BlockScales(factors, size[0], size[1], 0, 0));
                for (var matrix : List.of(scaled, scaled.outputs(7, 45))) {
                    var x = wholeNumbers(5, 192);
                    var expected = Parity.nothing(arena, 6, matrix.rows());
                    plain.matmul(expected, x, plain.prepare(matrix), 5);
                    for (var one : List.of(vector.prepare(matrix), vector.prepareInPlace(matrix))) {
                        var actual = Parity.nothing(arena, 6, matrix.rows());
                        vector.matmul(actual, x, one, 5);
                        String what = "factors for " + size[0] + " by " + size[1] + ", packed " + one.packed();
                        assertExact(actual, expected, x, floats(matrix), 5, what);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void looksUpRowsExactly(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                var table = RandomBlocks.matrix(arena, random, dtype, 9, 512);
                int[] ids = {8, 0, 3};
                var expected = Parity.nothing(arena, 3, 512);
                var actual = Parity.nothing(arena, 3, 512);
                plain.embed(expected, table, ids, 0.5f, 3);
                vector.embed(actual, table, ids, 0.5f, 3);
                Parity.assertClose(actual, expected, 3, 0, dtype.toString());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void passesOnWhatIsNoNumber(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            var weight = RandomBlocks.matrix(arena, random, DType.Q4_0, 64, 64);
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                var x = wholeNumbers(1, 64);
                x.data().set(FLOAT, 4 * 40, bad);
                var expected = Parity.nothing(arena, 1, 64);
                var actual = Parity.nothing(arena, 1, 64);
                plain.matmul(expected, x, plain.prepare(weight), 1);
                vector.matmul(actual, x, vector.prepareInPlace(weight), 1);
                for (int o = 0; o < 64; o++) {
                    // Kernels that round activations have no code for it.
                    float wanted = opening.tier().isPresent()
                            ? Float.NaN
                            : expected.data().get(FLOAT, 4L * o);
                    assertThat(actual.data().get(FLOAT, 4L * o)).isEqualTo(Float.valueOf(wanted));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesScalesThatAreNoNumbers(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            var at = Map.of(DType.Q6_K, 208, DType.Q2_K, 82, DType.Q3_K, 108, DType.IQ4_XS, 0);
            at.forEach((dtype, scale) -> {
                var weight = RandomBlocks.matrix(arena, random, dtype, 3, 256);
                weight.data().set(ValueLayout.JAVA_SHORT_UNALIGNED, scale, Float.floatToFloat16(Float.NaN));
                var x = wholeNumbers(1, 256);
                var out = Parity.nothing(arena, 1, 3);
                assertThatThrownBy(() -> vector.prepare(weight))
                        .isInstanceOf(BackendException.class)
                        .hasMessageContaining("a scale of NaN, expected a finite number");
                var stored = vector.prepareInPlace(weight);
                assertThatThrownBy(() -> vector.matmul(out, x, stored, 1)).isInstanceOf(BackendException.class);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void takesActivationsOfAnySize(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            var weight = RandomBlocks.matrix(arena, random, DType.Q8_0, 64, 64);
            for (float size : new float[] {0, 1e-44f, 1e-30f, 1e30f}) {
                var x = wholeNumbers(1, 64);
                for (int i = 0; i < 64; i++) {
                    x.data().set(FLOAT, 4L * i, x.data().get(FLOAT, 4L * i) * size);
                }
                var expected = Parity.nothing(arena, 1, 64);
                var actual = Parity.nothing(arena, 1, 64);
                plain.matmul(expected, x, plain.prepare(weight), 1);
                vector.matmul(actual, x, vector.prepareInPlace(weight), 1);
                if (size > 0 && size < 1e-37f) {
                    // Too small for a scale of its own: such a block counts as nothing.
                    continue;
                }
                assertRelative(actual, expected, 1, 2e-5, "activations times " + size);
            }
        }
    }

    /** Integers; each block has one with absolute value 127, so that its scale is 1. */
    private Tensor wholeNumbers(int rows, int columns) {
        var x = Tensor.zeros(arena, DType.F32, rows, columns);
        for (int i = 0; i < rows * columns; i++) {
            int value = i % 32 == 5 ? (random.nextBoolean() ? 127 : -127) : random.nextInt(-127, 128);
            x.data().set(FLOAT, 4L * i, value);
        }
        return x;
    }

    /** The same numbers as F32. */
    private Matrix floats(Matrix blocks) {
        int columns = blocks.columns();
        var data = Tensor.zeros(arena, DType.F32, blocks.rows(), columns).data();
        var run = new float[columns];
        for (int o = 0; o < blocks.rows(); o++) {
            Elements.run(blocks, o, run);
            MemorySegment.copy(run, 0, data, FLOAT, 4L * o * columns, columns);
        }
        return new Matrix(DType.F32, blocks.rows(), columns, Matrix.Layout.OUT_IN, columns, data);
    }

    /** As close as float sums are: within a share of the sum of all terms' absolute values. */
    private static void assertExact(Tensor actual, Tensor expected, Tensor x, Matrix weight, int rows, String what) {
        var given = new float[rows * weight.columns()];
        Elements.read(x.data(), DType.F32, 0, given);
        var elements = new float[weight.columns()];
        for (int o = 0; o < weight.rows(); o++) {
            Elements.run(weight, o, elements);
            for (int r = 0; r < rows; r++) {
                double sizes = 0;
                for (int i = 0; i < elements.length; i++) {
                    sizes += Math.abs((double) elements[i] * given[r * elements.length + i]);
                }
                double found = Elements.of(actual, r, o);
                double wanted = Elements.of(expected, r, o);
                assertThat(Math.abs(found - wanted))
                        .as("%s: row %d, output %d is %s, expected %s", what, r, o, found, wanted)
                        .isLessThanOrEqualTo(2e-6 * sizes);
            }
        }
        assertThat(Elements.of(actual, rows, 0)).as(what).isNaN();
    }

    /** Within a share of the largest result of the row. */
    private static void assertRelative(Tensor actual, Tensor expected, int rows, double share, String what) {
        long columns = actual.columns();
        for (int r = 0; r < rows; r++) {
            double largest = 1e-37;
            for (int c = 0; c < columns; c++) {
                largest = Math.max(largest, Math.abs(expected.data().get(FLOAT, 4 * (r * columns + c))));
            }
            for (int c = 0; c < columns; c++) {
                double found = actual.data().get(FLOAT, 4 * (r * columns + c));
                double wanted = expected.data().get(FLOAT, 4 * (r * columns + c));
                assertThat(Math.abs(found - wanted))
                        .as("%s: row %d, output %d is %s, expected %s", what, r, c, found, wanted)
                        .isLessThanOrEqualTo(share * Math.max(largest, 1e-30));
            }
        }
        if (actual.rows() > rows) {
            assertThat(actual.data().get(FLOAT, 4 * rows * columns)).as(what).isNaN();
        }
    }
}
