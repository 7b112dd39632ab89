package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static orrery.spec.Activation.SILU;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orrery.kernel.Backend;
import orrery.kernel.Elements;
import orrery.kernel.Kernels;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.FeedForward;
import orrery.spec.HeadSpec;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Position;
import orrery.spec.Scores;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Matrix.Layout;
import orrery.tensor.Tensor;

/** Up-projections are read in both directions. */
class LatentUpTest {
    private static final int HEADS = 3;
    private static final int RANK = 64;
    private static final int PLAIN = 32;
    private static final String PATH = "layers.0.attention";

    private final Arena arena = Arena.ofConfined();
    private final Kernels kernels = Backend.named("scalar").open(new Backend.Options(1));

    @AfterEach
    void close() {
        kernels.close();
        arena.close();
    }

    private static ArchitectureSpec spec() {
        var norm = new NormSpec.Rms(1e-6);
        var attention = new Latent(
                HEADS,
                OptionalInt.empty(),
                RANK,
                PLAIN,
                PLAIN,
                new Position.Rope(10_000, 8),
                norm,
                Scores.overRootOf(PLAIN + 8),
                false);
        var layer =
                new LayerSpec.Residual(Branch.preNorm(norm, attention), Branch.preNorm(norm, new FeedForward(8, SILU)));
        return new ArchitectureSpec(
                "latent", 4, 16, 8, EmbeddingSpec.PLAIN, List.of(layer), norm, new HeadSpec(true, 0));
    }

    /** Random bits, valid in any block format. */
    private Matrix random(DType dtype, int rows, int columns, Layout layout) {
        int runs = layout == Layout.OUT_IN ? rows : columns;
        int length = layout == Layout.OUT_IN ? columns : rows;
        var data = Tensor.zeros(arena, dtype, runs, length).data();
        var random = new SplittableRandom(rows);
        for (long i = 0; i < data.byteSize(); i++) {
            // No exponent of an F16 or F32 is all ones.
            data.set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) (random.nextInt() & 0x3F));
        }
        return new Matrix(dtype, rows, columns, layout, length, data);
    }

    /** The matrices that are prepared for products, in order. */
    private List<Matrix> prepared(DType dtype, Layout keys) {
        var spec = spec();
        var weights = new HashMap<String, List<Matrix>>();
        spec.weights().forEach((path, weight) -> {
            var layout = path.equals(PATH + ".k_up.weight") ? keys : Layout.OUT_IN;
            var type = path.contains("_up") ? dtype : DType.F32;
            var copies = new ArrayList<Matrix>();
            for (int copy = 0; copy < weight.copies(); copy++) {
                int rows = weight.dimensions().size() == 1
                        ? 1
                        : weight.dimensions().getFirst();
                copies.add(random(type, rows, weight.dimensions().getLast(), layout));
            }
            weights.put(path, copies);
        });
        var seen = new ArrayList<Matrix>();
        var bound = new BoundWeights(new Weights(spec, weights), kernels, matrix -> {
            seen.add(matrix);
            return kernels.prepareInPlace(matrix);
        });
        LatentUp.bind(PATH, bound);
        return seen;
    }

    private static float element(Matrix matrix, int out, int in) {
        return Elements.of(matrix.data(), matrix.dtype(), matrix.index(out, in));
    }

    @Test
    void readsTheKeysInBothDirectionsWhereTheyLie() {
        for (var layout : List.of(Layout.OUT_IN, Layout.IN_OUT)) {
            for (var dtype : List.of(DType.F32, DType.BF16, DType.F16, DType.Q8_0, DType.Q5_1)) {
                var prepared = prepared(dtype, layout);
                assertThat(prepared).hasSize(3 * HEADS);
                for (int head = 0; head < HEADS; head++) {
                    var backwards = prepared.get(head);
                    var forwards = prepared.get(HEADS + head);
                    assertThat(backwards.data()).isEqualTo(forwards.data());
                    for (int i = 0; i < PLAIN; i++) {
                        for (int j = 0; j < RANK; j++) {
                            assertThat(element(backwards, j, i)).isEqualTo(element(forwards, i, j));
                        }
                    }
                }
            }
        }
    }
}
