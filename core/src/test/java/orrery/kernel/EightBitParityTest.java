package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** FP8 weights with and without factors for their blocks, against plain loops. */
final class EightBitParityTest {
    private static final int[] SIZES = {1, 3, 7, 15, 17, 33, 64, 65, 130, 257};
    private static final int[] ROWS = {1, 2, 4, 5, 9, 20};

    private final Kernels plain = new CheckedKernels(new ScalarKernels());
    private final SplittableRandom random = new SplittableRandom(5);
    private final Arena arena = Arena.ofAuto();

    static Stream<Arguments> backends() {
        return VectorWidths.andMachineCode()
                .flatMap(opening -> Stream.of(DType.F8_E4M3, DType.F8_E5M2).map(dtype -> Arguments.of(opening, dtype)));
    }

    /** Values of the definition (arXiv:2209.05433, table 1). */
    @Test
    void bytesAreWhatTheirDefinitionSays() {
        assertThat(value(DType.F8_E5M2, 0x3c)).isEqualTo(1f);
        assertThat(value(DType.F8_E5M2, 0x7b)).as("the largest").isEqualTo(57_344f);
        assertThat(value(DType.F8_E5M2, 0x04)).as("the least normal").isEqualTo(0x1p-14f);
        assertThat(value(DType.F8_E5M2, 0x81)).as("the least").isEqualTo(-0x1p-16f);
        assertThat(value(DType.F8_E5M2, 0xfc)).isEqualTo(Float.NEGATIVE_INFINITY);
        for (int bits : new int[] {0x7d, 0x7e, 0x7f, 0xff}) {
            assertThat(value(DType.F8_E5M2, bits)).isNaN();
        }
        assertThat(value(DType.F8_E4M3, 0x7e)).as("the largest").isEqualTo(448f);
        assertThat(value(DType.F8_E4M3, 0x01)).as("the least").isEqualTo(0x1p-9f);
        assertThat(value(DType.F8_E4M3, 0xff)).isNaN();
    }

    private static float value(DType dtype, int bits) {
        return Elements.of(MemorySegment.ofArray(new byte[] {(byte) bits}), dtype, 0);
    }

    /** A matrix that begins within a block of a larger one, the last blocks partial. */
    private Matrix scaled(DType dtype, int outputs, int inputs, Matrix.Layout layout, int blockRows, int blockColumns) {
        var matrix = Parity.randomMatrix(arena, random, dtype, outputs, inputs, layout);
        int firstRow = random.nextInt(blockRows + 1);
        int firstColumn = random.nextInt(blockColumns + 1);
        int runs = layout == Matrix.Layout.OUT_IN ? outputs : inputs;
        int length = layout == Matrix.Layout.OUT_IN ? inputs : outputs;
        int down = (firstRow + runs + blockRows - 1) / blockRows;
        int across = (firstColumn + length + blockColumns - 1) / blockColumns;
        var factors = Parity.random(arena, random, down, across);
        return matrix.withScales(new BlockScales(factors, blockRows, blockColumns, firstRow, firstColumn));
    }

    private void multiply(Kernels vector, Matrix weight, int rows, String what) {
        var x = Parity.random(arena, random, rows + 1, weight.columns());
        var expected = Parity.nothing(arena, rows + 1, weight.rows());
        var actual = Parity.nothing(arena, rows + 1, weight.rows());
        plain.matmul(expected, x, plain.prepare(weight), rows);
        vector.matmul(actual, x, vector.prepare(weight), rows);
        String how = weight.layout() + " [" + weight.rows() + ", " + weight.columns() + "], " + rows + " rows, " + what;
        Parity.assertClose(actual, expected, rows, Parity.tolerance(weight.columns()), how);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesWithBlocksOfEverySize(VectorWidths.Opening opening, DType dtype) {
        int[][] blocks = {{128, 128}, {1, 1}, {3, 50}, {64, 7}, {1, 128}};
        try (var vector = opening.open()) {
            int turn = 0;
            for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                for (int inputs : SIZES) {
                    for (int outputs : new int[] {1, 17, 65, 300}) {
                        int[] block = blocks[turn % blocks.length];
                        var weight = scaled(dtype, outputs, inputs, layout, block[0], block[1]);
                        multiply(vector, weight, ROWS[turn++ % ROWS.length], "blocks " + block[0] + " x " + block[1]);
                    }
                }
                multiply(vector, scaled(dtype, 300, 1100, layout, 128, 128), 1, "deep");
                multiply(vector, scaled(dtype, 130, 1100, layout, 128, 128), 8, "deep");
                multiply(vector, scaled(dtype, 1100, 300, layout, 128, 128), 3, "wide");
                multiply(vector, scaled(DType.BF16, 70, 300, layout, 16, 16), 1, "BF16");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesWithoutFactors(VectorWidths.Opening opening, DType dtype) {
        try (var vector = opening.open()) {
            int turn = 0;
            for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                for (int inputs : SIZES) {
                    var weight = Parity.randomMatrix(arena, random, dtype, 77, inputs, layout);
                    multiply(vector, weight, ROWS[turn++ % ROWS.length], "no factors");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesPartsOfAScaledMatrixEitherWayRound(VectorWidths.Opening opening, DType dtype) {
        try (var vector = opening.open()) {
            var whole = scaled(dtype, 300, 130, Matrix.Layout.OUT_IN, 128, 128);
            for (int rows : new int[] {1, 3, 9}) {
                multiply(vector, whole.outputs(100, 70), rows, "part");
                multiply(vector, whole.outputs(199, 101).transposed(), rows, "transposed part");
                multiply(vector, whole.transposed().outputs(33, 97), rows, "part of the transposed");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void widensEveryByteExactly(VectorWidths.Opening opening, DType dtype) {
        try (var vector = opening.open()) {
            // One byte per output, then in many columns and many rows: every code path of a byte.
            var bytes = arena.allocate(256 * 300L + 1).asSlice(1);
            for (int bits = 0; bits < 256; bits++) {
                for (int i = 0; i < 300; i++) {
                    byte value = i == 250 || i == 299 ? (byte) bits : 0;
                    bytes.set(ValueLayout.JAVA_BYTE, bits * 300L + i, value);
                }
            }
            var weight = new Matrix(dtype, 256, 300, Matrix.Layout.OUT_IN, 300, bytes);
            for (int at : new int[] {250, 299}) {
                for (int rows : new int[] {1, 8}) {
                    check(vector, weight, at, rows);
                }
            }
            var turned = arena.allocate(256L);
            for (int bits = 0; bits < 256; bits++) {
                turned.set(ValueLayout.JAVA_BYTE, bits, (byte) bits);
            }
            for (int inputs : new int[] {1, 4}) {
                var column = new Matrix(dtype, 256 / inputs, inputs, Matrix.Layout.IN_OUT, 256 / inputs, turned);
                for (int at = 0; at < inputs; at++) {
                    check(vector, column, at, 1);
                }
            }
            var table = new Matrix(dtype, 1, 256, Matrix.Layout.OUT_IN, 256, turned);
            var expected = Parity.nothing(arena, 1, 256);
            var actual = Parity.nothing(arena, 1, 256);
            plain.embed(expected, table, new int[] {0}, 1f, 1);
            vector.embed(actual, table, new int[] {0}, 1f, 1);
            Parity.assertClose(actual, expected, 1, 0, "embedded");
        }
    }

    private void check(Kernels vector, Matrix weight, int at, int rows) {
        var x = Parity.nothing(arena, rows, weight.columns());
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < weight.columns(); i++) {
                Elements.set(x, r, i, i == at ? 1 : 0);
            }
        }
        var expected = Parity.nothing(arena, rows, weight.rows());
        var actual = Parity.nothing(arena, rows, weight.rows());
        plain.matmul(expected, x, plain.prepare(weight), rows);
        vector.matmul(actual, x, vector.prepare(weight), rows);
        for (int i = 0; i < rows * weight.rows(); i++) {
            // As objects, since NaN must equal NaN; plus 0, since a sum of one negative zero may be either.
            Float found = Elements.of(actual, 0, i) + 0f;
            Float wanted = Elements.of(expected, 0, i) + 0f;
            assertThat(found)
                    .as("%s, output %d, %d rows", weight.layout(), i, rows)
                    .isEqualTo(wanted);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void looksUpRowsOfAScaledTable(VectorWidths.Opening opening, DType dtype) {
        try (var vector = opening.open()) {
            for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                var table = scaled(dtype, 40, 100, layout, 16, 24);
                int[] ids = {39, 0, 17};
                var expected = Parity.nothing(arena, 4, 100);
                var actual = Parity.nothing(arena, 4, 100);
                plain.embed(expected, table, ids, 1.5f, 3);
                vector.embed(actual, table, ids, 1.5f, 3);
                Parity.assertClose(actual, expected, 3, 1e-6, "embed " + layout);
                plain.addEmbedding(expected, table, ids, 3);
                vector.addEmbedding(actual, table, ids, 3);
                Parity.assertClose(actual, expected, 3, 1e-6, "addEmbedding " + layout);
            }
        }
    }
}
