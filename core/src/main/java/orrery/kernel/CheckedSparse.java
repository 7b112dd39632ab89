package orrery.kernel;

import static orrery.kernel.Checks.activations;
import static orrery.kernel.Checks.chosen;
import static orrery.kernel.Checks.columns;
import static orrery.kernel.Checks.indices;
import static orrery.kernel.Checks.owned;
import static orrery.kernel.Checks.range;
import static orrery.kernel.Checks.refused;

import java.util.List;
import orrery.tensor.Tensor;

/** The part of {@link CheckedKernels} for mixtures of experts and latent attention. */
abstract class CheckedSparse extends CheckedStreams implements SparseKernels {
    CheckedSparse(Kernels kernels) {
        super(kernels);
    }

    @Override
    public final void clear(Tensor x, int rows) {
        activations("clear", x, rows, x.columns());
        kernels.clear(x, rows);
    }

    @Override
    public final void route(Routing routing, Router router, Tensor logits, int rows) {
        activations("route", logits, rows, router.spec().count());
        kernels.route(routing, router, logits, rows);
    }

    @Override
    public final void gather(Tensor out, Tensor x, int[] rowIndices, int first, int count) {
        activations("gather", x, 0, x.columns());
        activations("gather", out, count, x.columns());
        indices("gather", rowIndices, first, count, x);
        kernels.gather(out, x, rowIndices, first, count);
    }

    @Override
    public final void scaleGathered(Tensor x, float[] factors, int first, int count) {
        activations("scaleGathered", x, count, x.columns());
        range("scaleGathered", "factors", factors.length, first, count);
        kernels.scaleGathered(x, factors, first, count);
    }

    @Override
    public final void scatterAdd(Tensor out, Tensor y, int[] rowIndices, float[] factors, int first, int count) {
        activations("scatterAdd", y, count, y.columns());
        activations("scatterAdd", out, 0, y.columns());
        indices("scatterAdd", rowIndices, first, count, out);
        range("scatterAdd", "factors", factors.length, first, count);
        kernels.scatterAdd(out, y, rowIndices, factors, first, count);
    }

    @Override
    public final void scatter(Tensor out, Tensor x, int[] rowIndices, int first, int count) {
        activations("scatter", x, count, x.columns());
        activations("scatter", out, 0, x.columns());
        indices("scatter", rowIndices, first, count, out);
        kernels.scatter(out, x, rowIndices, first, count);
    }

    @Override
    public final void gatherKv(Tensor out, int column, KvCache cache, int layer, PageTable pages, int count) {
        activations("gatherKv", out, count, out.columns());
        var kept = cache.spec(cache.poolOf(layer));
        if (kept.heads() != 1) {
            throw refused("gatherKv", "KV heads", kept.heads(), "1");
        }
        int width = kept.key();
        if (!(column >= 0 && column <= width - out.columns())) {
            throw refused("gatherKv", "key width", width, column + " and " + out.columns() + " more");
        }
        if (!(count <= (long) pages.length() * cache.pageSize())) {
            throw refused("gatherKv", "positions", count, "at most the " + pages.length() + " pages' of them");
        }
        for (int run = 0; run * (long) cache.pageSize() < count; run++) {
            if (pages.page(run) == PageTable.ABSENT) {
                throw refused("gatherKv", "page", PageTable.ABSENT, "one that was not freed, for run " + run);
            }
        }
        kernels.gatherKv(out, column, cache, layer, pages, count);
    }

    @Override
    public final void place(Tensor out, int column, Tensor x, int rows) {
        activations("place", x, rows, x.columns());
        activations("place", out, rows, out.columns());
        columns("place", out, column, x.columns());
        kernels.place(out, column, x, rows);
    }

    @Override
    public final void placeHeads(
            Tensor out,
            int outStride,
            int outOffset,
            Tensor x,
            int xStride,
            int xOffset,
            int heads,
            int size,
            int rows) {
        activations("placeHeads", x, rows, x.columns());
        activations("placeHeads", out, rows, out.columns());
        if (!(heads >= 0 && size >= 0 && outStride >= 0 && xStride >= 0 && outOffset >= 0 && xOffset >= 0)) {
            throw new IllegalArgumentException("placeHeads: " + heads + " heads of " + size + " from " + xOffset
                    + " every " + xStride + " to " + outOffset + " every " + outStride + ", expected nothing negative");
        }
        if (heads > 0) {
            columns("placeHeads", out, (heads - 1L) * outStride + outOffset, size);
            columns("placeHeads", x, (heads - 1L) * xStride + xOffset, size);
        }
        kernels.placeHeads(out, outStride, outOffset, x, xStride, xOffset, heads, size, rows);
    }

    @Override
    public final void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        activations("matmulHeads", x, rows, x.columns());
        activations("matmulHeads", out, rows, out.columns());
        if (!(xStride >= 0)) {
            throw refused("matmulHeads", "stride of the inputs", xStride, "0 or more");
        }
        for (int h = 0; h < weights.size(); h++) {
            var weight = weights.get(h);
            owned("matmulHeads", kernels, weight);
            // Heads are computed in parallel: their results must not overlap.
            if (!(outStride >= weight.outputs())) {
                throw refused("matmulHeads", "stride of the outputs", outStride, weight.outputs() + " or more");
            }
            columns("matmulHeads", x, (long) h * xStride, weight.inputs());
            columns("matmulHeads", out, (long) h * outStride, weight.outputs());
        }
        kernels.matmulHeads(out, outStride, x, xStride, weights, rows);
    }

    @Override
    public final void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] choices, int count) {
        activations("matmulEach", x, count, x.columns());
        activations("matmulEach", out, count, out.columns());
        chosen("matmulEach", kernels, weights, choices, count, out.columns(), x.columns());
        kernels.matmulEach(out, x, weights, choices, count);
    }

    @Override
    public final void matmulPairs(
            Tensor first,
            Tensor second,
            Tensor x,
            List<Weight> firsts,
            List<Weight> seconds,
            int[] choices,
            int count) {
        activations("matmulPairs", x, count, x.columns());
        activations("matmulPairs", first, count, first.columns());
        activations("matmulPairs", second, count, second.columns());
        chosen("matmulPairs", kernels, firsts, choices, count, first.columns(), x.columns());
        chosen("matmulPairs", kernels, seconds, choices, count, second.columns(), x.columns());
        kernels.matmulPairs(first, second, x, firsts, seconds, choices, count);
    }
}
