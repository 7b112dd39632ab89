package orrery.lab.tape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Router;
import orrery.kernel.Routing;
import orrery.kernel.Weight;
import orrery.tensor.Tensor;

/** The operations of routed experts and latent attention on the tape. */
abstract class TapedSparse extends TapedStreams {
    final ProductDerivative products;
    final CachedPast past = new CachedPast();

    /** What the auxiliary loss of routers without a correction bias is multiplied with. */
    private double balance;

    /** The last routing that filled an array of weights. */
    private final Map<float[], RoutingDerivative> routings = new IdentityHashMap<>();

    TapedSparse(Kernels base, Parameters parameters) {
        super(base, parameters);
        products = new ProductDerivative(base, memory, loops);
    }

    /**
     * From now on, each recorded routing by a router without a correction bias adds the gradient of the auxiliary loss
     * of load balancing.
     *
     * @param weight what that loss is multiplied with
     */
    final void balance(double weight) {
        balance = weight;
    }

    @Override
    void restart() {
        super.restart();
        routings.clear();
        past.clear();
    }

    @Override
    public void clear(Tensor x, int rows) {
        base().clear(x, rows);
        if (recording()) {
            record(() -> base().clear(gradient(x), rows));
        }
    }

    @Override
    public void route(Routing routing, Router router, Tensor logits, int rows) {
        base().route(routing, router, logits, rows);
        if (recording()) {
            var kept = kept(logits, rows);
            double auxiliary = router.bias().isPresent() ? 0 : balance;
            var derivative = new RoutingDerivative(router, routing, rows, auxiliary);
            routings.put(routing.weights(), derivative);
            record(() -> derivative.addByLogits(gradient(logits), kept, rows));
        }
    }

    @Override
    public void gather(Tensor out, Tensor x, int[] indices, int first, int count) {
        base().gather(out, x, indices, first, count);
        if (recording()) {
            var taken = Arrays.copyOfRange(indices, first, first + count);
            record(() -> {
                points.scatterAdd(gradient(x), gradient(out), taken, 1, count);
                base().clear(gradient(out), count);
            });
        }
    }

    @Override
    public void scaleGathered(Tensor x, float[] factors, int first, int count) {
        var kept = kept(x, count);
        base().scaleGathered(x, factors, first, count);
        if (recording()) {
            var used = Arrays.copyOfRange(factors, first, first + count);
            var routing = Optional.ofNullable(routings.get(factors));
            record(() -> {
                var dX = gradient(x);
                for (int i = 0; i < count; i++) {
                    if (routing.isPresent()) {
                        routing.get().add(first + i, dot(dX, i, kept, i));
                    }
                }
                base().scaleGathered(dX, used, 0, count);
            });
        }
    }

    @Override
    public void scatterAdd(Tensor out, Tensor y, int[] indices, float[] factors, int first, int count) {
        base().scatterAdd(out, y, indices, factors, first, count);
        if (recording()) {
            var kept = kept(y, count);
            var rows = Arrays.copyOfRange(indices, first, first + count);
            var used = Arrays.copyOfRange(factors, first, first + count);
            var routing = Optional.ofNullable(routings.get(factors));
            record(() -> {
                var dOut = gradient(out);
                var dY = gradient(y);
                loops.rows(count, (i, room) -> {
                    var given = room.row(0, dOut, rows[i]);
                    RowLoops.add(dY, i, 0, given, 0, (int) y.columns(), used[i]);
                    if (routing.isPresent()) {
                        routing.get().add(first + i, dot(dOut, rows[i], kept, i));
                    }
                });
            });
        }
    }

    private static double dot(Tensor x, int row, Tensor y, int other) {
        double sum = 0;
        for (int c = 0; c < x.columns(); c++) {
            sum += (double) RowLoops.element(x, row, c) * RowLoops.element(y, other, c);
        }
        return sum;
    }

    @Override
    public void scatter(Tensor out, Tensor x, int[] indices, int first, int count) {
        base().scatter(out, x, indices, first, count);
        if (recording()) {
            var rows = Arrays.copyOfRange(indices, first, first + count);
            record(() -> {
                var dOut = gradient(out);
                var dX = gradient(x);
                // Of two rows that went to one place, the later one stayed there.
                for (int i = count - 1; i >= 0; i--) {
                    var given = new float[(int) x.columns()];
                    RowLoops.read(dOut, rows[i], given);
                    RowLoops.segment(dOut, rows[i]).fill((byte) 0);
                    RowLoops.add(dX, i, given);
                }
            });
        }
    }

    @Override
    public void gatherKv(Tensor out, int column, KvCache cache, int layer, PageTable pages, int count) {
        base().gatherKv(out, column, cache, layer, pages, count);
        if (recording() && count > 0) {
            var run = past.run(cache, layer, pages, 0, count - 1);
            int columns = (int) out.columns();
            record(() -> {
                var dOut = gradient(out);
                loops.rows(count, (i, room) -> {
                    var given = room.take(0, dOut, i);
                    RowLoops.add(run.kept()[i].keyGradient(), run.rows()[i], column, given, 0, columns, 1);
                });
            });
        }
    }

    @Override
    public void place(Tensor out, int column, Tensor x, int rows) {
        base().place(out, column, x, rows);
        if (recording()) {
            int columns = (int) x.columns();
            record(() -> takePiece(gradient(out), column, gradient(x), 0, columns, rows));
        }
    }

    @Override
    public void placeHeads(
            Tensor out,
            int outStride,
            int outOffset,
            Tensor x,
            int xStride,
            int xOffset,
            int heads,
            int size,
            int rows) {
        base().placeHeads(out, outStride, outOffset, x, xStride, xOffset, heads, size, rows);
        if (recording()) {
            record(() -> {
                for (int h = 0; h < heads; h++) {
                    int from = h * outStride + outOffset;
                    takePiece(gradient(out), from, gradient(x), h * xStride + xOffset, size, rows);
                }
            });
        }
    }

    /** {@code dX[r, xFrom + i] += dOut[r, from + i]}, which becomes zero. */
    private void takePiece(Tensor dOut, int from, Tensor dX, int xFrom, int size, int rows) {
        loops.rows(rows, (r, room) -> {
            var given = room.row(0, dOut, r);
            RowLoops.add(dOut, r, from, given, from, size, -1);
            RowLoops.add(dX, r, xFrom, given, from, size, 1);
        });
    }

    @Override
    public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        base().matmulHeads(out, outStride, x, xStride, forward(weights), rows);
        if (recording()) {
            var kept = kept(x, rows);
            var taped = List.copyOf(weights);
            record(() -> backHeads(gradient(out), outStride, gradient(x), xStride, kept, taped, rows));
        }
    }

    private void backHeads(
            Tensor dOut, int outStride, Tensor dX, int xStride, Tensor x, List<Weight> weights, int rows) {
        for (int h = 0; h < weights.size(); h++) {
            var weight = TapedWeight.of(weights.get(h));
            var mark = memory.mark();
            var given = memory.zeros(rows, weight.outputs());
            takePiece(dOut, h * outStride, given, 0, weight.outputs(), rows);
            var input = memory.zeros(rows, weight.inputs());
            int from = h * xStride;
            loops.rows(rows, (r, room) -> RowLoops.add(input, r, 0, room.row(0, x, r), from, weight.inputs(), 1));
            products.addByWeight(given, input, weight, rows);
            var more = products.byInput(given, weight, rows);
            loops.rows(rows, (r, room) -> RowLoops.add(dX, r, from, room.row(0, more, r), 0, weight.inputs(), 1));
            memory.release(mark);
        }
    }

    @Override
    public void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        base().matmulEach(out, x, forward(weights), chosen, count);
        if (recording()) {
            recordEach(out, x, kept(x, count), weights, chosen, count);
        }
    }

    @Override
    public void matmulPairs(
            Tensor first, Tensor second, Tensor x, List<Weight> firsts, List<Weight> seconds, int[] chosen, int count) {
        base().matmulPairs(first, second, x, forward(firsts), forward(seconds), chosen, count);
        if (recording()) {
            var kept = kept(x, count);
            recordEach(first, x, kept, firsts, chosen, count);
            recordEach(second, x, kept, seconds, chosen, count);
        }
    }

    private void recordEach(Tensor out, Tensor x, Tensor kept, List<Weight> weights, int[] chosen, int count) {
        var experts = Arrays.copyOf(chosen, count);
        var taped = List.copyOf(weights);
        record(() -> {
            for (int from = 0; from < count; ) {
                int end = from + 1;
                while (end < count && experts[end] == experts[from]) {
                    end++;
                }
                var dOut = gradient(out).rows(from, end - from);
                var dX = gradient(x).rows(from, end - from);
                backProduct(dOut, dX, kept.rows(from, end - from), taped.get(experts[from]), end - from);
                from = end;
            }
        });
    }

    /** Takes the gradient of a product's output to those of its input and its weight. */
    final void backProduct(Tensor dOut, Tensor dX, Tensor x, Weight weight, int rows) {
        var taped = TapedWeight.of(weight);
        var mark = memory.mark();
        products.addByWeight(dOut, x, taped, rows);
        var more = products.byInput(dOut, taped, rows);
        base().clear(dOut, rows);
        base().add(dX, more, rows);
        memory.release(mark);
    }

    /** What the base multiplies with. */
    static List<Weight> forward(List<Weight> weights) {
        var all = new ArrayList<Weight>();
        for (var weight : weights) {
            all.add(TapedWeight.of(weight).forward());
        }
        return all;
    }
}
