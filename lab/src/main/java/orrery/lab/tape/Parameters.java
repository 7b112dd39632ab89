package orrery.lab.tape;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import orrery.kernel.Elements;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * All weights of a spec that a forward pass reads, its draft's too, in F32, each with a gradient beside it. It owns
 * their memory, which {@link #close} frees; their addresses never change.
 */
public final class Parameters implements AutoCloseable {
    private static final int VALUES_TOGETHER = 4096;
    /** Sums that are independent, so that the processor adds them at the same time. */
    private static final int LANES = 8;

    private final Arena arena = Arena.ofShared();
    private final List<Parameter> all = new ArrayList<>();
    private final SequencedMap<String, List<Matrix>> matrices = new LinkedHashMap<>();
    private final TreeMap<Long, Parameter> byAddress = new TreeMap<>();

    private Parameters(Map<String, WeightSpec> weights) {
        weights.forEach((path, weight) -> {
            if (weight.use() != WeightSpec.Use.UNUSED) {
                var copies = new ArrayList<Matrix>();
                for (int copy = 0; copy < weight.copies(); copy++) {
                    copies.add(Matrix.of(add(path, copy, weight).value()));
                }
                matrices.put(path, List.copyOf(copies));
            }
        });
    }

    private Parameter add(String path, int copy, WeightSpec weight) {
        var dimensions = weight.dimensions();
        int rows = dimensions.size() == 1 ? 1 : dimensions.getFirst();
        int columns = dimensions.getLast();
        var parameter = new Parameter(
                path,
                copy,
                weight.use(),
                Tensor.zeros(arena, DType.F32, rows, columns),
                Tensor.zeros(arena, DType.F32, rows, columns));
        all.add(parameter);
        byAddress.put(parameter.value().data().address(), parameter);
        return parameter;
    }

    /** Those of a spec, all zero. */
    public static Parameters zeros(ArchitectureSpec spec) {
        var weights = new LinkedHashMap<String, WeightSpec>(spec.weights());
        weights.putAll(spec.draftWeights());
        return new Parameters(weights);
    }

    /** Those of some weights by their paths, all zero. */
    static Parameters zeros(Map<String, WeightSpec> weights) {
        return new Parameters(weights);
    }

    /**
     * Those of a spec, as a checkpoint has them.
     *
     * @param weights of any dtype, by path, one per copy
     * @throws TapeException if one is missing or of another shape
     */
    public static Parameters copyOf(ArchitectureSpec spec, Map<String, List<Matrix>> weights) {
        var parameters = zeros(spec);
        for (var parameter : parameters.all) {
            var copies = weights.getOrDefault(parameter.path(), List.of());
            if (parameter.copy() >= copies.size()) {
                parameters.close();
                throw new TapeException("of the weight " + parameter.path() + " of " + spec.name() + " there are "
                        + copies.size() + ", expected " + (parameter.copy() + 1) + " or more");
            }
            var matrix = copies.get(parameter.copy());
            var value = parameter.value();
            if (matrix.rows() != value.rows() || matrix.columns() != value.columns()) {
                parameters.close();
                throw new TapeException("the weight " + parameter.path() + " of " + spec.name() + " is ["
                        + matrix.rows() + ", " + matrix.columns() + "], expected [" + value.rows() + ", "
                        + value.columns() + "]");
            }
            fill(value, matrix);
        }
        return parameters;
    }

    private static void fill(Tensor value, Matrix matrix) {
        boolean rowByRow = matrix.layout() == Matrix.Layout.OUT_IN;
        int runs = rowByRow ? matrix.rows() : matrix.columns();
        var run = new float[rowByRow ? matrix.columns() : matrix.rows()];
        for (int at = 0; at < runs; at++) {
            Elements.run(matrix, at, run);
            for (int i = 0; i < run.length; i++) {
                long index = rowByRow ? (long) at * matrix.columns() + i : (long) i * matrix.columns() + at;
                value.data().setAtIndex(ValueLayout.JAVA_FLOAT, index, run[i]);
            }
        }
    }

    /** Every parameter, in the order of the forward pass. */
    public List<Parameter> all() {
        return List.copyOf(all);
    }

    /** All copies of a path. */
    public List<Parameter> of(String path) {
        return all.stream().filter(parameter -> parameter.path().equals(path)).toList();
    }

    /**
     * The values, by path, one matrix per copy, in the same memory: what a model is bound to and a file written from.
     */
    public SequencedMap<String, List<Matrix>> matrices() {
        return new LinkedHashMap<>(matrices);
    }

    /** Elements of all together. */
    public long count() {
        return all.stream().mapToLong(Parameter::count).sum();
    }

    /** The length of the gradient of all together, with sums in double in a fixed order. */
    public double gradientNorm() {
        double squares = 0;
        var values = new float[VALUES_TOGETHER];
        var sums = new double[LANES];
        for (var parameter : all) {
            var data = parameter.gradient().data();
            Arrays.fill(sums, 0);
            for (long first = 0; first < parameter.count(); first += VALUES_TOGETHER) {
                int count = (int) Math.min(VALUES_TOGETHER, parameter.count() - first);
                MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, first * Float.BYTES, values, 0, count);
                Arrays.fill(values, count, values.length, 0);
                for (int i = 0; i < count; i += LANES) {
                    for (int lane = 0; lane < LANES; lane++) {
                        sums[lane] += (double) values[i + lane] * values[i + lane];
                    }
                }
            }
            for (double sum : sums) {
                squares += sum;
            }
        }
        return Math.sqrt(squares);
    }

    /** Makes every gradient zero. */
    public void clearGradients() {
        for (var parameter : all) {
            parameter.gradient().data().fill((byte) 0);
        }
    }

    /**
     * The gradient of a view of a parameter, the same view of the parameter's gradient.
     *
     * @param view a parameter's matrix, a part of one, or either transposed
     * @throws TapeException if it is not in a parameter's memory
     */
    Matrix gradient(Matrix view) {
        long address = view.data().address();
        var entry = byAddress.floorEntry(address);
        if (entry != null
                && address < entry.getKey() + entry.getValue().value().data().byteSize()) {
            var data = entry.getValue().gradient().data().asSlice(address - entry.getKey());
            return new Matrix(DType.F32, view.rows(), view.columns(), view.layout(), view.stride(), data);
        }
        throw new TapeException("a weight [" + view.rows() + ", " + view.columns() + "] in " + view.dtype()
                + " cannot be trained, expected one of the parameters");
    }

    /** Whose memory a view is of, for messages. */
    String name(Matrix view) {
        var entry = byAddress.floorEntry(view.data().address());
        return entry == null ? "a weight" : entry.getValue().path();
    }

    @Override
    public void close() {
        arena.close();
    }
}
