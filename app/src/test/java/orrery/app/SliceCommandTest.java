package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Smaller models out of the golden Gemma 3n, through the command line. */
final class SliceCommandTest {
    private static final Path WHOLE = Cli.GOLDENS.resolve("gemma-3n");

    @TempDir
    private Path folder;

    @Test
    void writesAModelThatDescribesItselfAndVerifiesLikeTheUnwrittenOne() {
        var small = folder.resolve("small");

        var run = Cli.run("slice", "--model", WHOLE, "--layers", "0,2-4,6-7", "--ffn", "60", "--out", small);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("small holds 6 of 8 layers, ", " effective)", "copied: generation_config.json");
        assertThat(run.err()).isEmpty();
        assertThat(total(Cli.run("describe", small, "--json").json()))
                .isEqualTo(total(Cli.run("describe", WHOLE, "--json", "--slice", "layers=0,2-4,6-7;ffn=60")
                        .json()));
        // Far from the whole model's recording, and in the same way.
        var golden = WHOLE.resolve("golden.safetensors");
        var written = Cli.run("verify", small, golden, "--json");
        var unwritten = Cli.run("verify", WHOLE, golden, "--json", "--slice", "layers=0,2-4,6-7;ffn=60");
        assertThat(written.status()).isEqualTo(1);
        assertThat(written.json().get("logits")).isEqualTo(unwritten.json().get("logits"));
    }

    private static long total(JsonNode card) {
        return card.at("/parameters/total").asLong();
    }

    @Test
    void givesOneJsonObject() {
        var json = Cli.run("slice", "-m", WHOLE, "--layers", "0-5", "-o", folder.resolve("small"), "--json")
                .json();

        assertThat(json.get("layers")).hasSize(6);
        assertThat(json.get("intermediate_size").get(0).asInt()).isEqualTo(128);
        var stored =
                Cli.run("describe", folder.resolve("small"), "--json").json().at("/stored_weights/0");
        assertThat(json.get("bytes")).isEqualTo(stored.get("bytes"));
        assertThat(json.get("left_out")).hasSize(1);
        assertThat(json.get("left_out").get(0).asString())
                .isEqualTo("golden.safetensors is not read: model.safetensors holds the weights");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gemma-3n | --to E2B | E2B is cut from Gemma 3n E4B",
                "gemma-3n | --layers 0-3,5 | leaves out layer 4, whose keys and values the kept layers 5 read",
                "gemma-3n | --ffn 129 | wants a feed-forward of 129 in layer 0, which has only 128",
                "llama-3.1 | --ffn 8 | llama-3.1 has no slices",
            })
    void anInvalidSliceIsOneLineAndLeavesNothing(String golden, String arguments, String message) throws Exception {
        var split = arguments.split(" ");

        var run =
                Cli.run("slice", "-m", Cli.GOLDENS.resolve(golden), "-o", folder.resolve("small"), split[0], split[1]);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("orrery: ").contains(message).hasLineCount(1);
        assertThat(run.out()).isEmpty();
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void replacesOnlyByForce() {
        var small = folder.resolve("small");
        Cli.run("slice", "-m", WHOLE, "--ffn", "9", "-o", small);

        var refused = Cli.run("slice", "-m", WHOLE, "--ffn", "8", "-o", small);
        var forced = Cli.run("slice", "-m", WHOLE, "--ffn", "8", "-o", small, "--force", "--quiet");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("small exists already; --force replaces a model");
        assertThat(forced.status()).isZero();
        assertThat(forced.out()).isEmpty();
        assertThat(Cli.run("describe", small).out()).contains("8");
    }

    @Test
    void theCardNamesTheModelsWithin() {
        var card = Cli.run("describe", "gemma-3n-e4b").out();

        assertThat(card)
                .contains("Smaller models within (MatFormer)")
                .contains("30 layers, width 8,192: 4.46B parameters, 1.91B effective")
                .contains("in between ", "layers=0-19,25-34;ffn=12288")
                .contains("3,980,491,248 parameters, without the token and per-layer")
                .contains("2,348,810,240 of per-layer embeddings");
        var json = Cli.run("describe", "gemma-3n-e4b", "--json").json();
        assertThat(json.at("/nested_models/0/parameters").asLong()).isEqualTo(4_456_156_768L);
        assertThat(json.at("/fast_memory/per_layer_embedding_elements_per_token")
                        .asInt())
                .isEqualTo(8960);
        assertThat(Cli.run("describe", "gemma-3n-e2b").out())
                .contains("Fast memory")
                .doesNotContain("Smaller models within");
        assertThat(Cli.run("describe", "gemma-3-4b").out()).doesNotContain("Fast memory");
    }
}
