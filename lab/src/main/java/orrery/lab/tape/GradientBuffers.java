package orrery.lab.tape;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import orrery.kernel.Kernels;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * The gradients of what a forward pass computes, a buffer for each of its own: what a buffer's gradient means at a
 * moment of the way back is the gradient of what the buffer held at that moment of the way there. The gradients of
 * vectors of weights are parts of the parameters' gradients.
 */
final class GradientBuffers {
    private final Kernels base;
    private final Parameters parameters;
    private final TreeMap<Long, Tensor> activations = new TreeMap<>();
    private final Map<Long, Tensor> gradients = new HashMap<>();
    private final Map<Long, Vector> vectors = new HashMap<>();

    /** A copy of a vector of weights, what it is a copy of, and the gradient of that. */
    private record Vector(Tensor copy, Matrix source, int from, float offset, Tensor gradient) {}

    GradientBuffers(Kernels base, Parameters parameters) {
        this.base = base;
        this.parameters = parameters;
    }

    /** Takes notice of a buffer that a forward pass may write to. */
    Tensor allocated(Tensor buffer) {
        if (buffer.data().byteSize() > 0) {
            activations.put(buffer.data().address(), buffer);
        }
        return buffer;
    }

    /** Takes notice of the copy of a vector of weights. */
    void copied(Tensor copy, Matrix source, int from, float offset) {
        var whole = parameters.gradient(source);
        long bytes = copy.data().byteSize();
        if (whole.layout() != Matrix.Layout.OUT_IN) {
            throw new TapeException(parameters.name(source) + " is a column of a matrix, expected a row");
        }
        var gradient = new Tensor(DType.F32, copy.shape(), whole.data().asSlice((long) from * Float.BYTES, bytes));
        vectors.put(copy.data().address(), new Vector(copy, source, from, offset, gradient));
    }

    /** Takes up what has changed in vectors of weights. */
    void refreshVectors() {
        for (var vector : vectors.values()) {
            for (int i = 0; i < vector.copy.columns(); i++) {
                float value =
                        vector.source.data().getAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, vector.from + i);
                vector.copy.data().setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i, value + vector.offset);
            }
        }
    }

    /** The gradient {@code [1, n]} of a vector of weights; empty for one that is no weight, such as a norm's ones. */
    java.util.Optional<Tensor> ofVector(Tensor copy) {
        return java.util.Optional.ofNullable(vectors.get(copy.data().address())).map(Vector::gradient);
    }

    /**
     * The gradient of a buffer, of the same shape.
     *
     * @throws TapeException if other kernels allocated it
     */
    Tensor of(Tensor x) {
        if (x.data().byteSize() == 0) {
            return x;
        }
        long address = x.data().address();
        var entry = activations.floorEntry(address);
        if (entry == null
                || address + x.data().byteSize()
                        > entry.getKey() + entry.getValue().data().byteSize()) {
            throw new TapeException("activations " + x.shape() + " were allocated by other kernels than those that"
                    + " record, so they have no gradient");
        }
        var buffer = entry.getValue();
        var gradient = gradients.computeIfAbsent(
                entry.getKey(), _ -> base.allocate((int) buffer.rows(), (int) buffer.columns()));
        if (buffer.data().byteSize() == x.data().byteSize()) {
            return gradient;
        }
        long offset = address - entry.getKey();
        return new Tensor(
                DType.F32, x.shape(), gradient.data().asSlice(offset, x.data().byteSize()));
    }

    /** Makes the gradients of all activations zero. */
    void clear() {
        for (var gradient : gradients.values()) {
            gradient.data().fill((byte) 0);
        }
    }
}
