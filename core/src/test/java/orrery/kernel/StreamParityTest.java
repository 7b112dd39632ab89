package orrery.kernel;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.tensor.Tensor;

/** The operations of parallel residual streams and sparse activations, against plain loops that define them. */
final class StreamParityTest {
    private static final int[] SIZES = {1, 3, 7, 15, 17, 33, 64, 65, 130, 257};
    private static final int[] ROWS = {0, 1, 2, 5, 300};

    private final Kernels plain = new CheckedKernels(new ScalarKernels());
    private final SplittableRandom random = new SplittableRandom(3);
    private final Arena arena = Arena.ofAuto();

    static Stream<Named<VectorWidths.Opening>> backends() {
        return VectorWidths.andMachineCode();
    }

    /** Runs an operation on both backends, on equal copies of one target, and compares all of it. */
    private void same(
            Kernels vector, int rows, int size, double tolerance, String what, BiConsumer<Kernels, Tensor> run) {
        var expected = Parity.random(arena, random, rows + 1, size);
        var actual = Parity.copy(arena, expected);
        run.accept(plain, expected);
        run.accept(vector, actual);
        Parity.assertClose(actual, expected, rows + 1, tolerance, what + " of " + rows + " by " + size);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void changesElementsOneByOne(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int size : SIZES) {
                for (int rows : ROWS) {
                    var x = Parity.random(arena, random, rows + 1, size);
                    var y = Parity.random(arena, random, rows + 1, size);
                    var weight = Parity.random(arena, random, 1, size);
                    var few = Parity.random(arena, random, rows + 1, 3);
                    same(vector, rows, size, 0, "copy", (k, out) -> k.copy(out, x, rows));
                    same(vector, rows, size, 1e-6, "scale", (k, out) -> k.scale(out, -1.7f, rows));
                    same(vector, rows, size, 1e-6, "addScaled", (k, out) -> k.addScaled(out, x, few, 2, rows));
                    same(vector, rows, size, 0, "subtract", (k, out) -> k.subtract(out, x, y, rows));
                    same(vector, rows, size, 0, "subtract in place", (k, out) -> k.subtract(out, out, y, rows));
                    same(vector, rows, size, 0, "multiply", (k, out) -> k.multiply(out, x, weight, rows));
                    same(vector, rows, size, 1e-6, "tanh", (k, out) -> k.tanh(out, rows));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void changesRowsByTheirMeanAndSize(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int size : SIZES) {
                for (int rows : ROWS) {
                    var like = Parity.random(arena, random, rows + 1, size + 2);
                    same(vector, rows, size, 3e-6, "matchSize", (k, out) -> k.matchSize(out, like, 1e-5, rows));
                    same(
                            vector,
                            rows,
                            size,
                            1e-6,
                            "matchSize below the floor",
                            (k, out) -> k.matchSize(out, like, 1e4, rows));
                    same(vector, rows, size, 3e-6, "cutSmall", (k, out) -> k.cutSmall(out, 0.7, rows));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void keepsInfinitiesAndNaNWhereTheyAre(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            BiConsumer<Tensor, Integer> spoil = (x, at) -> {
                Elements.set(x, 0, at, Float.NaN);
                Elements.set(x, 0, at + 1, Float.POSITIVE_INFINITY);
                Elements.set(x, 0, at + 2, Float.NEGATIVE_INFINITY);
            };
            for (int at : new int[] {0, 21}) {
                same(vector, 1, 24, 1e-6, "tanh", (k, out) -> {
                    spoil.accept(out, at);
                    k.tanh(out, 1);
                });
            }
        }
    }
}
