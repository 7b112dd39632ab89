package orrery.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MatrixTest {
    private static final int OUT = 5;
    private static final int IN = 7;

    /** Element {@code (out, in)} is {@code 10 * out + in}, in a scale of 2 for inputs from 4 on. */
    private static Matrix matrix(Arena arena, Matrix.Layout layout) {
        boolean plain = layout == Matrix.Layout.OUT_IN;
        var tensor = Tensor.zeros(arena, DType.F32, plain ? OUT : IN, plain ? IN : OUT);
        var factors = Tensor.zeros(arena, DType.F32, plain ? 1 : 2, plain ? 2 : 1);
        factors.data().setAtIndex(ValueLayout.JAVA_FLOAT, 0, 1);
        factors.data().setAtIndex(ValueLayout.JAVA_FLOAT, 1, 2);
        var blocks = plain ? new BlockScales(factors, OUT, 4, 0, 0) : new BlockScales(factors, 4, OUT, 0, 0);
        var matrix = (plain ? Matrix.of(tensor) : Matrix.ofTransposed(tensor)).withScales(blocks);
        for (int out = 0; out < OUT; out++) {
            for (int in = 0; in < IN; in++) {
                tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, matrix.index(out, in), 10 * out + in);
            }
        }
        return matrix;
    }

    @ParameterizedTest
    @EnumSource
    void aPartOfTheInputsIsTheSameMemoryFurtherOn(Matrix.Layout layout) {
        try (var arena = Arena.ofConfined()) {
            var part = matrix(arena, layout).inputs(3, 4).outputs(1, 3).inputs(0, 3);

            assertThat(part.rows()).isEqualTo(3);
            assertThat(part.columns()).isEqualTo(3);
            for (int out = 0; out < 3; out++) {
                for (int in = 0; in < 3; in++) {
                    assertThat(part.data().getAtIndex(ValueLayout.JAVA_FLOAT, part.index(out, in)))
                            .isEqualTo(10 * (out + 1) + in + 3);
                    assertThat(part.scale(out, in)).isEqualTo(in + 3 < 4 ? 1 : 2);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void inputsThatAreNotThereAreRefused(Matrix.Layout layout) {
        try (var arena = Arena.ofConfined()) {
            var matrix = matrix(arena, layout);

            assertThatThrownBy(() -> matrix.inputs(4, 4)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> matrix.inputs(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
