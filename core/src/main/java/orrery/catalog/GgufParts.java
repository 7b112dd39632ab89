package orrery.catalog;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.SpecException;

/**
 * The parts of a spec that GGUF files store once for all layers: those of the first layer that has them. If other
 * layers differ, the written keys do not read back as the same spec, and the model is refused ({@link GgufForm}).
 */
final class GgufParts {
    private GgufParts() {}

    static double epsilon(ArchitectureSpec spec) {
        return switch (spec.finalNorm()) {
            case NormSpec.Rms(var epsilon, var _) -> epsilon;
            case NormSpec.Layer(var epsilon) -> epsilon;
            case NormSpec.None _ -> 0;
        };
    }

    static int queryHeads(ArchitectureSpec spec) {
        return spec.layers().getFirst().attention().queryHeads();
    }

    static List<GroupedQuery> grouped(ArchitectureSpec spec) {
        return spec.layers().stream().map(layer -> grouped(layer.attention())).toList();
    }

    /** The attention that the keys of all families but one describe. */
    static GroupedQuery grouped(Op.Attention attention) {
        return switch (attention) {
            case GroupedQuery grouped -> grouped;
            case Latent _ -> throw unexpected("latent attention", "grouped-query");
        };
    }

    static Latent latent(ArchitectureSpec spec) {
        return switch (spec.layers().getFirst().attention()) {
            case Latent latent -> latent;
            case GroupedQuery _ -> throw unexpected("grouped-query attention", "latent");
        };
    }

    private static SpecException unexpected(String attention, String expected) {
        return new SpecException(
                "the GGUF keys of this architecture cannot say " + attention + ", expected " + expected);
    }

    static boolean isLocal(GroupedQuery layer) {
        return !(layer.reach() instanceof Reach.Full);
    }

    /** Which layers do not have full attention. */
    static List<Boolean> locals(ArchitectureSpec spec) {
        return grouped(spec).stream().map(GgufParts::isLocal).toList();
    }

    /** The first layer without full attention. */
    static Optional<GroupedQuery> local(ArchitectureSpec spec) {
        return grouped(spec).stream().filter(GgufParts::isLocal).findFirst();
    }

    /** Tokens of such layers' windows or chunks; all positions if there are none. */
    static int reach(ArchitectureSpec spec) {
        return local(spec)
                .map(layer -> switch (layer.reach()) {
                    case Reach.Window(var tokens) -> tokens;
                    case Reach.Chunk(var tokens) -> tokens;
                    case Reach.Full _ -> spec.maxPositions();
                })
                .orElse(spec.maxPositions());
    }

    /** All layers are local except the last of every {@code period}. */
    static List<Boolean> allButEvery(int period, int layers) {
        return IntStream.rangeClosed(1, layers).mapToObj(i -> i % period != 0).toList();
    }

    /** The RoPE of the layers with full attention, or of all layers if no such layer has one. */
    static Optional<Position.Rope> rope(ArchitectureSpec spec) {
        var layers = grouped(spec);
        return layers.stream()
                .filter(layer -> !isLocal(layer) && layer.position() instanceof Position.Rope)
                .findFirst()
                .or(() -> layers.stream()
                        .filter(layer -> layer.position() instanceof Position.Rope)
                        .findFirst())
                .map(layer -> (Position.Rope) layer.position());
    }

    static Optional<Experts> experts(ArchitectureSpec spec) {
        return spec.layers().stream()
                .map(layer -> layer.feedForward().op())
                .filter(Experts.class::isInstance)
                .map(Experts.class::cast)
                .findFirst();
    }

    /** Which layers have experts. */
    static List<Boolean> sparse(ArchitectureSpec spec) {
        return spec.layers().stream()
                .map(layer -> layer.feedForward().op() instanceof Experts)
                .toList();
    }

    private static Optional<FeedForward> dense(LayerSpec layer) {
        return layer.feedForward().op() instanceof FeedForward dense ? Optional.of(dense) : Optional.empty();
    }

    /** The feed-forward blocks of all dense layers. */
    static List<FeedForward> dense(ArchitectureSpec spec) {
        return spec.layers().stream().flatMap(layer -> dense(layer).stream()).toList();
    }

    /** The width of dense layers; if all have experts, that of an expert, which is not used. */
    static int width(ArchitectureSpec spec) {
        return dense(spec).stream()
                .findFirst()
                .or(() -> experts(spec).map(Experts::expert))
                .map(FeedForward::intermediateSize)
                .orElseThrow();
    }

    /** A number of the experts; 0 if there are none. */
    static java.util.function.ToIntFunction<ArchitectureSpec> ofExperts(
            java.util.function.ToIntFunction<Experts> number) {
        return spec -> experts(spec).map(number::applyAsInt).orElse(0);
    }
}
