package orrery.report;

import java.util.LinkedHashMap;
import java.util.List;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.Op;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/**
 * What attention costs, layer by layer.
 *
 * <p>Latent attention has two ways (docs/decisions/06-two-ways-of-latent-attention.md). A single row is taken into the
 * latents' space, where a head's pair of query and key costs {@code 2 * rank + rotary} multiply-adds; a prompt at once
 * has keys and values rebuilt, which is counted with the products, and costs {@code plain + rotary + value}. A prompt
 * in several passes rebuilds its past again, which is how it is run and not counted.
 *
 * @param stateBytes of the states that recurrent layers keep, which a row reads whatever its position
 */
record AttentionCost(List<Layer> layers, double stateBytes) {
    /**
     * @param positionBytes that a row reads for each position that it sees
     * @param rowPair multiply-adds of a single row for each position that it sees, all heads together
     * @param promptPair the same for each row of a prompt
     */
    private record Layer(Reach reach, long positionBytes, long rowPair, long promptPair) {}

    static AttentionCost of(ArchitectureSpec spec, KvType type) {
        var layers = spec.layers().stream().map(layer -> layer(layer.attention(), type));
        return new AttentionCost(layers.toList(), (double) spec.stateElements() * Float.BYTES);
    }

    private static Layer layer(Op.Attention op, KvType type) {
        return switch (op) {
            case GroupedQuery grouped -> {
                var heads = grouped.heads();
                long pair = 2L * heads.query() * heads.size();
                yield new Layer(grouped.reach(), 2L * heads.keyValue() * type.bytes(heads.size()), pair, pair);
            }
            case Latent latent -> {
                long heads = latent.queryHeads();
                long rotary = latent.rope().dimensions();
                long rowPair = heads * (2L * latent.latentRank() + rotary);
                long promptPair = heads * (latent.nopeSize() + rotary + latent.valueSize());
                int cached = latent.latentRank() + latent.rope().dimensions();
                yield new Layer(Reach.FULL, type.bytes(cached), rowPair, promptPair);
            }
        };
    }

    double bytes(int position) {
        return stateBytes
                + layers.stream()
                        .mapToDouble(layer -> (double) layer.positionBytes * seen(layer.reach, position))
                        .sum();
    }

    double decodeFlops(int position) {
        return layers.stream()
                .mapToDouble(layer -> 2.0 * layer.rowPair * seen(layer.reach, position))
                .sum();
    }

    double prefillFlops(int tokens) {
        return layers.stream()
                .mapToDouble(layer -> 2.0 * layer.promptPair * seenByAll(layer.reach, tokens))
                .sum();
    }

    /** Float operations of a single row for each position, layers of the same reach together. */
    List<WorkTable.Term> terms() {
        var byReach = new LinkedHashMap<Reach, WorkTable.Term>();
        for (var layer : layers) {
            byReach.merge(layer.reach, new WorkTable.Term(layer.reach, 1, 2.0 * layer.rowPair), WorkTable.Term::plus);
        }
        return List.copyOf(byReach.values());
    }

    private static long seen(Reach reach, int position) {
        return position - reach.firstSeenFrom(position) + 1L;
    }

    /** Pairs of a row and a position that it sees, of all rows of a prompt. */
    private static double seenByAll(Reach reach, double tokens) {
        return switch (reach) {
            case Reach.Full _ -> triangle(tokens);
            case Reach.Window(var window) -> triangle(Math.min(tokens, window)) + Math.max(0, tokens - window) * window;
            case Reach.Chunk(var chunk) -> Math.floor(tokens / chunk) * triangle(chunk) + triangle(tokens % chunk);
        };
    }

    private static double triangle(double side) {
        return side * (side + 1) / 2;
    }
}
