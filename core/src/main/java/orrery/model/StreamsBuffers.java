package orrery.model;

import java.util.List;
import java.util.stream.IntStream;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Streams;
import orrery.tensor.Tensor;

/**
 * The parallel residual streams of a pass, and every layer's own embedding.
 *
 * @param streams {@code count} tensors {@code [rows, hidden]}; the first is the decoder's own
 * @param predicted as many
 * @param perLayer {@code [rows, size]} for each layer
 */
record StreamsBuffers(List<Tensor> streams, List<Tensor> predicted, List<Tensor> perLayer) {

    static StreamsBuffers of(
            Streams.Parallel spec, EmbeddingSpec.PerLayer.Table table, int layers, int hiddenSize, Scratch scratch) {
        return new StreamsBuffers(
                IntStream.range(0, spec.count())
                        .mapToObj(i -> scratch.buffer(i == 0 ? "hidden" : "stream." + i, hiddenSize))
                        .toList(),
                IntStream.range(0, spec.count())
                        .mapToObj(i -> scratch.buffer("predicted." + i, hiddenSize))
                        .toList(),
                IntStream.range(0, layers)
                        .mapToObj(i -> scratch.buffer("per layer." + i, table.size()))
                        .toList());
    }
}
