package orrery.model;

import java.util.List;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.spec.ArchitectureSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Streams;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** What happens between the token embedding and the first layer, and between the last layer and the final norm. */
sealed interface Trunk {

    /** Called after the token embedding has been written to {@code hidden}. */
    void spread(Tensor hidden, Pass pass);

    /** Called after the last layer; leaves the result in {@code hidden}. */
    void gather(Tensor hidden, Pass pass);

    static Trunk bind(ArchitectureSpec spec, BoundWeights weights, Scratch scratch) {
        return switch (spec.layers().getFirst().streams()) {
            case Streams.Single _ -> new Single();
            case Streams.Parallel parallel -> Parallel.of(spec, parallel, weights, scratch);
        };
    }

    /** One stream: there is nothing to do. */
    record Single() implements Trunk {
        @Override
        public void spread(Tensor hidden, Pass pass) {}

        @Override
        public void gather(Tensor hidden, Pass pass) {}
    }

    /** AltUp's several streams, and Gemma 3n's per-layer embedding. */
    record Parallel(
            Kernels kernels,
            Streams.Parallel spec,
            EmbeddingSpec.PerLayer.Table table,
            List<Matrix> tables,
            List<Weight> projections,
            Norm projectionNorm,
            List<Weight> spreadWeights,
            List<Weight> gatherWeights,
            StreamsBuffers buffers,
            Tensor looked,
            Tensor other,
            int[] ids)
            implements Trunk {

        /** Below this mean square a stream is not scaled up further; the reference's constant. */
        private static final double FLOOR = 1e-5;

        static Parallel of(ArchitectureSpec spec, Streams.Parallel streams, BoundWeights weights, Scratch scratch) {
            var kernels = scratch.kernels();
            if (!(spec.embedding().perLayer() instanceof EmbeddingSpec.PerLayer.Table table)) {
                throw new ModelException(spec.name() + " has parallel streams but no per-layer embedding");
            }
            int layers = spec.layers().size();
            return new Parallel(
                    kernels,
                    streams,
                    table,
                    weights.matrices("embedding.per_layer.tokens"),
                    weights.weights("embedding.per_layer.projection"),
                    Norm.bind(table.norm(), "embedding.per_layer.norm", table.size(), weights),
                    weights.weights("streams.spread"),
                    weights.weights("streams.gather"),
                    StreamsBuffers.of(streams, table, layers, spec.hiddenSize(), scratch),
                    scratch.buffer("per layer looked up", table.size()),
                    scratch.buffer("change", spec.hiddenSize()),
                    new int[scratch.rows()]);
        }

        @Override
        public void spread(Tensor hidden, Pass pass) {
            int rows = pass.step().rows();
            embedPerLayer(hidden, pass, rows);
            for (int i = 1; i < spec.count(); i++) {
                var stream = buffers.streams().get(i);
                kernels.matmul(stream, hidden, spreadWeights.get(i - 1), rows);
                kernels.matchSize(stream, hidden, FLOOR, rows);
            }
        }

        /**
         * {@code (norm(project(hidden) / sqrt(hidden size)) + table[token] * sqrt(size)) / sqrt(2)}, for each layer.
         */
        private void embedPerLayer(Tensor hidden, Pass pass, int rows) {
            for (int r = 0; r < rows; r++) {
                int token = pass.step().tokens()[r];
                // Placeholders of other modalities have ids beyond the table, and read its first row.
                ids[r] = token < table.vocabSize() ? token : 0;
            }
            for (int layer = 0; layer < tables.size(); layer++) {
                var own = buffers.perLayer().get(layer);
                kernels.embed(looked, tables.get(layer), ids, (float) Math.sqrt(table.size()), rows);
                kernels.matmul(own, hidden, projections.get(layer), rows);
                kernels.scale(own, (float) (1 / Math.sqrt(hidden.columns())), rows);
                projectionNorm.apply(own, own, rows);
                kernels.add(own, looked, rows);
                kernels.scale(own, (float) Math.sqrt(0.5), rows);
            }
        }

        @Override
        public void gather(Tensor hidden, Pass pass) {
            int rows = pass.step().rows();
            // Every stream is scaled to the magnitude of the first one before the sum changes that.
            kernels.copy(buffers.predicted().getFirst(), hidden, rows);
            var size = buffers.predicted().getFirst();
            for (int i = 1; i < spec.count(); i++) {
                kernels.matmul(other, buffers.streams().get(i), gatherWeights.get(i - 1), rows);
                kernels.matchSize(other, size, FLOOR, rows);
                kernels.add(hidden, other, rows);
            }
            kernels.scale(hidden, 1f / spec.count(), rows);
        }
    }
}
