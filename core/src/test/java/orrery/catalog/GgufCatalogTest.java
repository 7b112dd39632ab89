package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static orrery.catalog.GgufVariants.attention;
import static orrery.catalog.GgufVariants.both;
import static orrery.catalog.GgufVariants.key;
import static orrery.catalog.GgufVariants.rope;
import static orrery.catalog.GgufVariants.without;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.format.ModelFile;
import orrery.model.GgufGoldens.Change;
import orrery.model.Stored;
import orrery.spec.ArchitectureSpec;
import orrery.spec.FeedForward;
import orrery.spec.NormSpec;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;

/** GGUF files that contain more, less or other keys and tensors than the goldens' conversions. */
class GgufCatalogTest {
    @TempDir
    Path folder;

    private ArchitectureSpec spec(String golden, Change change) {
        return new GgufVariants(folder).spec(golden, change);
    }

    private Path write(String golden, Change change) {
        return new GgufVariants(folder).write(golden, change);
    }

    private void refused(String golden, Change change, String message) {
        new GgufVariants(folder).refused(golden, change, message);
    }

    @Test
    void refusesAnArchitectureThatNoFamilyKnowsAndPartsOfModels() {
        refused(
                "llama-3.1",
                key("general.architecture", "mamba"),
                "general.architecture \"mamba\" is not known, expected one of deepseek2, gemma2, gemma3, gemma3n, gpt2,"
                        + " llama, llama4, mistral3, olmo2, qwen3, qwen3moe");
        refused("llama-3.1", key("general.type", "mmproj"), "general.type is \"mmproj\", expected a model");
        refused("llama-3.1", without("general.architecture"), "general.architecture is missing");
        refused("llama-3.1", without("token_embd.weight"), "there is no tensor token_embd.weight");
        refused("llama-3.1", (_, tensors) -> tensors.clear(), "holds no tensors: it is a vocabulary, not a model");
    }

    @Test
    void doesNotTakeMetadataAloneForAnArchitecture() {
        var metadata = ModelFile.readMetadata(write("llama-3.1", without()));
        assertThatThrownBy(() -> Catalog.read("half", metadata))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("part of a GGUF model's architecture is in its tensors");
    }

    @ParameterizedTest
    @CsvSource({
        "llama.embedding_length, 'llama.embedding_length is missing, expected a number'",
        "llama.block_count, 'llama.block_count is missing'",
        "llama.context_length, 'llama.context_length is missing'",
        "llama.feed_forward_length, 'llama.feed_forward_length is missing'",
        "llama.attention.head_count, 'llama.attention.head_count is missing'",
        "llama.attention.layer_norm_rms_epsilon, 'llama.attention.layer_norm_rms_epsilon is missing'"
    })
    void namesTheKeyThatIsMissing(String key, String message) {
        refused("llama-3.1", without(key), message);
    }

    @Test
    void namesTensorsThatAreMissingOrThatNobodyClaims() {
        refused("llama-3.1", without("blk.1.attn_k.weight"), "1 tensor missing: blk.1.attn_k.weight");
        refused(
                "llama-3.1",
                (_, tensors) -> tensors.put("blk.1.attn_rot_embd.weight", new Stored(new float[4], 4)),
                "1 tensor that no part of a Llama model claims: blk.1.attn_rot_embd.weight");
        refused(
                "qwen-3",
                (_, tensors) -> tensors.put("rope_freqs.weight", new Stored(new float[4], 4)),
                "claims: rope_freqs.weight");
        refused("llama-3.1", key("llama.vocab_size", 321), "llama.vocab_size is 321, expected the rows of token_embd");
    }

    @Test
    void namesKeysThatAreMerelyUnknown() {
        var description =
                Catalog.describe(write("qwen-3", key("qwen3.moon.phase", 3)).toString());
        assertThat(description.notUnderstood()).containsExactly("qwen3.moon.phase");
    }

    @ParameterizedTest
    @CsvSource({
        "llama-3.1, llama.attention.clamp_kqv, 8",
        "llama-3.1, llama.logit_scale, 0.5",
        "llama-3.1, llama.attention.scale, 1",
        "llama-3.1, llama.expert_count, 8",
        "mistral-small-3.1-text, mistral3.attention.temperature_scale, 0.1",
        "gemma-2, gemma2.attention.sliding_window_pattern, 2",
        "qwen-3, qwen3.attention.sliding_window, 64",
        "qwen-3-moe, qwen3moe.expert_shared_count, 1",
        "llama-3.1, llama.nextn_predict_layers, 1",
        "deepseek-v2, deepseek2.attention.temperature_scale, 0.1"
    })
    void refusesKeysThatChangeTheModelInWaysThatItsFamilyDoesNotKnow(String golden, String key, float value) {
        refused(golden, key(key, value), key + " is given, and " + key.substring(0, key.indexOf('.')));
        assertThat(spec(golden, key(key, 0))).isNotNull();
    }

    @Test
    void refusesAnOlmoWithAWindow() {
        refused(
                "olmo-2-gqa",
                key("olmo2.attention.sliding_window", 4096),
                "olmo2.attention.sliding_window is 4096, expected none: with a window this is OLMo 3");
    }

    @Test
    void pairsNeighboursOnlyWhereTheConverterWoveThem() {
        for (var golden : List.of("llama-3.1", "mistral-7b-v0.1", "mistral-small-3.1-text", "llama-4")) {
            assertThat(rope(spec(golden, without()), 0).pairing()).as(golden).isEqualTo(Position.Pairing.INTERLEAVED);
        }
        for (var golden : List.of("gemma-2", "gemma-3", "olmo-2-mha", "qwen-3", "qwen-3-moe")) {
            assertThat(rope(spec(golden, without()), 0).pairing()).as(golden).isEqualTo(Position.Pairing.HALVES);
        }
    }

    @Test
    void usesTheDivisorsOfTheFrequenciesAndRefusesOddOnes() {
        var scaling =
                (RopeScaling.Divided) rope(spec("llama-3.1", without()), 0).scaling();
        assertThat(scaling.divisors()).hasSize(4).startsWith(1f).endsWith(8f);
        refused("llama-3.1", divisors(1, 1, 1), "rope_freqs.weight is F32 [3], expected F32 [4]");
        for (float odd : new float[] {0.5f, Float.NaN, Float.POSITIVE_INFINITY, -1}) {
            var path = write("llama-3.1", divisors(1, 1, odd, 1));
            assertThatThrownBy(() -> Catalog.describe(path.toString()))
                    .hasMessage("a rope frequency is divided by " + odd + ", expected 1 or more");
        }
        var path = write("llama-3.1", key("llama.rope.scaling.factor", 2f));
        assertThatThrownBy(() -> Catalog.describe(path.toString()))
                .hasMessageContaining("scales its RoPE both by rope_freqs.weight and by rope.scaling");
        assertThat(rope(spec("llama-3.1", without("rope_freqs.weight")), 0).scaling())
                .isEqualTo(RopeScaling.NONE);
    }

    private static Change divisors(float... values) {
        return (_, tensors) -> tensors.put("rope_freqs.weight", new Stored(values, values.length));
    }

    @Test
    void readsEveryKindOfScalingAndRefusesOthers() {
        assertThat(rope(spec("qwen-3", key("qwen3.rope.scale_linear", 4f)), 0).scaling())
                .isEqualTo(new RopeScaling.Linear(4));
        assertThat(rope(spec("qwen-3", key("qwen3.rope.scaling.factor", 0f)), 0).scaling())
                .isEqualTo(RopeScaling.NONE);
        var yarn = both(
                key("qwen3.rope.scaling.type", "yarn"),
                key("qwen3.rope.scaling.factor", 4f),
                key("qwen3.rope.scaling.original_context_length", 32_768));
        assertThat(rope(spec("qwen-3", yarn), 0).scaling())
                .isEqualTo(new RopeScaling.Yarn(4, 32_768, 32, 1, RopeScaling.Yarn.temperature(4, 1), true));
        refused(
                "qwen-3",
                both(yarn, key("qwen3.rope.scaling.yarn_attn_factor", 0.5f)),
                "qwen3.rope.scaling.yarn_attn_factor is given");
        refused(
                "qwen-3",
                key("qwen3.rope.scaling.type", "longrope"),
                "qwen3.rope.scaling.type is \"longrope\", expected one of linear, none, yarn");
        refused(
                "qwen-3",
                both(key("qwen3.rope.scaling.type", "none"), key("qwen3.rope.scaling.factor", 2f)),
                "qwen3.rope.scaling.factor is 2.0, expected 1");
        refused(
                "llama-3.1",
                key("llama.rope.dimension_count", 4),
                "llama.rope.dimension_count is 4, expected 8: whole heads are rotated");
    }

    @Test
    void takesAWindowThatALlamaNamesForAMistrals() {
        var spec = spec("llama-3.1", key("llama.attention.sliding_window", 16));
        assertThat(attention(spec, 2).reach()).isEqualTo(new Reach.Window(16));
        assertThat(attention(spec("mistral-7b-v0.1", without("llama.attention.sliding_window")), 0)
                        .reach())
                .isEqualTo(Reach.FULL);
    }

    @Test
    void tiesTheHeadWhereThereIsNone() {
        assertThat(spec("llama-3.1", without("output.weight")).head().tied()).isTrue();
        assertThat(spec("llama-3.1", without()).head().tied()).isFalse();
        var stored = spec(
                "gpt2",
                (_, tensors) -> tensors.put("output.weight", Objects.requireNonNull(tensors.get("token_embd.weight"))));
        assertThat(stored.head().tied()).isFalse();
    }

    @Test
    void expectsBiasesWhereALlamaHasThem() {
        refused(
                "llama-3.1",
                (_, tensors) -> tensors.put("blk.0.attn_q.bias", new Stored(new float[64], 64)),
                "tensors missing: blk.0.attn_k.bias");
        refused(
                "llama-3.1",
                (_, tensors) -> tensors.put("blk.0.ffn_up.bias", new Stored(new float[112], 112)),
                "tensors missing: blk.0.ffn_gate.bias");
    }

    @Test
    void knowsWhatGemmaFilesLeaveOut() {
        var second = spec("gemma-2", without("gemma2.attention.scale", "gemma2.attention.sliding_window"));
        assertThat(attention(second, 0).scores().scale())
                .isEqualTo(Scores.overRootOf(24).scale());
        assertThat(attention(second, 0).reach()).isEqualTo(new Reach.Window(4096));
        assertThat(attention(second, 1).reach()).isEqualTo(Reach.FULL);
        assertThat(second.finalNorm()).isEqualTo(new NormSpec.Rms(1e-6));
        assertThat(attention(spec("gemma-3", without()), 0).norms().key()).isEqualTo(new NormSpec.Rms(1e-6));
        var third = spec("gemma-3", without("gemma3.attention.scale"));
        assertThat(rope(third, 0).theta()).isEqualTo(10_000);
        assertThat(rope(third, 0).scaling()).isEqualTo(RopeScaling.NONE);
        assertThat(rope(third, 5).theta()).isEqualTo(1e6);
        assertThat(rope(third, 5).scaling()).isEqualTo(new RopeScaling.Linear(8));
        assertThat(attention(third, 5).reach()).isEqualTo(Reach.FULL);
        assertThat(attention(third, 6).reach()).isEqualTo(new Reach.Window(9));
        refused(
                "gemma-3",
                without("gemma3.attention.sliding_window"),
                "gemma3.attention.sliding_window is missing, expected a number");
    }

    @ParameterizedTest
    @CsvSource({
        "gemma-2, gemma2, 46, 16",
        "gemma-2, gemma2, 45, 24",
        "gemma-3, gemma3, 62, 16",
        "gemma-3, gemma3, 61, 32"
    })
    void scalesTheLargestGemmasByTheirEmbedding(String golden, String name, int layers, int divisor) {
        var spec = spec(golden, both(without(name + ".attention.scale"), key(name + ".block_count", layers)));
        assertThat(attention(spec, 0).scores().scale())
                .isEqualTo(Scores.overRootOf(divisor).scale());
    }

    @Test
    void readsALocalBaseAndWhichLayersAreLocalWhereAFileSaysThem() {
        var spec = spec(
                "gemma-3",
                both(
                        key("gemma3.rope.freq_base_swa", 20_000f),
                        (keys, _) -> keys.put(
                                "pattern",
                                out -> out.key(
                                        "gemma3.attention.sliding_window_pattern",
                                        false,
                                        true,
                                        true,
                                        true,
                                        true,
                                        true,
                                        false))));
        assertThat(attention(spec, 0).reach()).isEqualTo(Reach.FULL);
        assertThat(rope(spec, 1).theta()).isEqualTo(20_000);
        assertThat(attention(spec("gemma-3", key("gemma3.attention.sliding_window_pattern", 3)), 2)
                        .reach())
                .isEqualTo(Reach.FULL);
    }

    @Test
    void readsSparsitiesAsSharesAndOneWidthForAllLayersOfGemma3n() {
        var spec = spec("gemma-3n", without());
        assertThat(((FeedForward) spec.layers().get(0).feedForward().op()).sparsity())
                .isEqualTo(0.95);
        assertThat(((FeedForward) spec.layers().get(3).feedForward().op()).sparsity())
                .isZero();
        var same = spec("gemma-3n", key("gemma3n.feed_forward_length", 128));
        assertThat(same.layers()).isEqualTo(spec.layers());
        refused(
                "gemma-3n",
                (keys, _) -> keys.put(
                        "gemma3n.activation_sparsity_scale",
                        out -> out.key("gemma3n.activation_sparsity_scale", Float.NaN, 1f)),
                "gemma3n.activation_sparsity_scale is NaN, expected at most 8");
        refused(
                "gemma-3n",
                (keys, _) -> keys.put(
                        "gemma3n.activation_sparsity_scale",
                        out -> out.key("gemma3n.activation_sparsity_scale", 1f, 1f)),
                "activation_sparsity_pattern lists 2 layers, expected num_hidden_layers, 8");
    }
}
