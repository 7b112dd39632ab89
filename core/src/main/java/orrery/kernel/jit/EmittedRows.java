package orrery.kernel.jit;

import java.lang.ref.Reference;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.Tensor;

/**
 * Operations on rows of activations, with emitted machine code; products are the base's. The bits of an element, or a
 * row, do not depend on the other rows.
 */
final class EmittedRows extends EmittedMoves {
    private final LazyFunctions<ReductionWriter.Operation> reductions;
    private final LazyFunctions<Position.Pairing> ropes;
    private final EmittedAttention attention;

    EmittedRows(Tier tier, Kernels base) {
        super(tier, base);
        reductions =
                new LazyFunctions<>(ReductionWriter.Operation.class, what -> ReductionWriter.write(tier, what), store);
        ropes = new LazyFunctions<>(Position.Pairing.class, how -> RopeWriter.write(tier, how), store);
        attention = new EmittedAttention(base.crew(), new AttentionCode(tier, store, elements), tier);
    }

    /** Row by row, each with the row of {@code y} that is {@code yStride} bytes further. */
    private void rows(ElementWriter.Operation what, Tensor out, Tensor x, long y, long yStride, int rows) {
        call.of(elements.of(what))
                .moving(address(out), bytes(x))
                .moving(address(x), bytes(x))
                .moving(y, yStride)
                .with(x.columns())
                .counting()
                .with(yStride)
                .share(rows, x.columns());
        keep(out, x);
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        call.of(reductions.of(ReductionWriter.Operation.RMS_NORM))
                .moving(address(out), bytes(weight))
                .moving(address(x), bytes(weight))
                .with(address(weight))
                .with(weight.columns())
                .counting()
                .with(bits(epsilon))
                .share(rows * (x.columns() / weight.columns()), weight.columns());
        keep(out, x);
        Reference.reachabilityFence(weight);
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        call.of(reductions.of(ReductionWriter.Operation.LAYER_NORM))
                .moving(address(out), bytes(x))
                .moving(address(x), bytes(x))
                .with(address(weight))
                .with(x.columns())
                .counting()
                .with(bits(epsilon))
                .with(address(bias))
                .share(rows, x.columns());
        keep(out, x);
        keep(weight, bias);
    }

    @Override
    public void matchSize(Tensor x, Tensor like, double floor, int rows) {
        call.of(reductions.of(ReductionWriter.Operation.MATCH_SIZE))
                .moving(address(x), bytes(x))
                .moving(address(x), bytes(x))
                .with(0)
                .with(x.columns())
                .counting()
                .with(bits(floor))
                .moving(address(like), bytes(like))
                .with(like.columns())
                .share(rows, x.columns());
        keep(x, like);
    }

    @Override
    public void cutSmall(Tensor x, double deviations, int rows) {
        call.of(reductions.of(ReductionWriter.Operation.CUT_SMALL))
                .moving(address(x), bytes(x))
                .moving(address(x), bytes(x))
                .with(0)
                .with(x.columns())
                .counting()
                .with(bits(deviations))
                .share(rows, x.columns());
        Reference.reachabilityFence(x);
    }

    @Override
    public void rope(Tensor x, Tensor angles, int headSize, int offset, Position.Pairing pairing, int rows) {
        call.of(ropes.of(pairing))
                .moving(address(x) + (long) Float.BYTES * offset, bytes(x))
                .moving(address(angles), bytes(angles))
                .with(angles.columns() / 2)
                .with(x.columns() / headSize)
                .with((long) Float.BYTES * headSize)
                .counting()
                .share(rows, x.columns());
        keep(x, angles);
    }

    @Override
    public void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention shape, Step step) {
        // Not read if values have no memory of their own; then it need not even exist.
        long values = cache.keys(layer).columns() ? address(value) : 0;
        attention.storeKv(address(key), values, cache, layer, shape, step);
        keep(key, value);
        Reference.reachabilityFence(cache);
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention shape, Step step) {
        attention.attend(address(out), address(query), cache, layer, shape, step);
        keep(out, query);
        Reference.reachabilityFence(cache);
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        elements(ElementWriter.Operation.ADD, address(x), address(x), address(y), 0, (long) rows * x.columns());
        keep(x, y);
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        rows(ElementWriter.Operation.ADD, x, x, address(bias), 0, rows);
        Reference.reachabilityFence(bias);
    }

    @Override
    public void addScaled(Tensor out, Tensor x, Tensor coefficients, int column, int rows) {
        long factors = address(coefficients) + (long) Float.BYTES * column;
        rows(ElementWriter.Operation.ADD_SCALED, out, x, factors, bytes(coefficients), rows);
        Reference.reachabilityFence(coefficients);
    }

    @Override
    public void subtract(Tensor out, Tensor x, Tensor y, int rows) {
        rows(ElementWriter.Operation.SUBTRACT, out, x, address(y), bytes(y), rows);
        Reference.reachabilityFence(y);
    }

    @Override
    public void multiply(Tensor out, Tensor x, Tensor weight, int rows) {
        rows(ElementWriter.Operation.MULTIPLY, out, x, address(weight), 0, rows);
        Reference.reachabilityFence(weight);
    }

    @Override
    public void scale(Tensor x, float factor, int rows) {
        inPlace(ElementWriter.Operation.SCALE, x, factor, rows);
    }

    @Override
    public void tanh(Tensor x, int rows) {
        inPlace(ElementWriter.Operation.TANH, x, 0, rows);
    }

    @Override
    public void softcap(Tensor x, float cap, int rows) {
        inPlace(ElementWriter.Operation.CAP, x, cap, rows);
    }

    private void inPlace(ElementWriter.Operation what, Tensor x, float number, int rows) {
        elements(what, address(x), address(x), address(x), number, (long) rows * x.columns());
        Reference.reachabilityFence(x);
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {
        var what = ElementWriter.Operation.of(activation);
        elements(what, address(out), address(x), address(x), 0, (long) rows * x.columns());
        keep(out, x);
    }

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {
        var what = ElementWriter.Operation.gate(activation);
        elements(what, address(out), address(gate), address(up), 0, (long) rows * gate.columns());
        keep(out, gate);
        Reference.reachabilityFence(up);
    }

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {
        scaleGathered(x, factors, 0, rows);
    }

    @Override
    public void scaleGathered(Tensor x, float[] factors, int first, int count) {
        for (int i = 0; i < count; i++) {
            long row = address(x) + i * bytes(x);
            elements(ElementWriter.Operation.SCALE, row, row, row, factors[first + i], x.columns());
        }
        Reference.reachabilityFence(x);
    }

    @Override
    public void close() {
        super.close();
        attention.close();
    }
}
