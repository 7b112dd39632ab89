package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.app.terminal.Terminals;

final class CompareCommandTest {
    @TempDir
    private Path folder;

    @Test
    void comparesFiveModelsInEightyColumns() {
        var run = Cli.run(
                "compare", "deepseek-v3", "llama-3.1-405b", "gemma-3-27b", "olmo-2-7b", "mistral-small-3.1-24b");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(run.out())
                .contains("671,026,419,200", "27,009,346,304", "≠ layers", "How olmo-2-7b differs from deepseek-v3");
    }

    @Test
    void twoModelsStandInOneTable() {
        var run = Cli.run("compare", "gemma-3-27b", "mistral-small-3.1-24b");

        assertThat(run.out().lines().filter(line -> line.startsWith("≠ layers")))
                .singleElement()
                .satisfies(line -> assertThat(line).matches("≠ layers +62 +40"));
        assertThat(run.out()).contains("  positions  ");
    }

    @Test
    void leavesOutWhatIsAlike() {
        var run = Cli.run("compare", "gemma-3-27b", "mistral-small-3.1-24b", "--only-differences");

        assertThat(run.out()).contains("≠ layers").doesNotContain("positions");
    }

    @Test
    void tellsWhatIsBuiltDifferentlyAlone() {
        var run = Cli.run("compare", "llama-3-8b", "olmo-2-7b", "--differences", "structure");

        assertThat(run.out())
                .contains("QK-norm", "How olmo-2-7b differs from llama-3-8b")
                .doesNotContain("vocabulary", "in size: ", "feed-forward width");
        assertThat(Cli.run("compare", "llama-3-8b", "llama-3-70b", "--differences", "structure")
                        .out())
                .contains("llama-3-70b is built like llama-3-8b, except for numbers.");
        assertThat(Cli.run("compare", "llama-3-8b", "olmo-2-7b", "--differences", "all")
                        .out())
                .isEqualTo(Cli.run("compare", "llama-3-8b", "olmo-2-7b", "--only-differences")
                        .out());
    }

    @Test
    void widerMeansFewerTables() {
        var run = Cli.run(
                "compare",
                "deepseek-v3",
                "llama-3.1-405b",
                "gemma-3-27b",
                "olmo-2-7b",
                "mistral-small-3.1-24b",
                "--width",
                160);

        assertThat(run.out().lines().filter(line -> line.startsWith("≠ layers")))
                .hasSize(1);
        assertThat(run.out().lines()).anySatisfy(line -> assertThat(line).hasSizeGreaterThan(100));
    }

    @Test
    void coloursAreForTerminals() {
        var terminal = new Cli(Cli.reading("").input(), new Terminals(false, true, false));

        assertThat(terminal.start("compare", "gpt2", "gpt2-xl").out()).contains("\u001b[35m≠ layers");
        assertThat(Cli.run("compare", "gpt2", "gpt2-xl").out()).doesNotContain("\u001b");
    }

    @Test
    void writesJson() {
        var json = Cli.run("compare", "llama-3-8b", "olmo-2-7b", "--json").json();

        assertThat(json.at("/models/1/name").asString()).isEqualTo("olmo-2-7b");
        assertThat(json.at("/sections/0/rows/0/label").asString()).isEqualTo("layers");
        assertThat(json.at("/sections/0/rows/0/cells/1/number").asInt()).isEqualTo(32);
        assertThat(json.at("/differences/0/structure/2").asString())
                .startsWith("norms after, within the residual branch");
    }

    @Test
    void writesMarkdown() {
        var run = Cli.run("compare", "llama-3-8b", "olmo-2-7b", "--format", "markdown");

        assertThat(run.out()).startsWith("|  | llama-3-8b (Llama) | olmo-2-7b (OLMo 2) |\n| --- | --- | --- |\n");
    }

    @Test
    void aSingleCheckpointIsComparedWithItsNearestRelease() {
        var run = Cli.run("compare", Cli.GOLDENS.resolve("olmo-2-mha"));

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("How olmo-2-mha differs from olmo-2-");
    }

    @Test
    void aSingleReleaseIsComparedWithAnotherOne() {
        var run = Cli.run("compare", "mistral-7b-v0.3");

        assertThat(run.out()).contains("How mistral-7b-v0.3 differs from ").doesNotContain("built exactly like");
    }

    @Test
    void readsAConfigAndADirectory() throws Exception {
        var config = Files.copy(Cli.DEMO.resolve("config.json"), folder.resolve("config.json"));

        var run = Cli.run("compare", config, folder);

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains(" is built exactly like ");
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNearest() {
        var run = Cli.run("compare", "gemma-3-27b", "mistral-smal-3.1-24b");

        assertThat(run.status()).isEqualTo(Failures.FAILED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("\"mistral-smal-3.1-24b\"", "the nearest known are \"mistral-small-3.1-24b\"");
    }

    @Test
    void aConfigOfNoLanguageModelIsNamed() throws Exception {
        var config = folder.resolve("config.json");
        Files.writeString(config, "{\"model_type\": \"resnet\", \"num_channels\": 3}");

        var run = Cli.run("compare", "gpt2", config);

        assertThat(run.status()).isEqualTo(Failures.FAILED);
        assertThat(run.err())
                .contains(
                        config.toString(),
                        "model_type \"resnet\" is an unknown architecture; known are GPT-1 and 2 (gpt2, openai-gpt), Llama");
    }

    @Test
    void contradictorySizesAreNamed() throws Exception {
        var config = folder.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(Cli.GOLDENS.resolve("llama-3.1").resolve("config.json"))
                        .replaceFirst("\"num_key_value_heads\": *\\d+", "\"num_key_value_heads\": 3"));

        var run = Cli.run("compare", "gpt2", config);

        assertThat(run.status()).isEqualTo(Failures.FAILED);
        assertThat(run.err()).contains("query heads do not divide into 3 KV heads");
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThat(Cli.run("compare", "gpt2", "--width", 10).err()).contains("--width is 10, expected 40 to 1000");
        assertThat(Cli.run("compare", "gpt2", "--json", "--format", "markdown").status())
                .isEqualTo(Failures.USAGE);
        assertThat(Cli.run("compare").status()).isEqualTo(Failures.USAGE);
    }
}
