package orrery.kernel;

import java.util.List;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * All operations that a model needs. Activations are F32 tensors {@code [capacity, columns]} made by {@link #allocate};
 * {@code rows} is the number of rows in use. An operation writes to {@code out}, or changes {@code x} in place.
 *
 * <p>Every number of a forward pass is computed by one of these operations, so kernels that record them can compute
 * gradients by going through the record in reverse: that is how models are trained. Only {@link #read}, {@link #argmax}
 * and {@link #route} return numbers to the host, and addresses never change, so that the interface can also be
 * implemented by an accelerator.
 *
 * <p>Arguments are checked once, at this interface: a wrong dtype, a width that does not fit or too many rows throw
 * {@link IllegalArgumentException}. Only one thread calls at a time; an implementation may use several threads.
 */
public interface Kernels extends SparseKernels, StreamKernels, AutoCloseable {

    /** A description for people: {@code "Vector API, 512 bits, 2 threads"}. */
    String description();

    /** Zeros {@code [rows, columns]} in F32 at an address that stays fixed until {@link #close}. */
    Tensor allocate(int rows, int columns);

    /**
     * Prepares a matrix for the fastest products. Floats are multiplied in place, as with {@link #prepareInPlace};
     * block-quantized weights may be packed, into {@link #packedBytes} of memory that is freed at {@link #close}.
     *
     * @throws IllegalArgumentException if the dtype cannot be multiplied ({@link Elements#readable})
     * @throws BackendException if a block's scale is not finite
     */
    default Weight prepare(Matrix matrix) {
        return prepareInPlace(matrix);
    }

    /**
     * Prepares a matrix to be multiplied in place: also slices, transposed matrices and those with block scales. Its
     * elements may change between two operations. If these kernels have no such product for it, the weight is a copy,
     * and {@link Weight#packed} is true.
     *
     * @throws IllegalArgumentException if the dtype cannot be multiplied ({@link Elements#readable})
     */
    Weight prepareInPlace(Matrix matrix);

    /**
     * {@code length} elements of a vector of weights from element {@code from} on, each plus {@code offset}, as F32
     * {@code [1, length]}: norms, biases and gains take their weights like this. It is a copy, because it is small.
     *
     * @param vector {@code [1, n]}, as it is stored
     */
    default Tensor vector(Matrix vector, int from, int length, float offset) {
        var all = Elements.vector(vector);
        var part = allocate(1, length);
        for (int i = 0; i < length; i++) {
            Elements.set(part, 0, i, all[from + i] + offset);
        }
        return part;
    }

    /** Bytes of the packed copy that {@link #prepare} makes of the matrix; 0 if it is multiplied in place. */
    default long packedBytes(Matrix matrix) {
        return 0;
    }

    /** Whether products accept that weight: it was prepared by these kernels, or by others that they forward to. */
    default boolean owns(Weight weight) {
        return weight.owner().equals(this);
    }

    /** The worker threads. */
    default Crew crew() {
        return Crew.CALLER;
    }

    /** {@code out[r] = table[ids[r]] * scale}. The table is {@code [vocabulary, columns]}. */
    void embed(Tensor out, Matrix table, int[] ids, float scale, int rows);

    /** {@code x[r] += table[ids[r]]}: learned positions. */
    void addEmbedding(Tensor x, Matrix table, int[] ids, int rows);

    /**
     * {@code out = weight * x / sqrt(mean(x^2) + epsilon)}, over every group of {@code weight.columns()} consecutive
     * elements of a row: whole rows, or one head at a time. {@code out} may be {@code x}.
     */
    void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows);

    /**
     * {@code out = (x - mean) / sqrt(variance + epsilon) * weight + bias} over whole rows. {@code out} may be
     * {@code x}.
     */
    void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows);

    /**
     * {@code out[r, o] = sum over i of x[r, i] * weight[o, i]}; activations may be rounded to eight bits for
     * block-quantized weights.
     */
    void matmul(Tensor out, Tensor x, Weight weight, int rows);

    /**
     * {@link #matmul} of the same rows with several matrices, {@code outs[i] = x weights[i]^T}. It is one operation
     * because in decoding the barriers between several would cost noticeable time, and because activations are
     * converted for block-quantized weights only once.
     */
    default void matmulAll(List<Tensor> outs, Tensor x, List<Weight> weights, int rows) {
        for (int i = 0; i < outs.size(); i++) {
            matmul(outs.get(i), x, weights.get(i), rows);
        }
    }

    /** {@code x[r] += bias}. */
    void addBias(Tensor x, Tensor bias, int rows);

    /**
     * {@code out[r] = [cos(a) ..., sin(a) ...]} with {@code a[i] = positions[r] * frequencies[i]}, times
     * {@code factor}: {@code [rows, 2 * pairs]}. Computed once per step for each distinct RoPE.
     */
    void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows);

    /**
     * Rotates, in place, the elements {@code offset} to {@code offset + angles.columns()} of every head of
     * {@code headSize} in every row of {@code x}: a pair {@code (u, v)} becomes {@code (u cos - v sin, v cos + u sin)}.
     */
    void rope(Tensor x, Tensor angles, int headSize, int offset, Position.Pairing pairing, int rows);

    /**
     * Writes this step's keys and values to the cache of {@code layer}, then attends as
     * {@link #attend(Tensor, Tensor, KvCache, int, Attention, Step)} does.
     */
    default void attend(
            Tensor out,
            Tensor query,
            Tensor key,
            Tensor value,
            KvCache cache,
            int layer,
            Attention attention,
            Step step) {
        storeKv(key, value, cache, layer, attention, step);
        attend(out, query, cache, layer, attention, step);
    }

    /**
     * Writes every row's key {@code [rows, keyValueHeads * size]} and value {@code [rows, keyValueHeads * valueSize]}
     * to its slot. If the cache has no separate values (latent attention), {@code value} is not read.
     */
    void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step);

    /**
     * Softmax attention of every row over the cached positions in its reach, up to its own or to the last one of its
     * span ({@link Step#lastSeen}); {@code out} is {@code [rows, queryHeads * valueSize]}. The score matrix is never
     * materialized. A row's result is bitwise independent of the other rows and sequences in the step, and of where its
     * pages are.
     */
    void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention attention, Step step);

    /** {@code x[r, h] *= factors[r]}: a temperature that grows with the position. */
    void scaleRows(Tensor x, float[] factors, int rows);

    /** {@code out = act(x)}. {@code out} may be {@code x}. */
    void activate(Tensor out, Tensor x, Activation activation, int rows);

    /** {@code out = act(gate) * up}. {@code out} may be either. */
    void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows);

    /** {@code x += y}. */
    void add(Tensor x, Tensor y, int rows);

    /** {@code x = cap * tanh(x / cap)}, in place. */
    void softcap(Tensor x, float cap, int rows);

    /** {@code out[i] = x[indices[i]]} for {@code i < count}: the rows that want logits. */
    void gatherRows(Tensor out, Tensor x, int[] indices, int count);

    /** The column of the largest element of a row, the lowest if several are equal; NaN counts as smallest. */
    int argmax(Tensor x, int row);

    /** Copies a row to the host; {@code target} has at least as many elements as the row. */
    void read(float[] target, Tensor x, int row);

    /** Stops the threads and frees the memory of {@link #allocate}. */
    @Override
    void close();
}
