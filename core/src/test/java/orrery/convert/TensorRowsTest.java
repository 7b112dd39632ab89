package orrery.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.kernel.Elements;
import orrery.quant.RowEncoder;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

class TensorRowsTest {
    /** Element {@code (i, j)} is {@code first + i + j / 8}: any of these dtypes holds it. */
    private static Matrix matrix(DType dtype, int rows, int columns, float first) {
        var data = MemorySegment.ofArray(new byte[(int) dtype.bytes((long) rows * columns)]);
        for (int i = 0; i < rows; i++) {
            var row = new float[columns];
            for (int j = 0; j < columns; j++) {
                row[j] = first + i + j / 8f;
            }
            RowEncoder.encode(dtype, row, 0, columns, data, dtype.bytes((long) i * columns));
        }
        return Matrix.of(new Tensor(dtype, Shape.of(rows, columns), data));
    }

    private static float[] read(TensorRows rows, long first, int count) {
        var out = new float[count * rows.columns()];
        rows.read(first, count, out);
        return out;
    }

    private static float element(Matrix matrix, int row, int column) {
        return Elements.of(matrix.data(), matrix.dtype(), matrix.index(row, column)) * matrix.scale(row, column);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "MXFP4", "Q6_K"})
    void readsAnyRunOfRowsAsItLies(DType dtype) {
        var matrix = matrix(dtype, 5, dtype.blockElements() == 256 ? 512 : 64, 1);
        for (var one : List.of(matrix, matrix.transposed())) {
            var rows = new TensorRows.Stacked(List.of(one));
            assertThat(rows.count()).isEqualTo(one.rows());
            for (int first = 0; first < one.rows(); first += 2) {
                for (int count = 1; count <= Math.min(3, one.rows() - first); count++) {
                    var read = read(rows, first, count);
                    for (int i = 0; i < count * one.columns(); i++) {
                        assertThat(read[i]).isEqualTo(element(one, first + i / one.columns(), i % one.columns()));
                    }
                }
            }
        }
    }

    @Test
    void readsSlicesOfAWiderMatrix() {
        var inner = matrix(DType.F32, 6, 10, 0).outputs(2, 3).inputs(4, 5);
        assertThat(read(new TensorRows.Stacked(List.of(inner)), 1, 1)).containsExactly(3.5f, 3.625f, 3.75f, 3.875f, 4f);
    }

    @Test
    void multipliesEightBitsByTheFactorOfTheirBlock() {
        try (var arena = Arena.ofConfined()) {
            // 0x38 is 1 in E4M3. Blocks of 2 by 3, the last ones partial.
            var data = MemorySegment.ofArray(new byte[12]).fill((byte) 0x38);
            var factors = Tensor.zeros(arena, DType.F32, 2, 2);
            for (int i = 0; i < 4; i++) {
                factors.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, i + 2);
            }
            var matrix = Matrix.of(new Tensor(DType.F8_E4M3, Shape.of(3, 4), data))
                    .withScales(new BlockScales(factors, 2, 3, 0, 0));
            assertThat(read(new TensorRows.Stacked(List.of(matrix)), 1, 2)).containsExactly(2, 2, 2, 3, 4, 4, 4, 5);
            assertThat(read(new TensorRows.Stacked(List.of(matrix.transposed())), 3, 1))
                    .containsExactly(3, 3, 5);
        }
    }

    @Test
    void stacksMatricesAcrossTheirBorders() {
        var rows = new TensorRows.Stacked(List.of(matrix(DType.F32, 2, 3, 0), matrix(DType.F32, 2, 3, 10)));
        assertThat(rows.count()).isEqualTo(4);
        assertThat(read(rows, 1, 3)).containsExactly(1, 1.125f, 1.25f, 10, 10.125f, 10.25f, 11, 11.125f, 11.25f);
    }

    @Test
    void laysMatricesSideBySide() {
        var rows = new TensorRows.SideBySide(List.of(matrix(DType.F32, 2, 2, 0), matrix(DType.F32, 2, 2, 10)));
        assertThat(rows.count()).isEqualTo(2);
        assertThat(read(rows, 1, 1)).containsExactly(1, 1.125f, 11, 11.125f);
        assertThat(read(rows, 0, 2)).hasSize(8);
    }

    @Test
    void interleavesTheHalvesOfEveryHead() {
        var halves = new TensorRows.Stacked(List.of(matrix(DType.F32, 12, 1, 0)));
        var rows = new TensorRows.Interleaved(halves, 6);
        assertThat(read(rows, 0, 12)).containsExactly(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11);
        assertThat(read(rows, 5, 3)).containsExactly(5, 6, 9);
    }

    @Test
    void addsOne() {
        assertThat(read(new TensorRows.OnePlus(new TensorRows.Stacked(List.of(matrix(DType.F32, 1, 3, -1)))), 0, 1))
                .containsExactly(0, 0.125f, 0.25f);
    }

    @Test
    void onlyWhatLiesInOnePieceInTheSameTypeIsCopied() {
        var matrix = matrix(DType.Q8_0, 4, 64, 0);
        assertThat(new TensorRows.Stacked(List.of(matrix)).stored(DType.Q8_0))
                .hasValueSatisfying(
                        bytes -> assertThat(bytes.mismatch(matrix.data())).isEqualTo(-1));
        var others = new ArrayList<TensorRows>();
        others.add(new TensorRows.Stacked(List.of(matrix, matrix)));
        others.add(new TensorRows.Stacked(List.of(matrix.transposed())));
        others.add(new TensorRows.Stacked(List.of(matrix.inputs(0, 32))));
        others.add(new TensorRows.OnePlus(new TensorRows.Stacked(List.of(matrix))));
        others.add(new TensorRows.Interleaved(new TensorRows.Stacked(List.of(matrix)), 4));
        assertThat(others)
                .allSatisfy(rows -> assertThat(rows.stored(DType.Q8_0)).isEmpty());
        assertThat(new TensorRows.Stacked(List.of(matrix)).stored(DType.Q4_0)).isEmpty();
        assertThat(new TensorRows.Stacked(List.of(matrix.outputs(1, 2))).stored(DType.Q8_0))
                .hasValueSatisfying(bytes -> assertThat(bytes.byteSize()).isEqualTo(2 * 68));
    }
}
