package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orrery.spec.Activation;
import orrery.spec.CacheSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.Reach;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/** The checks forward every operation, and refuse wrong arguments before the kernels see them. */
final class CheckedSparseTest {
    private final List<String> seen = new ArrayList<>();
    private final Kernels scalar = new ScalarKernels();
    private final Kernels checked = new CheckedKernels((Kernels) java.lang.reflect.Proxy.newProxyInstance(
            Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (_, method, arguments) -> {
                if (method.getName().equals("owns")) {
                    return scalar.owns((Weight) arguments[0]);
                }
                if (method.getName().equals("description")) {
                    return "those behind the face";
                }
                seen.add(method.getName());
                return null;
            }));

    private final Tensor x = scalar.allocate(3, 8);
    private final Tensor narrow = scalar.allocate(3, 4);
    private final Tensor none = scalar.allocate(3, 0);
    private final Tensor halves = new Tensor(DType.F16, Shape.of(3, 16), x.data());
    private final Matrix matrix = Matrix.of(scalar.allocate(4, 8));
    private final Weight weight = scalar.prepare(matrix);
    private final Matrix integers = new Matrix(DType.I32, 4, 8, Matrix.Layout.OUT_IN, 8, matrix.data());
    private final KvCache cache = new KvCache(List.of(new CacheSpec.PerToken(1, 8, 0, Reach.FULL)), 4, 2);
    private final PageTable pages = new PageTable();

    @AfterEach
    void close() {
        cache.close();
        scalar.close();
    }

    private void refuses(String operation, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(operation + ": ")
                .hasMessageContaining("expected");
        assertThat(seen).as("what reached the backend").isEmpty();
    }

    @Test
    void handsOnEveryOperationOfExpertsLatentsAndStreams() {
        pages.append(cache.take(0));
        int[] rows = {2, 0, 1};
        float[] factors = {1, 2, 3};
        checked.clear(x, 3);
        checked.gather(x, x, rows, 0, 3);
        checked.scaleGathered(x, factors, 1, 2);
        checked.scatterAdd(x, x, rows, factors, 0, 3);
        checked.scatter(x, x, rows, 0, 3);
        checked.gatherKv(narrow, 4, cache, 0, pages, 3);
        checked.place(x, 4, narrow, 3);
        checked.placeHeads(x, 4, 2, x, 4, 1, 2, 2, 3);
        checked.matmulHeads(x, 4, x, 0, List.of(weight, weight), 3);
        checked.matmulEach(narrow, x, List.of(weight), new int[3], 3);
        checked.matmulPairs(narrow, narrow, x, List.of(weight), List.of(weight), new int[3], 3);
        var experts =
                new Experts(8, 2, new FeedForward(4, Activation.SILU), Experts.Router.softmax(true), Optional.empty());
        checked.route(new Routing(3, 8, 2), new Router(experts, Optional.empty()), x, 3);
        checked.copy(x, x, 3);
        checked.scale(x, 2, 3);
        checked.addScaled(x, x, narrow, 3, 3);
        checked.subtract(x, x, x, 3);
        checked.multiply(x, x, x.head(1), 3);
        checked.tanh(x, 3);
        checked.matchSize(x, narrow, 1e-5, 3);
        checked.cutSmall(x, 1, 3);
        var operations = Stream.of(SparseKernels.class, StreamKernels.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> !java.lang.reflect.Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic())
                .map(java.lang.reflect.Method::getName)
                .toList();
        assertThat(seen).containsExactlyInAnyOrderElementsOf(operations);
    }

    @Test
    void refusesToLayOutThePastOfSeveralHeads() {
        try (var two = new KvCache(List.of(new CacheSpec.PerToken(2, 4, 0, Reach.FULL)), 4, 1)) {
            pages.append(two.take(0));
            refuses("gatherKv", () -> checked.gatherKv(narrow, 0, two, 0, pages, 1));
        }
    }

    @Test
    void refusesRowsThatAreNotThere() {
        refuses("clear", () -> checked.clear(x, 4));
        refuses("clear", () -> checked.clear(x, -1));
        refuses("gather", () -> checked.gather(x, x, new int[] {0, 3}, 0, 2));
        refuses("gather", () -> checked.gather(x, x, new int[] {0, -1}, 0, 2));
        refuses("gather", () -> checked.gather(x, x, new int[2], 1, 2));
        refuses("gather", () -> checked.gather(x, x, new int[9], 0, 4));
        refuses("gather", () -> checked.gather(x, x, new int[9], Integer.MAX_VALUE, 2));
        refuses("scaleGathered", () -> checked.scaleGathered(x, new float[2], 1, 2));
        refuses("scaleGathered", () -> checked.scaleGathered(x, new float[9], 0, 4));
        refuses("scatterAdd", () -> checked.scatterAdd(x, x, new int[] {0, 3}, new float[2], 0, 2));
        refuses("scatterAdd", () -> checked.scatterAdd(x, x, new int[2], new float[1], 0, 2));
        refuses("scatter", () -> checked.scatter(x, x, new int[] {3}, 0, 1));
        refuses("copy", () -> checked.copy(x, x, 4));
        refuses("tanh", () -> checked.tanh(x, 4));
        refuses("scale", () -> checked.scale(x, 1, 4));
    }

    @Test
    void refusesWidthsThatDoNotFit() {
        refuses("gather", () -> checked.gather(narrow, x, new int[1], 0, 1));
        refuses("scatterAdd", () -> checked.scatterAdd(narrow, x, new int[1], new float[1], 0, 1));
        refuses("scatter", () -> checked.scatter(narrow, x, new int[1], 0, 1));
        refuses("place", () -> checked.place(x, 5, narrow, 1));
        refuses("place", () -> checked.place(x, -1, narrow, 1));
        refuses("placeHeads", () -> checked.placeHeads(x, 4, 3, x, 4, 0, 2, 2, 1));
        refuses("placeHeads", () -> checked.placeHeads(x, 4, 0, x, 4, 3, 2, 2, 1));
        refuses("placeHeads", () -> checked.placeHeads(x, -1, 0, x, 4, 0, 2, 2, 1));
        refuses("placeHeads", () -> checked.placeHeads(x, Integer.MAX_VALUE, 0, x, 4, 0, 9, 2, 1));
        refuses("copy", () -> checked.copy(narrow, x, 1));
        refuses("addScaled", () -> checked.addScaled(x, x, narrow, 4, 1));
        refuses("addScaled", () -> checked.addScaled(narrow, x, narrow, 0, 1));
        refuses("subtract", () -> checked.subtract(x, x, narrow, 1));
        refuses("multiply", () -> checked.multiply(x, x, narrow.head(1), 1));
        refuses("multiply", () -> checked.multiply(x, x, x, 1));
        refuses("matchSize", () -> checked.matchSize(none, x, 1e-5, 1));
        refuses("cutSmall", () -> checked.cutSmall(none, 1, 1));
        refuses("clear", () -> checked.clear(halves, 1));
        refuses("cutSmall", () -> checked.cutSmall(halves, 1, 1));
    }

    @Test
    void refusesMatricesThatDoNotFit() {
        refuses("matmulHeads", () -> checked.matmulHeads(x, 4, x, 4, List.of(weight, weight), 1));
        refuses("matmulHeads", () -> checked.matmulHeads(x, 3, x, 0, List.of(weight, weight), 1));
        refuses("matmulHeads", () -> checked.matmulHeads(narrow, 4, x, 0, List.of(weight, weight), 1));
        refuses("matmulHeads", () -> checked.matmulHeads(x, 4, x, -1, List.of(weight), 1));
        assertThatThrownBy(() -> checked.prepare(integers)).hasMessage("prepare: weights in I32 cannot be multiplied");
        assertThatThrownBy(() -> checked.prepareInPlace(integers))
                .hasMessage("prepareInPlace: weights in I32 cannot be multiplied");
        refuses("matmulEach", () -> checked.matmulEach(narrow, x, List.of(weight), new int[] {1}, 1));
        refuses("matmulEach", () -> checked.matmulEach(narrow, x, List.of(weight), new int[] {-1}, 1));
        refuses("matmulEach", () -> checked.matmulEach(narrow, x, List.of(weight), new int[0], 1));
        refuses("matmulEach", () -> checked.matmulEach(x, x, List.of(weight), new int[1], 1));
        refuses("matmulEach", () -> checked.matmulEach(narrow, narrow, List.of(weight), new int[1], 1));
        refuses(
                "matmulPairs",
                () -> checked.matmulPairs(narrow, x, x, List.of(weight), List.of(weight), new int[1], 1));
        refuses("matmulPairs", () -> checked.matmulPairs(narrow, narrow, x, List.of(weight), List.of(), new int[1], 1));
    }

    @Test
    void refusesWeightsOfOtherKernels() {
        try (var others = new ScalarKernels()) {
            var foreign = List.of(others.prepare(matrix));
            var none = new int[1];
            refuses("matmul", () -> checked.matmul(narrow, x, foreign.getFirst(), 1));
            refuses("matmulAll", () -> checked.matmulAll(List.of(narrow), x, foreign, 1));
            refuses("matmulHeads", () -> checked.matmulHeads(x, 4, x, 0, foreign, 1));
            refuses("matmulEach", () -> checked.matmulEach(narrow, x, foreign, none, 1));
            refuses("matmulPairs", () -> checked.matmulPairs(narrow, narrow, x, List.of(weight), foreign, none, 1));
            assertThatThrownBy(() -> checked.matmul(narrow, x, foreign.getFirst(), 1))
                    .hasMessage("matmul: the weight was prepared by other kernels (scalar reference, 1 thread),"
                            + " expected one of these (those behind the face)");
        }
    }

    @Test
    void refusesToRecallWhatWasNotKept() {
        pages.append(cache.take(0));
        refuses("gatherKv", () -> checked.gatherKv(x, 1, cache, 0, pages, 1));
        refuses("gatherKv", () -> checked.gatherKv(narrow, -1, cache, 0, pages, 1));
        pages.remove(0);
        refuses("gatherKv", () -> checked.gatherKv(narrow, 0, cache, 0, pages, 1));
        refuses("gatherKv", () -> checked.gatherKv(scalar.allocate(9, 4), 0, cache, 0, pages, 5));
    }
}
