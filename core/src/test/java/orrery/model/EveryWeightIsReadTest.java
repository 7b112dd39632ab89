package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orrery.catalog.OpenCheckpoint;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.Draft;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadSpec;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Scores;
import orrery.spec.Streams;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** A spec with more than the forward pass computes is refused when it is bound: it would run as another model. */
final class EveryWeightIsReadTest {
    private static final int HIDDEN = 8;
    private static final NormSpec NORM = new NormSpec.Rms(1e-6);
    private static final Position.Rope ROPE = new Position.Rope(10_000, 4);
    private static final GroupedQuery ATTENTION = new GroupedQuery(new Heads(2, 1, 4), ROPE);
    private static final FeedForward DENSE = new FeedForward(12, Activation.SILU);
    private static final EmbeddingSpec.PerLayer.Table TABLE = new EmbeddingSpec.PerLayer.Table(9, 3, NORM);

    private final Arena arena = Arena.ofConfined();
    private final Kernels kernels = Backend.named("scalar").open(new Backend.Options(1));

    @AfterEach
    void close() {
        kernels.close();
        arena.close();
    }

    private static LayerSpec layer(Op.Attention attention, Op feedForward) {
        return new LayerSpec.Residual(Branch.preNorm(NORM, attention), Branch.preNorm(NORM, feedForward));
    }

    private static Experts experts(FeedForward expert) {
        return new Experts(4, 2, expert, Experts.Router.softmax(true), Optional.empty());
    }

    private static ArchitectureSpec spec(EmbeddingSpec embedding, LayerSpec layer) {
        return new ArchitectureSpec("tiny", 9, HIDDEN, 16, embedding, List.of(layer), NORM, new HeadSpec(true, 0));
    }

    private static ArchitectureSpec spec(LayerSpec layer) {
        return spec(EmbeddingSpec.PLAIN, layer);
    }

    private Decoder bind(ArchitectureSpec spec) {
        var expected = new LinkedHashMap<>(spec.weights());
        expected.putAll(spec.draftWeights());
        var matrices = new LinkedHashMap<String, List<Matrix>>();
        expected.forEach((path, weight) -> {
            if (weight.use() != WeightSpec.Use.UNUSED) {
                long[] dimensions = weight.dimensions().stream()
                        .mapToLong(Integer::longValue)
                        .toArray();
                matrices.put(
                        path,
                        java.util.Collections.nCopies(
                                weight.copies(), Matrix.of(Tensor.zeros(arena, DType.F32, dimensions))));
            }
        });
        return new Decoder(spec, new Weights(spec, matrices), kernels, 2, 1);
    }

    private void refuses(ArchitectureSpec spec, String... words) {
        assertThatThrownBy(() -> bind(spec)).isInstanceOf(ModelException.class).hasMessageContainingAll(words);
    }

    @Test
    void bindsWhatIsKnown() {
        assertThat(bind(spec(layer(ATTENTION, DENSE))).drafts()).isFalse();
        assertThat(bind(spec(layer(ATTENTION, experts(DENSE)))).experts()).hasSize(1);
        var draft = new Draft(NORM, layer(ATTENTION, experts(DENSE)));
        assertThat(bind(spec(layer(ATTENTION, DENSE)).withDraft(draft)).drafts())
                .isTrue();
        assertThat(bind(spec(new EmbeddingSpec(1, 0, TABLE), streams(Branch.sandwich(NORM, ATTENTION))))
                        .drafts())
                .isFalse();
    }

    @Test
    void refusesExpertsThatAreMoreThanGatedProducts() {
        refuses(
                spec(layer(ATTENTION, experts(new FeedForward(12, Activation.SILU, true, true, 0)))),
                "tiny cannot be run: layers.0.mlp has experts with biases");
        refuses(
                spec(layer(ATTENTION, experts(new FeedForward(12, Activation.SILU, true, false, 0.5)))),
                "layers.0.mlp has experts with a sparsity");
        refuses(
                spec(layer(ATTENTION, experts(new FeedForward(12, Activation.SILU, false, false, 0)))),
                "layers.0.mlp has experts without a gate");
        var draft = new Draft(NORM, layer(ATTENTION, experts(new FeedForward(12, Activation.SILU, true, true, 0))));
        refuses(spec(layer(ATTENTION, DENSE)).withDraft(draft), "draft.layer.mlp has experts with biases");
    }

    @Test
    void refusesASparsityThatHasNoGateToCut() {
        var sparse = new FeedForward(12, Activation.SILU, false, false, 0.5);
        refuses(spec(layer(ATTENTION, sparse)), "layers.0.mlp has a sparsity without a gate");
        var shared = new Experts(4, 2, DENSE, Experts.Router.softmax(true), Optional.of(sparse));
        refuses(spec(layer(ATTENTION, shared)), "layers.0.mlp.shared has a sparsity without a gate");
    }

    @Test
    void refusesLatentAttentionWithATemperature() {
        var scores = new Scores(1, 0, new Scores.Temperature.Tuned(0.1, 4));
        var latent = new Latent(2, OptionalInt.empty(), 4, 3, 3, ROPE, NORM, scores, true);
        refuses(spec(layer(latent, DENSE)), "layers.0.attention has queries that grow with their position");
    }

    private static LayerSpec streams(Branch mixer) {
        return new LayerSpec.AltUp(
                new Streams.Parallel(2, 0, NORM),
                mixer,
                Branch.sandwich(NORM, DENSE),
                new LayerSpec.Laurel(2, NORM),
                new LayerSpec.PerLayerInput(3, Activation.SILU, NORM));
    }

    @Test
    void refusesANormOutsideABranchOfParallelStreams() {
        var embedding = new EmbeddingSpec(1, 0, TABLE);
        refuses(
                spec(embedding, streams(new Branch(NORM, ATTENTION, NORM, NORM))),
                "layers.0.attention has an outer norm among parallel streams");
    }

    @Test
    void refusesAnInjectionOfAnotherSizeThanTheEmbeddingHas() {
        var embedding = new EmbeddingSpec(1, 0, new EmbeddingSpec.PerLayer.Table(9, 5, NORM));
        refuses(
                spec(embedding, streams(Branch.sandwich(NORM, ATTENTION))),
                "layers.0.input has 3 elements of a per-layer embedding, which has 5");
    }

    @Test
    void refusesADraftThatIsToldPositionsByATable() {
        var spec = spec(new EmbeddingSpec(1, 16, EmbeddingSpec.PerLayer.NONE), layer(ATTENTION, DENSE));
        refuses(spec.withDraft(new Draft(NORM, layer(ATTENTION, DENSE))), "draft has learned positions");
    }

    /** Weights that no operation has bound show what was forgotten. */
    @Test
    void namesAWeightThatNothingHasAskedFor() {
        refuses(
                spec(new EmbeddingSpec(1, 0, TABLE), layer(ATTENTION, DENSE)),
                "tiny declares the weight embedding.per_layer.tokens and 2 more",
                "nothing that runs embedding.per_layer reads it");
    }

    @Test
    void aDraftIsBoundOnlyWhereItIsUsed() {
        var golden = Path.of("src", "test", "resources", "goldens", "deepseek-v3-mtp");
        try (var open = OpenCheckpoint.open(golden)) {
            var whole = open.checkpoint();
            var without = whole.withoutDraft();
            var spec = without.description().spec();
            assertThat(spec.draft()).isEmpty();
            assertThat(whole.weights().keySet())
                    .containsAll(without.weights().keySet())
                    .anyMatch(path -> path.startsWith("draft."));
            assertThat(without.weights().keySet()).noneMatch(path -> path.startsWith("draft."));
            var decoder = new Decoder(spec, new Weights(spec, without.weights()), kernels, 2, 1);
            assertThat(decoder.drafts()).isFalse();
            assertThat(without.withoutDraft()).isSameAs(without);
        }
    }
}
