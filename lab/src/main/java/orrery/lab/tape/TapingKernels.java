package orrery.lab.tape;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.kernel.Weight;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Kernels that hand every operation on to others and record it; {@link #backward} goes through the record in reverse,
 * and adds the gradient of the recorded losses to those of the parameters.
 *
 * <p>Buffers may be shared and used again: each has a buffer for its gradient, and an operation that overwrites its
 * output takes that output's gradient away, so that it is zero, before it adds to those of its inputs. What a
 * derivative needs of values is copied while recording. Weights must be {@link Parameters}, in memory that products
 * read where it lies. Sums have one order, whatever the number of threads.
 */
public final class TapingKernels extends TapedSparse {
    private final Parameters parameters;
    private final Map<Long, Tensor> angles = new HashMap<>();
    private float largestScore;

    /**
     * Records what {@code base} computes.
     *
     * @param base checked or not; closed with these
     * @param parameters all weights that a model's products, norms and tables take
     */
    public TapingKernels(Kernels base, Parameters parameters) {
        super(base, parameters);
        this.parameters = parameters;
    }

    /** Forgets what was recorded, takes up changed parameters, and records from now on. */
    public void begin() {
        refresh();
        angles.clear();
        largestScore = 0;
        restart();
    }

    /** Takes up changed parameters and records nothing until the next {@link #begin}. */
    public void pause() {
        begin();
        stopRecording();
    }

    private void refresh() {
        gradients.refreshVectors();
    }

    /**
     * The mean cross-entropy of rows of logits, in nats, which is recorded as a loss.
     *
     * @param logits {@code [rows or more, classes]}
     * @param targets the class of each row, or a negative number for one that does not count
     * @param weight what its gradient is multiplied with
     * @throws TapeException if no row counts
     */
    public double crossEntropy(Tensor logits, int[] targets, int rows, float weight) {
        int counted = 0;
        for (int r = 0; r < rows; r++) {
            counted += targets[r] >= 0 ? 1 : 0;
        }
        if (counted == 0) {
            throw new TapeException("a loss over " + rows + " rows, of which none has a target; expected one or more");
        }
        var entropy = new CrossEntropy(loops);
        if (recording()) {
            var more = memory.tensor(rows, logits.columns());
            var losses = entropy.losses(logits, targets, rows, more, weight / counted);
            record(() -> base().add(gradient(logits), more, rows));
            return CrossEntropy.sum(losses, targets) / counted;
        }
        return CrossEntropy.sum(entropy.losses(logits, targets, rows), targets) / counted;
    }

    /** The cross-entropy of each row, in nats; NaN for one that does not count. Nothing is recorded. */
    public float[] losses(Tensor logits, int[] targets, int rows) {
        return new CrossEntropy(loops).losses(logits, targets, rows);
    }

    /** Records that a sum of elements of {@code x}, each times a factor, is a loss. */
    void weightedSum(Tensor x, Tensor factors, int rows) {
        var kept = kept(factors, rows);
        record(() -> base().add(gradient(x), kept, rows));
    }

    /**
     * Adds the gradient of all losses that were recorded since {@link #begin} to those of the parameters, and records
     * nothing until it is called again.
     */
    public void backward() {
        rewind();
    }

    /** The largest score of attention, without its sign, scaled and capped, that the last {@link #backward} met. */
    public float largestScore() {
        return largestScore;
    }

    @Override
    public String description() {
        return base().description() + ", recording";
    }

    @Override
    public Tensor allocate(int rows, int columns) {
        return gradients.allocated(base().allocate(rows, columns));
    }

    @Override
    public Weight prepare(Matrix matrix) {
        return prepareInPlace(matrix);
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        return new TapedWeight(this, base(), matrix, parameters);
    }

    @Override
    public boolean owns(Weight weight) {
        return weight.owner().equals(this);
    }

    @Override
    public Tensor vector(Matrix vector, int from, int length, float offset) {
        var copy = base().vector(vector, from, length, offset);
        gradients.copied(copy, vector, from, offset);
        return copy;
    }

    @Override
    public long packedBytes(Matrix matrix) {
        return 0;
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        base().embed(out, table, ids, scale, rows);
        if (recording()) {
            var looked = Arrays.copyOf(ids, rows);
            var gradient = table(table);
            record(() -> {
                points.scatterAdd(gradient, gradient(out), looked, scale, rows);
                base().clear(gradient(out), rows);
            });
        }
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        base().addEmbedding(x, table, ids, rows);
        if (recording()) {
            var looked = Arrays.copyOf(ids, rows);
            var gradient = table(table);
            record(() -> points.scatterAdd(gradient, gradient(x), looked, 1, rows));
        }
    }

    /** The gradient of a table. */
    private Tensor table(Matrix table) {
        var gradient = parameters.gradient(table);
        if (gradient.layout() != Matrix.Layout.OUT_IN || gradient.stride() != gradient.columns()) {
            throw new TapeException(parameters.name(table) + " is looked up in a part of it, expected a whole table");
        }
        long bytes = (long) gradient.rows() * gradient.columns() * Float.BYTES;
        return new Tensor(
                gradient.dtype(),
                orrery.tensor.Shape.of(gradient.rows(), gradient.columns()),
                gradient.data().asSlice(0, bytes));
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        var kept = kept(x, rows);
        base().rmsNorm(out, x, weight, epsilon, rows);
        if (recording()) {
            record(() ->
                    norms.rms(gradient(out), gradient(x), kept, weight, gradients.ofVector(weight), epsilon, rows));
        }
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        var kept = kept(x, rows);
        base().layerNorm(out, x, weight, bias, epsilon, rows);
        if (recording()) {
            record(() -> norms.layer(
                    gradient(out),
                    gradient(x),
                    kept,
                    weight,
                    gradients.ofVector(weight),
                    gradients.ofVector(bias),
                    epsilon,
                    rows));
        }
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        base().matmul(out, x, TapedWeight.of(weight).forward(), rows);
        if (recording()) {
            var kept = kept(x, rows);
            record(() -> backProduct(gradient(out), gradient(x), kept, weight, rows));
        }
    }

    @Override
    public void matmulAll(List<Tensor> outs, Tensor x, List<Weight> weights, int rows) {
        base().matmulAll(outs, x, forward(weights), rows);
        if (recording()) {
            var kept = kept(x, rows);
            var results = List.copyOf(outs);
            var taped = List.copyOf(weights);
            record(() -> {
                for (int i = 0; i < results.size(); i++) {
                    backProduct(gradient(results.get(i)), gradient(x), kept, taped.get(i), rows);
                }
            });
        }
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        base().addBias(x, bias, rows);
        if (recording()) {
            record(() -> gradients.ofVector(bias).ifPresent(sums -> loops.addColumnSums(sums, gradient(x), rows)));
        }
    }

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {
        base().angles(out, frequencies, factor, positions, rows);
        angles.remove(out.data().address());
    }

    @Override
    public void scatter(Tensor out, Tensor x, int[] indices, int first, int count) {
        super.scatter(out, x, indices, first, count);
        angles.remove(out.data().address());
    }

    /** {@inheritDoc} The gradient turns back, by the same angles with the opposite sines. */
    @Override
    public void rope(Tensor x, Tensor turn, int headSize, int offset, Position.Pairing pairing, int rows) {
        base().rope(x, turn, headSize, offset, pairing, rows);
        if (recording()) {
            var back = angles.computeIfAbsent(turn.data().address(), _ -> turnedBack(turn, rows));
            record(() -> base().rope(gradient(x), back, headSize, offset, pairing, rows));
        }
    }

    private Tensor turnedBack(Tensor turn, int rows) {
        var back = memory.zeros(rows, turn.columns());
        int pairs = (int) turn.columns() / 2;
        loops.rows(rows, (r, room) -> {
            var row = room.row(0, turn, r);
            RowLoops.add(back, r, 0, row, 0, pairs, 1);
            RowLoops.add(back, r, pairs, row, pairs, pairs, -1);
        });
        return back;
    }

    @Override
    public void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step) {
        base().storeKv(key, value, cache, layer, attention, step);
        if (recording()) {
            int rows = step.rows();
            boolean separate = cache.spec(cache.poolOf(layer)).value() > 0;
            var keptKey = kept(key, rows);
            var keptValue = separate ? kept(value, rows) : keptKey;
            var dKey = memory.zeros(rows, key.columns());
            var dValue = separate ? memory.zeros(rows, value.columns()) : dKey;
            past.store(new CachedPast.Kept(keptKey, keptValue, dKey, dValue), cache, layer, step);
            record(() -> {
                base().add(gradient(key), dKey, rows);
                if (separate) {
                    base().add(gradient(value), dValue, rows);
                }
            });
        }
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention attention, Step step) {
        base().attend(out, query, cache, layer, attention, step);
        if (recording()) {
            var kept = kept(query, step.rows());
            var derivative =
                    new AttentionDerivative(base(), memory, loops, products, attention, kept, past, cache, layer, step);
            record(() -> largestScore = Math.max(largestScore, derivative.add(gradient(out), gradient(query))));
        }
    }

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {
        base().scaleRows(x, factors, rows);
        if (recording()) {
            var used = Arrays.copyOf(factors, rows);
            record(() -> base().scaleRows(gradient(x), used, rows));
        }
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {
        var kept = kept(x, rows);
        base().activate(out, x, activation, rows);
        if (recording()) {
            record(() -> points.activate(gradient(out), gradient(x), kept, activation, rows));
        }
    }

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {
        var keptGate = kept(gate, rows);
        var keptUp = kept(up, rows);
        base().gate(out, gate, up, activation, rows);
        if (recording()) {
            record(() -> points.gate(gradient(out), gradient(gate), gradient(up), keptGate, keptUp, activation, rows));
        }
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        base().add(x, y, rows);
        if (recording()) {
            record(() -> base().add(gradient(y), gradient(x), rows));
        }
    }

    @Override
    public void softcap(Tensor x, float cap, int rows) {
        base().softcap(x, cap, rows);
        if (recording()) {
            var result = kept(x, rows);
            record(() -> points.softcap(gradient(x), result, cap, rows));
        }
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, int[] indices, int count) {
        base().gatherRows(out, x, indices, count);
        if (recording()) {
            var taken = Arrays.copyOf(indices, count);
            record(() -> {
                points.scatterAdd(gradient(x), gradient(out), taken, 1, count);
                base().clear(gradient(out), count);
            });
        }
    }

    @Override
    public void close() {
        memory.close();
        super.close();
    }
}
