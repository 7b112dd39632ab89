package orrery.measure;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Random weights of a spec's shapes. Each matrix has memory of its own: experts that shared theirs would be read from a
 * CPU cache.
 */
public final class RandomWeights {
    private static final int BLOCK = 128;

    private final Arena arena;
    private final BiFunction<String, WeightSpec, DType> storedAs;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<DType, Noise> noises = new EnumMap<>(DType.class);

    /**
     * @param arena where they live
     * @param storedAs the type of a weight, by its path
     */
    public RandomWeights(Arena arena, BiFunction<String, WeightSpec, DType> storedAs) {
        this.arena = arena;
        this.storedAs = storedAs;
    }

    /** A matrix for every weight that is read, by its path, one per copy; a draft's are left out. */
    public SequencedMap<String, List<Matrix>> of(ArchitectureSpec spec) {
        return of(spec, _ -> {});
    }

    /**
     * The same.
     *
     * @param made receives, repeatedly, the number of bytes made so far
     */
    public SequencedMap<String, List<Matrix>> of(ArchitectureSpec spec, LongConsumer made) {
        var matrices = new LinkedHashMap<String, List<Matrix>>();
        long bytes = 0;
        for (var entry : spec.weights().entrySet()) {
            var weight = entry.getValue();
            if (weight.use() == WeightSpec.Use.UNUSED) {
                continue;
            }
            var copies = new ArrayList<Matrix>();
            for (int i = 0; i < weight.copies(); i++) {
                var matrix = matrix(weight, storedAs.apply(entry.getKey(), weight));
                copies.add(matrix);
                bytes += matrix.bytes();
                made.accept(bytes);
            }
            matrices.put(entry.getKey(), List.copyOf(copies));
        }
        return matrices;
    }

    private Matrix matrix(WeightSpec weight, DType dtype) {
        int rows = weight.dimensions().size() == 1 ? 1 : weight.dimensions().getFirst();
        int columns = weight.dimensions().getLast();
        var data = Tensor.zeros(arena, dtype, rows, columns).data();
        noises.computeIfAbsent(dtype, one -> new Noise(arena, one, random.split()))
                .fill(data);
        var matrix = new Matrix(dtype, rows, columns, Matrix.Layout.OUT_IN, columns, data);
        return dtype == DType.F8_E4M3 ? matrix.withScales(scales(rows, columns)) : matrix;
    }

    private BlockScales scales(int rows, int columns) {
        var factors = Tensor.zeros(arena, DType.F32, Math.ceilDiv(rows, BLOCK), Math.ceilDiv(columns, BLOCK));
        for (long i = 0; i < factors.shape().elements(); i++) {
            factors.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, 0.006f + i % 5 * 0.001f);
        }
        return new BlockScales(factors, BLOCK, BLOCK, 0, 0);
    }
}
