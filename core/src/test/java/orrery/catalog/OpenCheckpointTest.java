package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.format.FormatException;

class OpenCheckpointTest {
    private static final String GPT2 = """
            {"model_type": "gpt2", "vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": %d, "n_head": 12,
             "activation_function": "gelu_new", "layer_norm_epsilon": 1e-05}
            """;

    @TempDir
    Path folder;

    @Test
    void aConfigAloneOfAReleaseNamesThePageThatHasTheWeights() throws IOException {
        Files.writeString(folder.resolve("config.json"), GPT2.formatted(12));

        assertThatThrownBy(() -> OpenCheckpoint.open(folder))
                .isInstanceOf(CatalogException.class)
                .hasMessage(folder + " holds no weights; its config.json is that of gpt2, whose weights are at"
                        + " https://huggingface.co/openai-community/gpt2");
    }

    @Test
    void aConfigAloneOfAnythingElseSaysWhatIsExpected() throws IOException {
        Files.writeString(folder.resolve("config.json"), GPT2.formatted(11));

        assertThatThrownBy(() -> OpenCheckpoint.open(folder))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("holds no weights, expected model.safetensors");
    }
}
