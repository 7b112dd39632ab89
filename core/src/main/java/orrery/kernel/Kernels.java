package orrery.kernel;

import java.util.List;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Every computation that a model asks of a machine. Activations are F32 tensors {@code [capacity, columns]} made by
 * {@link #allocate}; {@code rows} says how many of their rows take part. Results go to the given output.
 *
 * <p>Every number of a forward pass is made by one of these operations, the routing's ({@link #route}) among them, so
 * that kernels which record them can go through them in reverse: that is how a model is trained. Only {@link #read},
 * {@link #argmax} and {@link #route} return numbers to the host, and addresses never change, so that a device can stand
 * behind this interface.
 *
 * <p>Arguments are checked once, here at the face: a wrong dtype, a width that does not fit or too many rows throw
 * {@link IllegalArgumentException}. One thread calls at a time; inside, an implementation may use many.
 */
public interface Kernels extends SparseKernels, StreamKernels, AutoCloseable {

    /** What computes here, for people: {@code "Vector API, 512 bits, 2 threads"}. */
    String description();

    /** Zeros {@code [rows, columns]} in F32 at an address that stays until {@link #close}. */
    Tensor allocate(int rows, int columns);

    /**
     * What products take: the matrix as these kernels multiply with it fastest. Floats are multiplied where they lie,
     * as {@link #prepareInPlace} does; weights in blocks may be packed, into {@link #packedBytes} of memory that stays
     * until {@link #close}.
     *
     * @throws IllegalArgumentException if the dtype cannot be multiplied ({@link Elements#readable})
     * @throws BackendException if a block holds what is no number
     */
    default Weight prepare(Matrix matrix) {
        return prepareInPlace(matrix);
    }

    /**
     * The matrix, multiplied where it lies: slices, transposed ones and those scaled by blocks, too. Its elements may
     * change between two operations. Only what these kernels have no such product for is a copy all the same, which
     * {@link Weight#packed} says.
     *
     * @throws IllegalArgumentException if the dtype cannot be multiplied ({@link Elements#readable})
     */
    Weight prepareInPlace(Matrix matrix);

    /**
     * {@code length} elements of a vector of weights from element {@code from} on, each plus {@code offset}, as F32
     * {@code [1, length]}: norms, biases and gains take their weights so. It is small, so it is a copy.
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

    /** Bytes that {@link #prepare} takes for a packed copy of the matrix; 0 where it is multiplied in place. */
    default long packedBytes(Matrix matrix) {
        return 0;
    }

    /** Whether products take that weight: these kernels, or some that they hand operations on to, prepared it. */
    default boolean owns(Weight weight) {
        return weight.owner().equals(this);
    }

    /** The threads that compute here. */
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
     * {@code out[r, o] = sum over i of x[r, i] * weight[o, i]}; activations may be rounded to eight bits for weights in
     * blocks.
     */
    void matmul(Tensor out, Tensor x, Weight weight, int rows);

    /**
     * {@link #matmul} of the same rows with several matrices, {@code outs[i] = x weights[i]^T}: one operation, because
     * in decoding waiting for all threads between them shows, and because activations are brought into the form that
     * weights in blocks want only once.
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
     * {@code factor}: {@code [rows, 2 * pairs]}. Made once a step for each distinct RoPE.
     */
    void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows);

    /**
     * Rotates, in place, the elements {@code offset} to {@code offset + angles.columns()} of every head of
     * {@code headSize} in every row of {@code x}: a pair {@code (u, v)} becomes {@code (u cos - v sin, v cos + u sin)}.
     */
    void rope(Tensor x, Tensor angles, int headSize, int offset, Position.Pairing pairing, int rows);

    /**
     * Writes this step's keys and values into the cache of {@code layer}, then attends as
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
     * to its slot. Where the cache holds no separate values (latent attention), {@code value} is not read.
     */
    void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step);

    /**
     * Softmax attention of every row over the cached positions in its reach, up to its own or to the last of its span
     * ({@link Step#lastSeen}); {@code out} is {@code [rows, queryHeads * valueSize]}. The score matrix is never
     * materialised. A row's numbers are the same bits whatever other rows and sequences the step has, and wherever its
     * pages lie.
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

    /** The column of the largest element of a row, the lowest of equals; NaN counts as smallest. */
    int argmax(Tensor x, int row);

    /** Copies a row to the host; {@code target} has at least as many elements as the row. */
    void read(float[] target, Tensor x, int row);

    /** Stops the threads and frees what {@link #allocate} gave. */
    @Override
    void close();
}
