package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orrery.catalog.Catalog;
import orrery.spec.Activation;
import orrery.spec.Position.Pairing;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * The loops for small models against the scalar reference; other tests compare attention and whole models with
 * recordings.
 */
final class LoopKernelsTest {
    private static final int[] ROWS = {0, 1, 2, 5, 19};

    /** One sum in order rounds more than the lanes of a vector do: for up to 257 products of numbers in [-1, 1]. */
    private static final double ORDERED = 1e-5;

    private final Kernels loops = new LoopBackend().open(new Backend.Options(1));
    private final Kernels scalar = new ScalarBackend().open(new Backend.Options(1));
    private final SplittableRandom random = new SplittableRandom(3);
    private final Arena arena = Arena.ofAuto();

    @AfterEach
    void close() {
        loops.close();
        scalar.close();
    }

    /** The same numbers in memory of the loops and of the reference. */
    private record Twin(Tensor loops, Tensor scalar) {}

    private Twin twin(int rows, int columns) {
        var twin = new Twin(loops.allocate(rows, columns), scalar.allocate(rows, columns));
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                float value = (float) random.nextDouble(-1, 1);
                Elements.set(twin.loops, r, c, value);
                Elements.set(twin.scalar, r, c, value);
            }
        }
        return twin;
    }

    private static void assertClose(Twin twin, double tolerance, String what) {
        for (int r = 0; r < twin.scalar.rows(); r++) {
            for (int c = 0; c < twin.scalar.columns(); c++) {
                assertThat(Elements.of(twin.loops, r, c))
                        .as("%s: row %d, column %d", what, r, c)
                        .isCloseTo(Elements.of(twin.scalar, r, c), within((float) tolerance));
            }
        }
    }

    @Test
    void multipliesWeightsOfEveryDTypeAndLayout() {
        for (var dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
            for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                for (int inputs : Parity.SIZES) {
                    int outputs = Parity.SIZES[random.nextInt(Parity.SIZES.length)];
                    var weight = Parity.randomMatrix(arena, random, dtype, outputs, inputs, layout);
                    multiply(weight, ROWS[random.nextInt(ROWS.length)], ORDERED);
                }
            }
        }
    }

    private void multiply(Matrix weight, int rows, double tolerance) {
        var x = twin(rows + 1, weight.columns());
        var out = twin(rows + 1, weight.rows());
        loops.matmul(out.loops, x.loops, loops.prepare(weight), rows);
        scalar.matmul(out.scalar, x.scalar, scalar.prepare(weight), rows);
        assertClose(out, tolerance, weight.dtype() + " [" + weight.rows() + ", " + weight.columns() + "], " + rows);
    }

    @Test
    void keepsWeightsOfEverySizeThatBrainFloatsHave() {
        for (float size : new float[] {0, 1e-38f, 1e-30f, 1e-20f, 1, 1e20f, 1e38f}) {
            var weight = Parity.randomMatrix(arena, random, DType.BF16, 17, 9, Matrix.Layout.OUT_IN);
            for (int o = 0; o < 17; o++) {
                for (int i = 0; i < 9; i++) {
                    Parity.set(weight.data(), DType.BF16, weight.index(o, i), (float)
                            random.nextDouble(-size, size == 0 ? 1e-45 : size));
                }
            }
            multiply(weight, 2, 4e-6 * size);
        }
    }

    @Test
    void handsOnWeightsThatAreNoNumbers() {
        var weight = Parity.randomMatrix(arena, random, DType.BF16, 2, 3, Matrix.Layout.OUT_IN);
        Parity.set(weight.data(), DType.BF16, weight.index(0, 1), Float.POSITIVE_INFINITY);
        Parity.set(weight.data(), DType.BF16, weight.index(1, 2), Float.NaN);
        var x = loops.allocate(1, 3);
        x.data().fill((byte) 0x3f);
        var out = loops.allocate(1, 2);

        loops.matmul(out, x, loops.prepare(weight), 1);

        assertThat(Elements.of(out, 0, 0)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(Elements.of(out, 0, 1)).isNaN();
    }

    @Test
    void multipliesForHeadsAndForExperts() {
        var matrices = List.of(
                Parity.randomMatrix(arena, random, DType.BF16, 5, 7, Matrix.Layout.OUT_IN),
                Parity.randomMatrix(arena, random, DType.F32, 5, 7, Matrix.Layout.IN_OUT));
        var ours = matrices.stream().map(loops::prepare).toList();
        var theirs = matrices.stream().map(scalar::prepare).toList();
        var x = twin(4, 17);
        var out = twin(4, 13);
        loops.matmulHeads(out.loops, 6, x.loops, 9, ours, 3);
        scalar.matmulHeads(out.scalar, 6, x.scalar, 9, theirs, 3);
        assertClose(out, ORDERED, "heads");
        int[] chosen = {1, 0, 1};
        var inputs = twin(4, 7);
        var firsts = twin(4, 5);
        var seconds = twin(4, 5);
        loops.matmulPairs(firsts.loops, seconds.loops, inputs.loops, ours, ours, chosen, 3);
        scalar.matmulPairs(firsts.scalar, seconds.scalar, inputs.scalar, theirs, theirs, chosen, 3);
        assertClose(firsts, ORDERED, "experts' gates");
        assertClose(seconds, ORDERED, "experts' ups");
    }

    @Test
    void takesNoOtherModelsThanSmallDenseOnes() {
        var dense = Catalog.release("gemma-3-270m").orElseThrow().spec();
        var sparse = Catalog.release("qwen3-30b-a3b").orElseThrow().spec();
        var backend = new LoopBackend();
        var fits = new Matrix(DType.BF16, 1 << 10, 12 << 10, Matrix.Layout.OUT_IN, 12 << 10, arena.allocate(24 << 20));
        var one = Parity.randomMatrix(arena, random, DType.BF16, 1, 1, Matrix.Layout.OUT_IN);
        assertThat(backend.refusal(dense, List.of(fits))).isEmpty();
        assertThat(backend.refusal(dense, List.of(fits, one)))
                .hasValueSatisfying(why -> assertThat(why).contains("25165826 bytes, more than 25165824"));
        assertThat(backend.refusal(sparse, List.of(one)))
                .hasValueSatisfying(why -> assertThat(why).contains("small dense models, and qwen3-30b-a3b has more"));
    }

    @Test
    void countsWhatCopiesTakeWhateverIsStored() {
        for (var dtype : List.of(DType.F16, DType.BF16)) {
            assertThat(LoopBackend.bytesOfCopy(Matrix.of(Tensor.zeros(arena, dtype, 3, 256))))
                    .isEqualTo(3 * 256 * 2);
        }
        for (var dtype : List.of(DType.F32, DType.F8_E4M3, DType.Q8_0, DType.Q4_K, DType.MXFP4)) {
            assertThat(LoopBackend.bytesOfCopy(Matrix.of(Tensor.zeros(arena, dtype, 3, 256))))
                    .isEqualTo(3 * 256 * 4);
        }
    }

    @Test
    void normsRotatesAndGatesAsTheReferenceDoes() {
        for (int rows : ROWS) {
            for (int size : Parity.SIZES) {
                var x = twin(rows + 1, 2 * size);
                var weight = twin(1, size);
                loops.rmsNorm(x.loops, x.loops, weight.loops, 1e-6, rows);
                scalar.rmsNorm(x.scalar, x.scalar, weight.scalar, 1e-6, rows);
                assertClose(x, 1e-6, "rmsNorm of " + size);
                var positions = random.ints(rows, 0, 1000).toArray();
                float[] frequencies = {1f, 0.3f, 0.01f};
                for (var pairing : Pairing.values()) {
                    var heads = twin(rows + 1, 16);
                    var angles = twin(rows + 1, 6);
                    loops.angles(angles.loops, frequencies, 0.7f, positions, rows);
                    scalar.angles(angles.scalar, frequencies, 0.7f, positions, rows);
                    loops.rope(heads.loops, angles.loops, 8, 2, pairing, rows);
                    scalar.rope(heads.scalar, angles.scalar, 8, 2, pairing, rows);
                    assertClose(heads, 1e-6, "rope " + pairing);
                }
                for (var activation : Activation.values()) {
                    var up = twin(rows + 1, 2 * size);
                    loops.gate(up.loops, x.loops, up.loops, activation, rows);
                    scalar.gate(up.scalar, x.scalar, up.scalar, activation, rows);
                    loops.activate(x.loops, x.loops, activation, rows);
                    scalar.activate(x.scalar, x.scalar, activation, rows);
                    loops.add(x.loops, up.loops, rows);
                    scalar.add(x.scalar, up.scalar, rows);
                    loops.softcap(x.loops, 0.5f, rows);
                    scalar.softcap(x.scalar, 0.5f, rows);
                    assertClose(x, 2e-6, "gate, activate, add and softcap with " + activation);
                }
            }
        }
    }

    @Test
    void looksUpRowsAndPicksThem() {
        for (var dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
            var table = Parity.randomMatrix(arena, random, dtype, 11, 33, Matrix.Layout.OUT_IN);
            var x = twin(4, 33);
            loops.embed(x.loops, table, new int[] {10, 0, 7}, 3, 3);
            scalar.embed(x.scalar, table, new int[] {10, 0, 7}, 3, 3);
            var picked = twin(2, 33);
            loops.gatherRows(picked.loops, x.loops, new int[] {2, 0}, 2);
            scalar.gatherRows(picked.scalar, x.scalar, new int[] {2, 0}, 2);
            assertClose(x, 0, "embed " + dtype);
            assertClose(picked, 0, "pick " + dtype);
            assertThat(loops.argmax(x.loops, 1)).isEqualTo(scalar.argmax(x.scalar, 1));
        }
    }

    @Test
    void refusesActivationsOfOtherMemoryAndMoreThanAnArrayHolds() {
        assertThatThrownBy(() -> loops.add(scalar.allocate(1, 2), loops.allocate(1, 2), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> loops.allocate(1 << 16, 1 << 16))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("65536");
    }
}
