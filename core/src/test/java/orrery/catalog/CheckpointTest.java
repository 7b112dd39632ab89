package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.format.ModelFile;
import orrery.model.Goldens;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

class CheckpointTest {
    private static final Consumer<Map<String, Tensor>> AS_IT_IS = _ -> {};

    @TempDir
    Path folder;

    private Checkpoint open(
            String golden,
            Map<String, Object> config,
            UnaryOperator<String> rename,
            Consumer<Map<String, Tensor>> change) {
        try (var file = ModelFile.open(Variants.write(folder.resolve(golden), golden, config, rename, change))) {
            return Catalog.open(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "model.", "language_model.model.", "model.language_model."})
    void namesAreFoundWithAnyWrappersPrefix(String prefix) {
        var checkpoint = open(
                "llama-3.1",
                Variants.config("llama-3.1"),
                name -> name.startsWith("model.") ? prefix + name.substring("model.".length()) : name,
                AS_IT_IS);
        assertThat(checkpoint.weights()).containsKey("layers.0.attention.q.weight");
        assertThat(checkpoint.notes()).isEmpty();
    }

    @Test
    void theMultimodalWrapperRunsItsTextPartAndNamesTheRest() {
        var text = Variants.config("gemma-3", config -> config.remove("architectures"));
        text.remove("model_type");
        var config = new LinkedHashMap<String, Object>();
        config.put("model_type", "gemma3");
        config.put("text_config", text);
        config.put("vision_config", Map.of("hidden_size", 12));
        try (var arena = Arena.ofConfined()) {
            var checkpoint = open("gemma-3", config, name -> "language_model." + name, tensors -> {
                tensors.put("vision_tower.vision_model.post_layernorm.weight", Tensor.zeros(arena, DType.F32, 12));
                tensors.put("multi_modal_projector.mm_soft_emb_norm.weight", Tensor.zeros(arena, DType.F32, 12));
            });
            assertThat(checkpoint.notes())
                    .containsExactly(
                            "1 tensor of multi_modal_projector not used: only the text model runs",
                            "1 tensor of vision_tower not used: only the text model runs");
            assertThat(checkpoint.description().notUsed()).containsExactly("vision_config");
            assertThat(checkpoint.ledger().difference()).isZero();
            assertThat(checkpoint.ledger().text())
                    .endsWith(" parameters of the spec + 12 in multi_modal_projector, which is not run + 12 in"
                            + " vision_tower, which is not run, exactly.");
            assertThat(checkpoint.description().family()).isEqualTo("Gemma 3");
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void everyElementOfAFileIsAccountedFor(Path golden) {
        try (var file = ModelFile.open(golden)) {
            var checkpoint = Catalog.open(file);
            var ledger = checkpoint.ledger();

            assertThat(ledger.difference()).isZero();
            assertThat(ledger.inFile())
                    .isEqualTo(file.tensors().values().stream()
                            .mapToLong(tensor -> tensor.shape().elements())
                            .sum());
            assertThat(ledger.parameters())
                    .isEqualTo(checkpoint.description().spec().parameters());
            assertThat(ledger.text()).doesNotContain("are unaccounted for");
        }
    }

    static Stream<Path> goldens() {
        return Goldens.all().stream();
    }

    @Test
    void whatNothingAccountsForIsSaid() {
        var ledger = new Ledger(110, 100, 2, java.util.List.of(new Ledger.Entry(5, "factors of blocks")));

        assertThat(ledger.difference()).isEqualTo(7);
        assertThat(ledger.text())
                .isEqualTo(
                        "The files hold 110 elements = 100 parameters of the spec - 2 that are never read and that the"
                                + " files leave out + 5 factors of blocks, and 7 that are unaccounted for.");
        assertThat(new Ledger(100, 100, 0, java.util.List.of()).text())
                .isEqualTo("The files hold 100 elements: exactly the spec's parameters.");
    }

    @Test
    void mistral3WrapsMistral() {
        var text = Variants.config("mistral-small-3.1-text");
        text.remove("model_type");
        var config = new LinkedHashMap<String, Object>();
        config.put("model_type", "mistral3");
        config.put("text_config", text);
        var checkpoint = open("mistral-small-3.1-text", config, name -> "language_model." + name, AS_IT_IS);
        assertThat(checkpoint.description().family()).isEqualTo("Mistral");
    }

    @Test
    void namesTheTensorThatIsMissing() {
        assertThatThrownBy(() -> open(
                        "llama-3.1",
                        Variants.config("llama-3.1"),
                        UnaryOperator.identity(),
                        tensors -> tensors.remove("model.layers.1.self_attn.k_proj.weight")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("1 tensor missing")
                .hasMessageContaining("layers.1.self_attn.k_proj.weight");
    }

    @Test
    void namesTheTensorThatNobodyClaims() {
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> open(
                            "llama-3.1",
                            Variants.config("llama-3.1"),
                            UnaryOperator.identity(),
                            tensors -> tensors.put("rope_freqs.weight", Tensor.zeros(arena, DType.F32, 8))))
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining("rope_freqs.weight")
                    .hasMessageContaining("Llama");
        }
    }

    @Test
    void namesTheShapeThatDisagrees() {
        var config = Variants.config("llama-3.1", changed -> changed.put("intermediate_size", 100));
        assertThatThrownBy(() -> open("llama-3.1", config, UnaryOperator.identity(), AS_IT_IS))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("mlp.gate_proj.weight has the shape [")
                .hasMessageContaining("expected [100, ");
    }

    @Test
    void namesTheDtypeThatCannotBeMultiplied() {
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> open(
                            "llama-3.1",
                            Variants.config("llama-3.1"),
                            UnaryOperator.identity(),
                            tensors -> tensors.computeIfPresent(
                                    "model.norm.weight",
                                    (_, tensor) -> Tensor.zeros(arena, DType.I64, tensor.columns()))))
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining("model.norm.weight is I64, expected one of F32, F16, BF16, Q8_0, Q4_0");
        }
    }

    @Test
    void aWeightUnderTwoNamesIsRefused() {
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> open(
                            "llama-3.1",
                            Variants.config("llama-3.1"),
                            UnaryOperator.identity(),
                            tensors -> tensors.put("norm.weight", Tensor.zeros(arena, DType.F32, 8))))
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining("model.norm.weight and norm.weight");
        }
    }

    @Test
    void aTiedHeadThatIsStoredAllTheSameIsNoted() {
        var checkpoint = open("qwen-3", Variants.config("qwen-3"), UnaryOperator.identity(), tensors -> {
            var embedding = tensors.get("model.embed_tokens.weight");
            if (embedding != null) {
                tensors.put("lm_head.weight", embedding);
            }
        });
        assertThat(checkpoint.notes())
                .containsExactly("the output head's tensor is a copy of the embedding, with which the config ties it");
    }

    @Test
    void namesTheExpertThatIsMissing() {
        assertThatThrownBy(() -> open(
                        "qwen-3-moe",
                        Variants.config("qwen-3-moe"),
                        UnaryOperator.identity(),
                        tensors -> tensors.remove("model.layers.1.mlp.experts.5.up_proj.weight")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("1 tensor missing: layers.1.mlp.experts.5.up_proj.weight");
    }

    /** The same bytes with five bits of exponent: other numbers, the same factors. */
    @Test
    void fp8WithFiveBitsOfExponentIsWhatTheConfigSays() {
        var checkpoint = inFive("e5m2", FIVE_BITS);

        var matrix = checkpoint.weights().values().stream()
                .map(copies -> copies.getFirst())
                .filter(one -> one.dtype() == DType.F8_E5M2)
                .findFirst();
        assertThat(matrix).hasValueSatisfying(one -> assertThat(one.scales()).isPresent());
        assertThat(checkpoint.ledger().difference()).isZero();
        assertThatThrownBy(() -> inFive("e4m3", FIVE_BITS))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(" is F8_E5M2, expected one of F32, F16, BF16");
        assertThatThrownBy(() -> inFive("e3m4", AS_IT_IS))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("fmt")
                .hasMessageContaining("e4m3, e5m2");
    }

    private static final Consumer<Map<String, Tensor>> FIVE_BITS = tensors -> tensors.replaceAll((_, tensor) ->
            tensor.dtype() == DType.F8_E4M3 ? new Tensor(DType.F8_E5M2, tensor.shape(), tensor.data()) : tensor);

    @SuppressWarnings("unchecked")
    private Checkpoint inFive(String form, Consumer<Map<String, Tensor>> change) {
        var config = Variants.config(
                "deepseek-v3-fp8",
                all -> ((Map<String, Object>) Objects.requireNonNull(all.get("quantization_config"))).put("fmt", form));
        return open("deepseek-v3-fp8", config, UnaryOperator.identity(), change);
    }

    @Test
    void namesTheScaleThatIsMissing() {
        assertThatThrownBy(() -> open(
                        "deepseek-v3-fp8",
                        Variants.config("deepseek-v3-fp8"),
                        UnaryOperator.identity(),
                        tensors -> tensors.remove("model.layers.0.self_attn.q_a_proj.weight_scale_inv")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("self_attn.q_a_proj.weight is F8_E4M3")
                .hasMessageContaining("q_a_proj.weight_scale_inv");
    }

    @Test
    void namesTheScaleOfAWrongShape() {
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> open(
                            "deepseek-v3-fp8",
                            Variants.config("deepseek-v3-fp8"),
                            UnaryOperator.identity(),
                            tensors -> tensors.put(
                                    "model.layers.0.self_attn.o_proj.weight_scale_inv",
                                    Tensor.zeros(arena, DType.F32, 7, 7))))
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining("self_attn.o_proj.weight_scale_inv is F32 [7, 7], expected F32 [");
        }
    }

    @Test
    void refusesAQuantizationThatItDoesNotKnow() {
        var config = Variants.config(
                "deepseek-v3-fp8", changed -> changed.put("quantization_config", Map.of("quant_method", "gptq")));
        assertThatThrownBy(() -> open("deepseek-v3-fp8", config, UnaryOperator.identity(), AS_IT_IS))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(
                        "config.json: quantization_config: quant_method is \"gptq\": its weights are quantised by GPTQ, which");
    }

    @Test
    void causalMasksOfGpt2AreIgnored() {
        try (var arena = Arena.ofConfined()) {
            var checkpoint = open(
                    "gpt2",
                    Variants.config("gpt2"),
                    name -> name.replace("transformer.", ""),
                    tensors -> tensors.put("h.0.attn.bias", Tensor.zeros(arena, DType.F32, 1, 1, 4, 4)));
            assertThat(checkpoint.notes()).isEmpty();
        }
    }
}
