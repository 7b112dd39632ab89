package orrery.lab.tape;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** The numbers behind tensors, matrices and caches in double, found by where the float ones would lie. */
final class DoubleMemory implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Map<Long, double[]> activations = new HashMap<>();
    private final TreeMap<Long, double[]> weights = new TreeMap<>();
    private final Map<Long, Vector> vectors = new HashMap<>();
    private final Map<Long, double[]> cached = new HashMap<>();
    private final Map<float[], double[]> routed = new IdentityHashMap<>();

    private record Vector(Matrix source, int from, int length, float offset) {}

    DoubleMemory(Parameters parameters) {
        for (var parameter : parameters.all()) {
            weights.put(parameter.value().data().address(), floats(parameter.value()));
        }
    }

    private static double[] floats(Tensor tensor) {
        var numbers = new double[(int) tensor.shape().elements()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = tensor.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
        }
        return numbers;
    }

    Tensor allocate(int rows, int columns) {
        return Tensor.zeros(arena, DType.F32, rows, columns);
    }

    /** The numbers of a parameter, which may be changed. */
    double[] of(Parameter parameter) {
        return Objects.requireNonNull(weights.get(parameter.value().data().address()));
    }

    /** The numbers of activations, which may be changed; those of a vector of weights are a copy. */
    double[] of(Tensor x) {
        var vector = vectors.get(x.data().address());
        if (vector != null) {
            var numbers = new double[vector.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = of(vector.source, 0, vector.from + i) + vector.offset;
            }
            return numbers;
        }
        return activations.computeIfAbsent(x.data().address(), _ -> floats(x));
    }

    double of(Matrix matrix, int out, int in) {
        return numbers(matrix)[(int) (first(matrix) + matrix.index(out, in))];
    }

    /** The numbers of the parameter that a matrix is a view of. */
    double[] numbers(Matrix matrix) {
        return weights.floorEntry(matrix.data().address()).getValue();
    }

    /** Where in them the matrix begins. */
    long first(Matrix matrix) {
        long address = matrix.data().address();
        return (address - weights.floorKey(address)) / Float.BYTES;
    }

    void vector(Tensor copy, Matrix source, int from, int length, float offset) {
        vectors.put(copy.data().address(), new Vector(source, from, length, offset));
    }

    /** Writes the numbers to the floats, for what reads those. */
    void toFloats(Tensor x) {
        var numbers = of(x);
        for (int i = 0; i < numbers.length; i++) {
            x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) numbers[i]);
        }
    }

    /** Where a position's keys and values lie; a page's positions are at most 1024. */
    private static long slot(KvCache cache, int layer, PageTable pages, int position) {
        int page = pages.page(position / cache.pageSize());
        long at = cache.slab(layer, page).address() + cache.base(layer, page);
        return at * 1024 + position % cache.pageSize();
    }

    /** The key of a position and then its value, if that is separate. */
    void store(KvCache cache, int layer, PageTable pages, int position, double[] keyAndValue) {
        cached.put(slot(cache, layer, pages, position), keyAndValue);
    }

    double[] cached(KvCache cache, int layer, PageTable pages, int position) {
        return Objects.requireNonNull(cached.get(slot(cache, layer, pages, position)));
    }

    void route(float[] weightsOfChoices, double[] numbers) {
        routed.put(weightsOfChoices, numbers);
    }

    /** Factors of gathered rows: a routing's, or the floats themselves. */
    double[] factors(float[] factors) {
        var numbers = routed.get(factors);
        if (numbers == null) {
            numbers = new double[factors.length];
            for (int i = 0; i < factors.length; i++) {
                numbers[i] = factors[i];
            }
        }
        return numbers;
    }

    @Override
    public void close() {
        arena.close();
    }
}
