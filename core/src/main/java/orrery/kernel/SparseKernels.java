package orrery.kernel;

import java.lang.foreign.MemorySegment;
import java.util.List;
import orrery.tensor.Tensor;

/** The operations of mixtures of experts and latent attention. */
public interface SparseKernels {

    /** {@code x = 0}. */
    default void clear(Tensor x, int rows) {
        x.data().asSlice(0, rows * x.columns() * Float.BYTES).fill((byte) 0);
    }

    /**
     * Chooses every row's experts by {@code logits [rows, experts]} and their weights, on the host
     * ({@link Router#route}).
     */
    default void route(Routing routing, Router router, Tensor logits, int rows) {
        router.route(routing, logits, rows);
    }

    /** {@code out[i] = x[indices[first + i]]} for {@code i < count}: an expert's rows. */
    default void gather(Tensor out, Tensor x, int[] indices, int first, int count) {
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(out, i, c, Elements.of(x, indices[first + i], c));
            }
        }
    }

    /** {@code x[i] *= factors[first + i]} for {@code i < count}. */
    default void scaleGathered(Tensor x, float[] factors, int first, int count) {
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(x, i, c, Elements.of(x, i, c) * factors[first + i]);
            }
        }
    }

    /** {@code out[indices[first + i]] += y[i] * factors[first + i]} for {@code i < count}. */
    default void scatterAdd(Tensor out, Tensor y, int[] indices, float[] factors, int first, int count) {
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < y.columns(); c++) {
                int row = indices[first + i];
                Elements.set(out, row, c, Elements.of(out, row, c) + Elements.of(y, i, c) * factors[first + i]);
            }
        }
    }

    /** {@code out[indices[first + i]] = x[i]} for {@code i < count}. */
    default void scatter(Tensor out, Tensor x, int[] indices, int first, int count) {
        long bytes = x.columns() * Float.BYTES;
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(x.data(), i * bytes, out.data(), indices[first + i] * bytes, bytes);
        }
    }

    /**
     * {@code out[i, c] =} element {@code column + c} of the cached key of position {@code i < count}, in a layer with
     * one KV head: copies cached keys to contiguous floats.
     */
    default void gatherKv(Tensor out, int column, KvCache cache, int layer, PageTable pages, int count) {
        var keys = cache.keys(layer);
        for (int i = 0; i < count; i++) {
            int page = pages.page(i / cache.pageSize());
            int slot = i % cache.pageSize();
            long at = cache.base(layer, page) + cache.keyPanel(layer, 0, slot);
            for (int c = 0; c < out.columns(); c++) {
                Elements.set(out, i, c, keys.element(cache.slab(layer, page), at, slot % keys.panel(), column + c));
            }
        }
    }

    /** {@code out[r, column + c] = x[r, c]}: copies a narrow tensor into some columns of a wider one. */
    default void place(Tensor out, int column, Tensor x, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(out, r, column + c, Elements.of(x, r, c));
            }
        }
    }

    /**
     * One small product per head: head {@code h} reads {@code weights[h].inputs()} elements of a row of {@code x} from
     * {@code h * xStride} on, and writes {@code weights[h].outputs()} elements of {@code out} from
     * {@code h * outStride} on.
     */
    void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows);

    /**
     * {@code out[i] = x[i] weights[chosen[i]]^T} for {@code i < count}: each row with its own expert. Adjacent equal
     * choices read their weights once.
     */
    void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count);

    /**
     * {@link #matmulEach} twice with the same inputs and choices, for gate and up projections of the chosen experts. It
     * is one operation because in decoding each is so small that the barrier between two would cost noticeable time.
     */
    default void matmulPairs(
            Tensor first, Tensor second, Tensor x, List<Weight> firsts, List<Weight> seconds, int[] chosen, int count) {
        matmulEach(first, x, firsts, chosen, count);
        matmulEach(second, x, seconds, chosen, count);
    }

    /**
     * {@code out[r, h * outStride + outOffset + i] = x[r, h * xStride + xOffset + i]} for {@code i < size}: a part of
     * every head.
     */
    default void placeHeads(
            Tensor out,
            int outStride,
            int outOffset,
            Tensor x,
            int xStride,
            int xOffset,
            int heads,
            int size,
            int rows) {
        for (int r = 0; r < rows; r++) {
            for (int h = 0; h < heads; h++) {
                for (int i = 0; i < size; i++) {
                    Elements.set(
                            out,
                            r,
                            (long) h * outStride + outOffset + i,
                            Elements.of(x, r, (long) h * xStride + xOffset + i));
                }
            }
        }
    }
}
