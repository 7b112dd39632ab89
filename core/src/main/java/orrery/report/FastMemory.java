package orrery.report;

import java.util.Optional;
import orrery.spec.ArchitectureSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.WeightSpec;

/**
 * What a model with per-layer embeddings (Gemma 3n) has to keep in fast memory: a token reads so little of the tables
 * that they may lie in a file.
 *
 * @param effective parameters without both embedding tables, as Gemma 3n's authors count "effective" ones
 * @param perLayerTable parameters of the per-layer embeddings
 * @param readPerToken how many of those one token reads
 */
public record FastMemory(long effective, long perLayerTable, long readPerToken) {

    /** Empty for a model without per-layer embeddings. */
    public static Optional<FastMemory> of(ArchitectureSpec spec) {
        return switch (spec.embedding().perLayer()) {
            case EmbeddingSpec.PerLayer.None _ -> Optional.empty();
            case EmbeddingSpec.PerLayer.Table(var rows, var size, var _) -> {
                long read = (long) size * spec.layers().size();
                long tables = spec.weights().values().stream()
                        .filter(weight -> weight.use() == WeightSpec.Use.LOOKED_UP)
                        .mapToLong(WeightSpec::parameters)
                        .sum();
                yield Optional.of(new FastMemory(spec.parameters() - tables, rows * read, read));
            }
        };
    }

    /** Bytes of the per-layer embeddings in bf16. */
    public long tableBytes() {
        return perLayerTable * CacheTable.BF16_BYTES;
    }
}
