package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.DType;
import orrery.tensor.KvType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** The operations of experts and latent attention, against plain loops that define them. */
final class SparseParityTest {
    private static final int[] SIZES = {1, 3, 7, 15, 17, 33, 64, 65, 130, 257};
    private static final DType[] DTYPES = {DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2};

    private final Kernels plain = new CheckedKernels(new ScalarKernels());
    private final SplittableRandom random = new SplittableRandom(11);
    private final Arena arena = Arena.ofAuto();

    static Stream<Named<VectorWidths.Opening>> backends() {
        return VectorWidths.andMachineCode();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void movesRowsAndAddsThemUp(VectorWidths.Opening opening) {
        int[] rows = {9, 4, 4, 0, 7, 4};
        float[] factors = {9, 0.5f, -1, 2, 0.25f, 1};
        try (var vector = opening.open()) {
            for (int size : SIZES) {
                var x = Parity.random(arena, random, 8, size);
                var expected = Parity.random(arena, random, 8, size);
                var actual = Parity.copy(arena, expected);
                for (var out : List.of(expected, actual)) {
                    var kernels = out.equals(expected) ? plain : vector;
                    kernels.gather(out, x, rows, 1, 5);
                    kernels.scaleGathered(out, factors, 1, 5);
                    kernels.scatterAdd(out, x, rows, factors, 1, 5);
                    kernels.scatter(out, x, new int[] {3, 6, 1}, 1, 2);
                    kernels.clear(out, 1);
                }
                Parity.assertClose(actual, expected, 8, 1e-6, "rows of " + size);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void addsUpManyRowsOnAllThreads(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            int[] rows = new int[300];
            var factors = new float[300];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = i % 7;
                factors[i] = i % 5 - 2;
            }
            for (int size : new int[] {257, 700, 1025}) {
                var y = Parity.random(arena, random, 300, size);
                var expected = Parity.random(arena, random, 8, size);
                var actual = Parity.copy(arena, expected);
                plain.scatterAdd(expected, y, rows, factors, 0, 300);
                vector.scatterAdd(actual, y, rows, factors, 0, 300);
                Parity.assertClose(actual, expected, 8, 1e-5, "sums of " + size);
                var gathered = Parity.nothing(arena, 301, size);
                var wanted = Parity.nothing(arena, 301, size);
                plain.gather(wanted, expected, rows, 0, 300);
                vector.gather(gathered, expected, rows, 0, 300);
                Parity.assertClose(gathered, wanted, 300, 0, "gathered " + size);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void placesPartsOfHeads(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int size : SIZES) {
                for (int rows : new int[] {0, 1, 3, 250}) {
                    var x = Parity.random(arena, random, rows + 1, 3 * (size + 4));
                    var narrow = Parity.random(arena, random, rows + 1, size);
                    var expected = Parity.random(arena, random, rows + 1, 3 * (size + 6));
                    var actual = Parity.copy(arena, expected);
                    for (var out : List.of(expected, actual)) {
                        var kernels = out.equals(expected) ? plain : vector;
                        kernels.placeHeads(out, size + 6, 5, x, size + 4, 3, 3, size, rows);
                        kernels.place(out, 2 * size + 12, narrow, rows);
                    }
                    Parity.assertClose(actual, expected, rows + 1, 0, "heads of " + size + ", " + rows + " rows");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void recallsWhatThePagesHold(VectorWidths.Opening opening) {
        try (var vector = opening.open();
                var cache = new KvCache(List.of(new CacheSpec.PerToken(1, 20, 0, Reach.FULL)), 4, 8)) {
            var pages = new PageTable();
            int third = cache.take(0);
            for (int i = 0; i < 3; i++) {
                pages.append(i == 1 ? third : cache.take(0));
            }
            for (int i = 0; i < 3 * 80; i++) {
                var slab = cache.slab(0, pages.page(i / 80));
                long at = cache.base(0, pages.page(i / 80)) + 4 * (i % 80);
                slab.set(java.lang.foreign.ValueLayout.JAVA_FLOAT, at, i);
            }
            for (int count : new int[] {0, 1, 4, 11}) {
                var expected = Parity.nothing(arena, 12, 7);
                var actual = Parity.nothing(arena, 12, 7);
                plain.gatherKv(expected, 13, cache, 0, pages, count);
                vector.gatherKv(actual, 13, cache, 0, pages, count);
                Parity.assertClose(actual, expected, count, 0, count + " positions");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void recallsLatentsThatEndWithAShorterBlock(VectorWidths.Opening opening) {
        for (int width : new int[] {36, 40, 100}) {
            var layer = new CacheSpec.PerToken(1, width, 0, Reach.FULL);
            try (var vector = opening.open();
                    var cache = new KvCache(List.of(layer), KvType.Q8, 4, 3)) {
                var pages = new PageTable();
                var step = new Step(11);
                int sequence = step.addSequence(new PageTable[] {pages});
                for (int i = 0; i < 11; i++) {
                    if (i % 4 == 0) {
                        pages.append(cache.take(0));
                    }
                    step.add(sequence, 0, i, false);
                }
                var latents = Parity.random(arena, random, 11, width);
                var attention = new Attention(new Heads(2, 1, width), width - 4, Reach.FULL, 1, 0);
                vector.storeKv(latents, latents, cache, 0, attention, step);
                var expected = Parity.nothing(arena, 11, width - 3);
                var actual = Parity.nothing(arena, 11, width - 3);
                plain.gatherKv(expected, 3, cache, 0, pages, 11);
                vector.gatherKv(actual, 3, cache, 0, pages, 11);
                Parity.assertClose(actual, expected, 11, 0, "latents of " + width);
                for (int i = 0; i < 11; i++) {
                    for (int c = 0; c < width - 3; c++) {
                        // Elements are below 1: a step is no more than 1/127.
                        assertThat(Elements.of(actual, i, c))
                                .isCloseTo(Elements.of(latents, i, c + 3), within(0.51f / 127 + 1f / 2048));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void multipliesOneSmallMatrixForEachHead(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            int turn = 0;
            for (var dtype : DTYPES) {
                for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                    for (int size : SIZES) {
                        int other = SIZES[random.nextInt(SIZES.length)];
                        int rows = new int[] {0, 1, 2, 4, 5, 13}[turn++ % 6];
                        heads(vector, dtype, layout, size, other, rows, 3);
                    }
                    heads(vector, dtype, layout, 70, 300, 7, 19);
                    heads(vector, dtype, layout, 520, 1030, turn % 2 == 0 ? 5 : 1, 2);
                }
            }
        }
    }

    private static List<Weight> prepared(Kernels kernels, List<Matrix> matrices) {
        return matrices.stream().map(kernels::prepare).toList();
    }

    private void heads(
            Kernels vector, DType dtype, Matrix.Layout layout, int outputs, int inputs, int rows, int count) {
        var weights = new ArrayList<Matrix>();
        for (int h = 0; h < count; h++) {
            weights.add(Parity.randomMatrix(arena, random, dtype, outputs, inputs, layout));
        }
        var x = Parity.random(arena, random, rows + 1, count * (inputs + 3));
        var expected = Parity.random(arena, random, rows + 1, count * (outputs + 2));
        var actual = Parity.copy(arena, expected);
        plain.matmulHeads(expected, outputs + 2, x, inputs + 3, prepared(plain, weights), rows);
        vector.matmulHeads(actual, outputs + 2, x, inputs + 3, prepared(vector, weights), rows);
        String what = dtype + " " + layout + " [" + outputs + ", " + inputs + "] for " + rows + " rows";
        Parity.assertClose(actual, expected, rows + 1, 2 * Parity.tolerance(inputs), what);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void runsEveryChosenExpertAsEachAlone(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var dtype : DTYPES) {
                for (var layout : List.of(Matrix.Layout.OUT_IN, Matrix.Layout.IN_OUT)) {
                    for (int size : SIZES) {
                        experts(vector, dtype, layout, size, 1 + random.nextInt(90));
                    }
                    experts(vector, dtype, layout, 40, 300);
                }
            }
        }
    }

    private void experts(Kernels vector, DType dtype, Matrix.Layout layout, int outputs, int inputs) {
        var gates = new ArrayList<Matrix>();
        var ups = new ArrayList<Matrix>();
        for (int e = 0; e < 5; e++) {
            gates.add(Parity.randomMatrix(arena, random, dtype, outputs, inputs, layout));
            ups.add(Parity.randomMatrix(arena, random, dtype, outputs, inputs, layout));
        }
        int[] chosen = {0, 2, 2, 2, 2, 2, 2, 3, 0};
        for (int count : new int[] {0, 1, 3, 9}) {
            var x = Parity.random(arena, random, 10, inputs);
            var firsts = new Tensor[2];
            var seconds = new Tensor[2];
            for (int i = 0; i < 2; i++) {
                var kernels = i == 0 ? plain : vector;
                firsts[i] = Parity.nothing(arena, 10, outputs);
                seconds[i] = Parity.nothing(arena, 10, outputs);
                kernels.matmulPairs(
                        firsts[i], seconds[i], x, prepared(kernels, gates), prepared(kernels, ups), chosen, count);
            }
            String what = dtype + " " + layout + " [" + outputs + ", " + inputs + "], " + count + " choices";
            Parity.assertClose(firsts[1], firsts[0], count, 2 * Parity.tolerance(inputs), "first of " + what);
            Parity.assertClose(seconds[1], seconds[0], count, 2 * Parity.tolerance(inputs), "second of " + what);
            var each = Parity.nothing(arena, 10, outputs);
            vector.matmulEach(each, x, prepared(vector, ups), chosen, count);
            Parity.assertClose(each, seconds[0], count, 2 * Parity.tolerance(inputs), "each of " + what);
        }
    }
}
