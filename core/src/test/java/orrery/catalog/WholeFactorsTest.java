package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;
import orrery.kernel.Elements;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

class WholeFactorsTest {
    private static final String NAME = "blk.0.ffn_up_exps.weight";
    private static final String SCALE = "blk.0.ffn_up_exps.scale";

    private final Arena arena = Arena.ofAuto();

    /** Every scale 1 (its code stands for a half of twice that), every element 0.5. */
    private Tensor halves(long... dimensions) {
        var shape = Shape.of(dimensions);
        var data = arena.allocate(DType.NVFP4.bytes(shape.elements()));
        data.fill((byte) 0x11);
        for (long block = 0; block < data.byteSize(); block += DType.NVFP4.blockBytes()) {
            data.asSlice(block, 4).fill((byte) 0x38);
        }
        return new Tensor(DType.NVFP4, shape, data);
    }

    private Tensor floats(float... values) {
        return new Tensor(DType.F32, Shape.of(values.length), arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
    }

    private static float[] run(Matrix matrix, int index) {
        var run = new float[matrix.layout() == Matrix.Layout.OUT_IN ? matrix.columns() : matrix.rows()];
        Elements.run(matrix, index, run);
        return run;
    }

    @Test
    void everyMatrixOfAStackHasItsOwn() {
        var stack = WholeFactors.applied(Matrix.of(halves(3, 5, 128)), NAME, Map.of(SCALE, floats(1, 4, 7)), 3);
        for (int expert = 0; expert < 3; expert++) {
            var one = stack.outputs(5 * expert, 5);
            float expected = 0.5f * (1 + 3 * expert);
            assertThat(run(one, 0)).containsOnly(expected);
            assertThat(run(one, 4)).containsOnly(expected);
            assertThat(run(one.transposed(), 2)).containsOnly(expected);
            assertThat(one.scale(4, 127)).isEqualTo(1 + 3 * expert);
            assertThat(one.inputs(64, 64).scale(0, 63)).isEqualTo(1 + 3 * expert);
        }
    }

    @Test
    void aMatrixWithoutOneIsAsItIs() {
        var matrix = WholeFactors.applied(Matrix.of(halves(5, 128)), NAME, Map.of(), 1);
        assertThat(matrix.scales()).isEmpty();
        assertThat(run(matrix, 3)).containsOnly(0.5f);
        assertThat(WholeFactors.beside(NAME, DType.Q4_0)).isEmpty();
        assertThat(WholeFactors.beside("blk.0.attn_q.bias", DType.NVFP4)).isEmpty();
        assertThat(WholeFactors.beside(NAME, DType.NVFP4)).containsExactly(SCALE, "blk.0.ffn_up_exps.input_scale");
    }

    @Test
    void refusesAnotherNumberOfFactors() {
        assertThatThrownBy(
                        () -> WholeFactors.applied(Matrix.of(halves(3, 5, 128)), NAME, Map.of(SCALE, floats(1, 4)), 3))
                .isInstanceOf(CatalogException.class)
                .hasMessage(SCALE + " is F32 [2], expected F32 [3]: a factor for each matrix of " + NAME);
    }
}
