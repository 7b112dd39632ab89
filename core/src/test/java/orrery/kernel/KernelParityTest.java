package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.spec.Activation;
import orrery.spec.Position.Pairing;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** Every vector kernel against the scalar kernel, at every width, with one thread and with several. */
final class KernelParityTest {
    private static final DType[] DTYPES = {DType.F32, DType.F16, DType.BF16};
    private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 9, 13, 20};

    private final Kernels scalar = new CheckedKernels(new ScalarKernels());
    private final SplittableRandom random = new SplittableRandom(42);
    private final Arena arena = Arena.ofAuto();

    static Stream<Named<VectorWidths.Opening>> backends() {
        return VectorWidths.andMachineCode();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesWeightsOfEveryDTypeAndLayout(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            int turn = 0;
            for (var dtype : DTYPES) {
                for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                    for (int inputs : Parity.SIZES) {
                        for (int i = 0; i < 4; i++) {
                            int outputs = Parity.SIZES[random.nextInt(Parity.SIZES.length)];
                            multiply(vector, dtype, layout, outputs, inputs, ROWS[turn++ % ROWS.length]);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesWhatIsDeeperThanOnePanelAndWiderThanOneRun(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                multiply(vector, DType.BF16, layout, 65, 2051, 8);
                multiply(vector, DType.BF16, layout, 7, 4099, 1);
                multiply(vector, DType.F32, layout, 8, 4113, 2);
                multiply(vector, DType.F32, layout, 1100, 40, 2);
                multiply(vector, DType.F16, layout, 530, 1029, 1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesSmallBatchesOfLongRows(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                for (int rows : new int[] {1, 2, 3, 4, 5, 8, 16, 17}) {
                    multiply(vector, dtype, Matrix.Layout.OUT_IN, 5 + 3 * rows, 257 + 37 * rows, rows);
                }
            }
        }
    }

    /** Routers stay in floats where all else is packed, and their choice may depend on the last bit. */
    @ParameterizedTest
    @MethodSource("backends")
    void sumsAFloatMatrixOfFewOutputsInOneOrderForAnyNumberOfRows(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                var weight = Parity.randomMatrix(arena, random, dtype, 130, 715, Matrix.Layout.OUT_IN);
                var prepared = vector.prepare(weight);
                var x = Parity.random(arena, random, 40, 715);
                var alone = Parity.nothing(arena, 40, 130);
                for (int r = 0; r < 40; r++) {
                    vector.matmul(alone.rows(r, 1), x.rows(r, 1), prepared, 1);
                }
                for (int rows : new int[] {2, 3, 5, 16, 17, 40}) {
                    var together = Parity.nothing(arena, rows, 130);
                    vector.matmul(together, x, prepared, rows);
                    assertThat(together.data().mismatch(alone.rows(0, rows).data()))
                            .as("%s, %d rows", dtype, rows)
                            .isEqualTo(-1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesNothing(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                multiply(vector, DType.F32, layout, 33, 17, 0);
                multiply(vector, DType.F32, layout, 0, 17, 0);
            }
        }
    }

    private void multiply(Kernels vector, DType dtype, Matrix.Layout layout, int outputs, int inputs, int rows) {
        var weight = Parity.randomMatrix(arena, random, dtype, outputs, inputs, layout);
        var x = Parity.random(arena, random, rows + 1, inputs);
        var expected = Parity.nothing(arena, rows + 1, outputs);
        var actual = Parity.nothing(arena, rows + 1, outputs);
        scalar.matmul(expected, x, scalar.prepare(weight), rows);
        vector.matmul(actual, x, vector.prepare(weight), rows);
        Parity.assertClose(
                actual,
                expected,
                rows,
                Parity.tolerance(inputs),
                dtype + " " + layout + " [" + outputs + ", " + inputs + "], " + rows + " rows");
    }

    @ParameterizedTest
    @MethodSource("backends")
    void widensEveryHalfExactly(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : new DType[] {DType.F16, DType.BF16}) {
                var data = arena.allocate(2L * 65536 + 1).asSlice(1);
                for (int bits = 0; bits < 65536; bits++) {
                    data.set(java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED, 2L * bits, (short) bits);
                }
                var table = new Matrix(dtype, 256, 256, Matrix.Layout.OUT_IN, 256, data);
                var ids = java.util.stream.IntStream.range(0, 256).toArray();
                var expected = Parity.nothing(arena, 256, 256);
                var actual = Parity.nothing(arena, 256, 256);
                scalar.embed(expected, table, ids, 1f, 256);
                vector.embed(actual, table, ids, 1f, 256);
                for (int i = 0; i < 65536; i++) {
                    assertThat(Float.floatToIntBits(Elements.of(actual, 0, i)))
                            .as("%s %04x", dtype, i)
                            .isEqualTo(Float.floatToIntBits(Elements.of(expected, 0, i)));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void looksUpAndAddsEmbeddings(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                    for (int size : Parity.SIZES) {
                        var table = Parity.randomMatrix(arena, random, dtype, 11, size, layout);
                        int[] ids = {10, 0, 3, 3};
                        var expected = Parity.nothing(arena, 5, size);
                        var actual = Parity.nothing(arena, 5, size);
                        scalar.embed(expected, table, ids, 1.5f, 4);
                        vector.embed(actual, table, ids, 1.5f, 4);
                        Parity.assertClose(actual, expected, 4, 0, dtype + " embed " + size);
                        scalar.addEmbedding(expected, table, ids, 4);
                        vector.addEmbedding(actual, table, ids, 4);
                        Parity.assertClose(actual, expected, 4, 0, dtype + " addEmbedding " + size);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void normalisesRowsAndGroups(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int size : Parity.SIZES) {
                for (int groups : new int[] {1, 3}) {
                    var x = Parity.random(arena, random, 8, size * groups);
                    var weight = Parity.random(arena, random, 1, size);
                    var bias = Parity.random(arena, random, 1, size);
                    var expected = Parity.nothing(arena, 8, size * groups);
                    var actual = Parity.nothing(arena, 8, size * groups);
                    scalar.rmsNorm(expected, x, weight, 1e-6, 7);
                    vector.rmsNorm(actual, x, weight, 1e-6, 7);
                    Parity.assertClose(actual, expected, 7, 2e-6, "rmsNorm " + size + " x " + groups);
                    if (groups == 1 && size > 1) {
                        scalar.layerNorm(expected, x, weight, bias, 1e-5, 7);
                        vector.layerNorm(actual, x, weight, bias, 1e-5, 7);
                        Parity.assertClose(actual, expected, 7, 1e-5, "layerNorm " + size);
                        vector.layerNorm(x, x, weight, bias, 1e-5, 8);
                        Parity.assertClose(x.head(7), expected.head(7), 7, 1e-5, "layerNorm in place " + size);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void sharesManyRowsBetweenThreads(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            int rows = 301;
            var x = Parity.random(arena, random, rows + 1, 257);
            var y = Parity.random(arena, random, rows + 1, 257);
            var weight = Parity.random(arena, random, 1, 257);
            var expected = Parity.nothing(arena, rows + 1, 257);
            var actual = Parity.nothing(arena, rows + 1, 257);
            scalar.rmsNorm(expected, x, weight, 1e-6, rows);
            vector.rmsNorm(actual, x, weight, 1e-6, rows);
            Parity.assertClose(actual, expected, rows, 2e-6, "rmsNorm");
            scalar.gate(expected, x, y, Activation.SILU, rows);
            vector.gate(actual, x, y, Activation.SILU, rows);
            Parity.assertClose(actual, expected, rows, 1e-6, "gate");
            scalar.add(expected, y, rows);
            vector.add(actual, y, rows);
            Parity.assertClose(actual, expected, rows, 1e-6, "add");
            var matrix = Matrix.of(Parity.random(arena, new SplittableRandom(1), 257, 257));
            scalar.matmul(expected, x, scalar.prepare(matrix), rows);
            vector.matmul(actual, x, vector.prepare(matrix), rows);
            Parity.assertClose(actual, expected, rows, Parity.tolerance(257), "matmul");
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void rotatesPairsOfBothKinds(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int pairs : new int[] {1, 2, 4, 7, 8, 16, 20, 32, 64}) {
                for (int offset : new int[] {0, 3}) {
                    rotate(vector, pairs, offset);
                }
            }
        }
    }

    private void rotate(Kernels vector, int pairs, int offset) {
        int headSize = offset + 2 * pairs + 1;
        var frequencies = new float[pairs];
        for (int i = 0; i < pairs; i++) {
            frequencies[i] = (float) Math.pow(10000, -(double) i / pairs);
        }
        int[] positions = {0, 1, 5, 100_000, 3};
        var expectedAngles = Parity.nothing(arena, 6, 2 * pairs);
        var actualAngles = Parity.nothing(arena, 6, 2 * pairs);
        scalar.angles(expectedAngles, frequencies, 1.25f, positions, 5);
        vector.angles(actualAngles, frequencies, 1.25f, positions, 5);
        Parity.assertClose(actualAngles, expectedAngles, 5, 0, "angles");
        for (var pairing : Pairing.values()) {
            var expected = Parity.random(arena, random, 5, 3 * headSize);
            var actual = Parity.copy(arena, expected);
            scalar.rope(expected, expectedAngles, headSize, offset, pairing, 4);
            vector.rope(actual, expectedAngles, headSize, offset, pairing, 4);
            Parity.assertClose(actual, expected, 5, 1e-6, "rope " + pairing + " of " + pairs + " from " + offset);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void activatesFarBeyondWhereTheyAreFlat(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            int columns = 4001;
            var x = vector.allocate(2, columns);
            var up = vector.allocate(2, columns);
            for (int i = 0; i < columns; i++) {
                Elements.set(x, 0, i, (i - 2000) / 20f);
                Elements.set(up, 0, i, (i % 7) - 3);
                Elements.set(x, 1, i, (i - 2000) / 20000f);
            }
            Elements.set(x, 1, 0, Float.POSITIVE_INFINITY);
            Elements.set(x, 1, 1, Float.NaN);
            Elements.set(x, 1, 2, -0f);
            for (var activation : Activation.values()) {
                var expected = Parity.nothing(arena, 3, columns);
                var actual = Parity.nothing(arena, 3, columns);
                scalar.activate(expected, x, activation, 2);
                vector.activate(actual, x, activation, 2);
                Parity.assertClose(actual, expected, 2, 1e-6, activation.name());
                scalar.gate(expected, x, up, activation, 1);
                vector.gate(actual, x, up, activation, 1);
                Parity.assertClose(actual.head(1), expected.head(1), 1, 1e-6, activation + " gate");
            }
            var expected = Parity.copy(arena, x);
            scalar.softcap(expected, 3f, 2);
            vector.softcap(x, 3f, 2);
            Parity.assertClose(x, expected, 2, 1e-6, "softcap");
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void addsScalesAndPicksRows(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int size : Parity.SIZES) {
                var x = Parity.random(arena, random, 4, size);
                var actual = Parity.copy(arena, x);
                var other = Parity.random(arena, random, 4, size);
                var bias = Parity.random(arena, random, 1, size);
                float[] factors = {1, -2, 0.5f};
                scalar.add(x, other, 3);
                scalar.addBias(x, bias, 2);
                scalar.scaleRows(x, factors, 3);
                vector.add(actual, other, 3);
                vector.addBias(actual, bias, 2);
                vector.scaleRows(actual, factors, 3);
                Parity.assertClose(actual, x, 4, 1e-6, "add, addBias, scaleRows " + size);
                var expectedRows = Parity.nothing(arena, 4, size);
                var actualRows = Parity.nothing(arena, 4, size);
                scalar.gatherRows(expectedRows, x, new int[] {3, 0, 3}, 3);
                vector.gatherRows(actualRows, x, new int[] {3, 0, 3}, 3);
                Parity.assertClose(actualRows, expectedRows, 3, 0, "pick " + size);
                var read = new float[size + 1];
                vector.read(read, x, 2);
                for (int i = 0; i < size; i++) {
                    assertThat(read[i]).isEqualTo(Elements.of(x, 2, i));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void findsTheLowestOfTheLargestAndPassesOverNaN(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int size : Parity.SIZES) {
                var x = Parity.random(arena, random, 2, size);
                assertThat(vector.argmax(x, 1)).isEqualTo(scalar.argmax(x, 1));
                for (int at : new int[] {0, size / 2, size - 1}) {
                    Elements.set(x, 1, size - 1, 2f);
                    Elements.set(x, 1, at, 2f);
                    assertThat(vector.argmax(x, 1)).isEqualTo(scalar.argmax(x, 1));
                    Elements.set(x, 1, at, Float.NaN);
                    assertThat(vector.argmax(x, 1)).isEqualTo(scalar.argmax(x, 1));
                }
                for (int i = 0; i < size; i++) {
                    Elements.set(x, 1, i, i == 0 ? Float.NaN : Float.NEGATIVE_INFINITY);
                }
                assertThat(vector.argmax(x, 1)).isZero();
            }
        }
    }
}
