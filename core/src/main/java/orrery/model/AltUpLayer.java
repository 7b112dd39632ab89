package orrery.model;

import java.util.List;
import orrery.kernel.Kernels;
import orrery.spec.LayerSpec;
import orrery.spec.Streams;
import orrery.tensor.Tensor;

/**
 * Gemma 3n's layer: it predicts all streams from all streams, sends the active one through attention and feed-forward
 * with a parallel low-rank residual, corrects the predictions by the change, and injects the layer's own embedding into
 * all streams but the first.
 */
final class AltUpLayer implements Layer {
    private final Kernels kernels;
    private final Streams.Parallel spec;
    private final Coefficients coefficients;
    private final Block attention;
    private final Block feedForward;
    private final Norm inputNorm;
    private final Norm attentionNorm;
    private final Norm feedForwardInputNorm;
    private final Norm feedForwardNorm;
    private final LowRank laurel;
    private final Injection injection;
    private final List<Tensor> streams;
    private final List<Tensor> predicted;
    private final Tensor normed;
    private final Tensor change;
    private final Tensor body;

    /** The router and the two matrices that compute coefficients from its modalities. */
    private record Coefficients(
            Norm norm, Linear router, Linear predict, Linear correct, Tensor modalities, Tensor mixing, Tensor gains) {}

    /** LAuReL. */
    private record LowRank(Linear left, Linear right, Norm norm, Tensor narrow, Tensor wide) {}

    /** The layer's own embedding. */
    private record Injection(
            LayerSpec.PerLayerInput spec, Linear gate, Linear up, Norm norm, Tensor scale, Tensor narrow, Tensor own) {}

    AltUpLayer(LayerSpec.AltUp layer, int index, String path, Binder binder, StreamsBuffers buffers) {
        var scratch = binder.scratch();
        var weights = binder.weights();
        int hiddenSize = binder.spec().hiddenSize();
        kernels = scratch.kernels();
        spec = layer.streams();
        int count = spec.count();
        coefficients = new Coefficients(
                Norm.bind(spec.routerNorm(), path + ".altup.norm", hiddenSize, weights),
                Linear.bind(path + ".altup.router", false, weights),
                Linear.bind(path + ".altup.predict", false, weights),
                Linear.bind(path + ".altup.correct", false, weights),
                scratch.buffer("modalities", count),
                scratch.buffer("mixing", count * count),
                scratch.buffer("gains", count));
        attention = binder.block(layer.mixer().op(), path + ".attention", index);
        feedForward = binder.block(layer.feedForward().op(), path + ".mlp", index);
        inputNorm = Norm.bind(layer.mixer().before(), path + ".attention.before", hiddenSize, weights);
        attentionNorm = Norm.bind(layer.mixer().after(), path + ".attention.after", hiddenSize, weights);
        feedForwardInputNorm = Norm.bind(layer.feedForward().before(), path + ".mlp.before", hiddenSize, weights);
        feedForwardNorm = Norm.bind(layer.feedForward().after(), path + ".mlp.after", hiddenSize, weights);
        laurel = new LowRank(
                Linear.bind(path + ".laurel.left", false, weights),
                Linear.bind(path + ".laurel.right", false, weights),
                Norm.bind(layer.laurel().norm(), path + ".laurel.norm", hiddenSize, weights),
                scratch.buffer("laurel", layer.laurel().rank()),
                scratch.buffer("second residual", hiddenSize));
        injection = new Injection(
                layer.input(),
                Linear.bind(path + ".input.gate", false, weights),
                Linear.bind(path + ".input.up", false, weights),
                Norm.bind(layer.input().norm(), path + ".input.norm", hiddenSize, weights),
                weights.vector(path + ".altup.scale", 0),
                scratch.buffer("layer input", layer.input().size()),
                buffers.perLayer().get(index));
        streams = buffers.streams();
        predicted = buffers.predicted();
        normed = scratch.buffer("normed", hiddenSize);
        change = scratch.buffer("change", hiddenSize);
        body = scratch.buffer("body", hiddenSize);
    }

    @Override
    public void apply(Tensor x, Pass pass) {
        int rows = pass.step().rows();
        predict(rows);
        body(pass, rows);
        correct(rows);
        inject(rows);
    }

    /** {@code modalities = tanh(router(norm(x) / hiddenSize))}. */
    private void route(Tensor x, int rows) {
        coefficients.norm.apply(normed, x, rows);
        kernels.scale(normed, 1f / x.columns(), rows);
        coefficients.router.apply(coefficients.modalities, normed, rows);
        kernels.tanh(coefficients.modalities, rows);
    }

    /** {@code predicted[i] = stream[i] + sum over j of mixing[count * i + j] * stream[j]}. */
    private void predict(int rows) {
        route(streams.get(spec.active()), rows);
        coefficients.predict.apply(coefficients.mixing, coefficients.modalities, rows);
        for (int i = 0; i < streams.size(); i++) {
            kernels.copy(predicted.get(i), streams.get(i), rows);
            for (int j = 0; j < streams.size(); j++) {
                kernels.addScaled(predicted.get(i), streams.get(j), coefficients.mixing, spec.count() * i + j, rows);
            }
        }
    }

    /**
     * Sends the active stream through attention, the low-rank residual and the feed-forward block, into {@code body}.
     */
    private void body(Pass pass, int rows) {
        var active = predicted.get(spec.active());
        inputNorm.apply(normed, active, rows);
        laurel.left.apply(laurel.narrow, normed, rows);
        laurel.right.apply(laurel.wide, laurel.narrow, rows);
        laurel.norm.apply(laurel.wide, laurel.wide, rows);
        kernels.add(laurel.wide, normed, rows);
        attention.apply(change, normed, pass);
        attentionNorm.apply(change, change, rows);
        kernels.copy(body, active, rows);
        kernels.add(body, change, rows);
        kernels.add(body, laurel.wide, rows);
        kernels.scale(body, (float) Math.sqrt(0.5), rows);
        feedForwardInputNorm.apply(normed, body, rows);
        feedForward.apply(change, normed, pass);
        feedForwardNorm.apply(change, change, rows);
        kernels.add(body, change, rows);
    }

    /** {@code stream[i] = predicted[i] + (1 + gains[i]) * (body - predicted[active])}. */
    private void correct(int rows) {
        route(body, rows);
        coefficients.correct.apply(coefficients.gains, coefficients.modalities, rows);
        kernels.subtract(change, body, predicted.get(spec.active()), rows);
        for (int i = 0; i < streams.size(); i++) {
            kernels.copy(streams.get(i), predicted.get(i), rows);
            kernels.add(streams.get(i), change, rows);
            kernels.addScaled(streams.get(i), change, coefficients.gains, i, rows);
        }
    }

    /** Computed from the active stream, added to all but the first. */
    private void inject(int rows) {
        kernels.multiply(normed, streams.get(spec.active()), injection.scale, rows);
        injection.gate.apply(injection.narrow, normed, rows);
        kernels.gate(injection.narrow, injection.narrow, injection.own, injection.spec.activation(), rows);
        injection.up.apply(change, injection.narrow, rows);
        injection.norm.apply(change, change, rows);
        for (int i = 1; i < streams.size(); i++) {
            kernels.add(streams.get(i), change, rows);
        }
    }
}
