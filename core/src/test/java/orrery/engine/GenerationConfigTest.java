package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.format.FormatException;
import orrery.format.Metadata;

final class GenerationConfigTest {
    private static GenerationConfig of(Map<String, ?> values) {
        return GenerationConfig.of(Metadata.of("generation_config.json", values));
    }

    @Test
    void isGreedyWithoutAFile(@TempDir Path empty) {
        assertThat(GenerationConfig.read(empty)).isEqualTo(new GenerationConfig(Sampling.GREEDY, new TreeSet<>()));
    }

    @Test
    void readsTheDemoModels() {
        assertThat(GenerationConfig.read(Demo.MODEL).stopIds()).containsExactly(1, 5);
    }

    @Test
    void isGreedyUnlessItIsToldToSample() {
        assertThat(of(Map.of("temperature", 0.6, "top_p", 0.9)).sampling()).isEqualTo(Sampling.GREEDY);
        assertThat(of(Map.of("do_sample", false, "repetition_penalty", 1.1)).sampling())
                .isEqualTo(Sampling.GREEDY.withRepetitionPenalty(1.1));
    }

    @Test
    void samplesAsTheAuthorsSay() {
        var config = of(Map.of(
                "do_sample",
                true,
                "temperature",
                0.6,
                "top_k",
                20,
                "top_p",
                0.95,
                "min_p",
                0.01,
                "eos_token_id",
                9,
                "transformers_version",
                "4.51.0"));
        assertThat(config.sampling())
                .isEqualTo(Sampling.PLAIN
                        .withTemperature(0.6)
                        .withTopK(20)
                        .withTopP(0.95)
                        .withMinP(0.01));
        assertThat(config.stopIds()).containsExactly(9);
    }

    @Test
    void takesTheReferencesDefaultsForWhatIsMissing() {
        assertThat(of(Map.of("do_sample", true)).sampling()).isEqualTo(Sampling.PLAIN.withTopK(50));
    }

    @Test
    void takesTheWordsForNoLimitThatFilesHave() {
        var unlimited = Sampling.PLAIN;
        assertThat(of(Map.of("do_sample", true, "top_k", -1)).sampling()).isEqualTo(unlimited);
        assertThat(of(Map.of("do_sample", true, "top_k", 0, "top_p", 1.0)).sampling())
                .isEqualTo(unlimited);
        assertThat(of(Map.of("do_sample", false, "temperature", 0, "top_p", 0, "top_k", 0))
                        .sampling())
                .isEqualTo(Sampling.GREEDY);
        assertThat(of(Map.of("do_sample", true, "temperature", 0.0)).sampling().greedy())
                .isTrue();
        assertThat(of(Map.of("do_sample", true, "top_p", 0.0)).sampling()).isEqualTo(Sampling.PLAIN.withTopK(1));
        assertThat(GenerationConfig.ofGguf(gguf(Map.of("general.sampling.top_k", -1, "general.sampling.temp", 1.0)))
                        .sampling())
                .isEqualTo(unlimited);
    }

    @Test
    void namesTheFileAndTheKeyOfABadValue() {
        assertThatThrownBy(() -> of(Map.of("do_sample", true, "top_p", 1.5)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("generation_config.json: top_p is 1.5");
        assertThatThrownBy(() -> of(Map.of("do_sample", "yes")))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("do_sample");
        assertThatThrownBy(() -> of(Map.of("eos_token_id", List.of("a")))).isInstanceOf(FormatException.class);
    }

    private static Metadata gguf(Map<String, ?> more) {
        var values = new LinkedHashMap<String, Object>();
        values.put("tokenizer.ggml.tokens", List.of("<s>", "</s>", "<|im_end|>"));
        values.put("tokenizer.ggml.token_type", List.of(3, 3, 3));
        values.put("tokenizer.ggml.eos_token_id", 1);
        values.putAll(more);
        return Metadata.of("small.gguf", values);
    }

    @Test
    void isGreedyWithAGgufFileThatSaysNothing() {
        assertThat(GenerationConfig.ofGguf(gguf(Map.of())))
                .isEqualTo(new GenerationConfig(Sampling.GREEDY, new TreeSet<>(List.of(1, 2))));
    }

    @Test
    void samplesAsAGgufFileSays() {
        var config = GenerationConfig.ofGguf(gguf(Map.of(
                "general.sampling.temp", 0.6,
                "general.sampling.top_k", 20,
                "general.sampling.top_p", 0.95,
                "general.sampling.min_p", 0.01,
                "general.sampling.penalty_repeat", 1.05)));
        assertThat(config.sampling())
                .isEqualTo(Sampling.PLAIN
                        .withTemperature(0.6)
                        .withTopK(20)
                        .withTopP(0.95)
                        .withMinP(0.01)
                        .withRepetitionPenalty(1.05));
        assertThat(config.stopIds()).containsExactly(1, 2);
    }

    @Test
    void namesTheKeyOfABadValueInAGgufFile() {
        assertThatThrownBy(() -> GenerationConfig.ofGguf(gguf(Map.of("general.sampling.top_p", "much"))))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("small.gguf: general.sampling.top_p is \"much\"");
        assertThatThrownBy(() -> GenerationConfig.ofGguf(gguf(Map.of("general.sampling.top_p", 1.5))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("small.gguf: general.sampling: top_p is 1.5");
    }
}
