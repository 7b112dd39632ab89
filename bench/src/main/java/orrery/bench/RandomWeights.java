package orrery.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orrery.model.Weights;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** Weights of a spec's shapes with random bits, each matrix in memory of its own: experts that shared theirs would be read from a cache. */
final class RandomWeights {
    private static final int BLOCK = 128;

    private final Arena arena;
    private final DType dtype;
    private long state = 0x9e3779b97f4a7c15L;

    /**
     * Weights to come.
     *
     * @param dtype of the layers' matrices; everything else is BF16
     */
    RandomWeights(Arena arena, DType dtype) {
        this.arena = arena;
        this.dtype = dtype;
    }

    Weights of(ArchitectureSpec spec) {
        Map<String, List<Matrix>> matrices = new HashMap<>();
        spec.weights().forEach((path, weight) -> {
            if (weight.use() != WeightSpec.Use.UNUSED) {
                var copies = new ArrayList<Matrix>();
                for (int i = 0; i < weight.copies(); i++) {
                    copies.add(matrix(weight, dtype(path, weight)));
                }
                matrices.put(path, List.copyOf(copies));
            }
        });
        return new Weights(spec, matrices);
    }

    private DType dtype(String path, WeightSpec weight) {
        return path.startsWith("layers.") && weight.dimensions().size() == 2 && !path.contains("router")
                ? dtype
                : DType.BF16;
    }

    /** Bytes that one token reads of the weights: every active copy, one row of what is looked up, and a tied head in full. */
    long bytesPerToken(ArchitectureSpec spec) {
        long bytes = spec.head().tied() ? 2L * spec.vocabSize() * spec.hiddenSize() : 0;
        for (var entry : spec.weights().entrySet()) {
            var weight = entry.getValue();
            int size = (int) dtype(entry.getKey(), weight).bytes();
            bytes += switch (weight.use()) {
                case MULTIPLIED -> size * weight.activeParameters();
                case LOOKED_UP -> size * (long) weight.dimensions().getLast();
                case UNUSED -> 0;
            };
        }
        return bytes;
    }

    private Matrix matrix(WeightSpec weight, DType type) {
        int rows = weight.dimensions().size() == 1 ? 1 : weight.dimensions().getFirst();
        int columns = weight.dimensions().getLast();
        var data = Tensor.zeros(arena, type, rows, columns).data();
        fill(data, type);
        var matrix = new Matrix(type, rows, columns, Matrix.Layout.OUT_IN, columns, data);
        if (type != DType.F8_E4M3) {
            return matrix;
        }
        var factors = Tensor.zeros(arena, DType.F32, (rows + BLOCK - 1) / BLOCK, (columns + BLOCK - 1) / BLOCK);
        for (long i = 0; i < factors.shape().elements(); i++) {
            factors.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, 0.006f + i % 5 * 0.001f);
        }
        return matrix.withScales(new BlockScales(factors, BLOCK, BLOCK, 0, 0));
    }

    /** Either sign, and sizes from 2^-7 to 2^-6, or from 1 to 2 in eight bits: sums of thousands stay near 1. */
    private void fill(MemorySegment data, DType type) {
        boolean eight = type == DType.F8_E4M3;
        long kept = eight ? 0x8787878787878787L : 0x807f807f807f807fL;
        long set = eight ? 0x3838383838383838L : 0x3c003c003c003c00L;
        long whole = data.byteSize() / Long.BYTES * Long.BYTES;
        for (long at = 0; at < data.byteSize(); at += Long.BYTES) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            long bits = (state & kept) | set;
            if (at < whole) {
                data.set(ValueLayout.JAVA_LONG_UNALIGNED, at, bits);
            } else {
                for (long rest = at; rest < data.byteSize(); rest++) {
                    data.set(ValueLayout.JAVA_BYTE, rest, (byte) (bits >>> (8 * (rest - at))));
                }
            }
        }
    }
}
