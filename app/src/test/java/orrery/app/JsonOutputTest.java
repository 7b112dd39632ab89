package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What {@code --json} promises for every command: a schema in what it prints, and errors as objects. */
final class JsonOutputTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run -n 2 --model ../demo-model Hello",
                "describe gpt2",
                "compare gpt2 llama-3.1-8b",
                "models gpt2",
                "tokens --model ../demo-model Hello",
                "curves gpt2",
                "quantize ../core/src/test/resources/goldens/llama-3.1 OUT --type f16",
                "verify ../core/src/test/resources/goldens/openai-gpt"
                        + " ../core/src/test/resources/goldens/openai-gpt/golden.safetensors",
                "perplexity --model ../demo-model --text ../LICENSE --window 32"
            })
    void everyReportBeginsWithItsSchema(String arguments) {
        var words =
                arguments.replace("OUT", folder.resolve("out.gguf").toString()).split(" ");

        var run = Cli.run(Stream.concat(Stream.of(words), Stream.of("--json")).toArray());

        assertThat(run.err()).doesNotContain("orrery: ");
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("{\"schema\":\"orrery/" + words[0] + "/1\",")
                .hasLineCount(1);
    }

    @Test
    void everyAnswerOfAConversationHasTheSchemaOfChat() {
        var run = Cli.reading("Hello\nHello\n").start("chat", "--json", "-n", "2", "--model", Cli.DEMO);

        assertThat(run.out().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("{\"schema\":\"orrery/chat/1\","));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "chat",
                "describe",
                "compare",
                "curves",
                "atlas",
                "figures",
                "models",
                "tokens",
                "verify",
                "quantize",
                "compare-logits",
                "perplexity",
                "slice",
                "bench"
            })
    void aCommandLineThatMakesNoSenseIsAnObjectOnStandardError(String command) {
        var run = Cli.run(command, "--json", "--xyzzy");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasLineCount(1);
        var error = JsonMapper.shared().readTree(run.err());
        assertThat(error.get("schema").asString()).isEqualTo("orrery/error/1");
        assertThat(error.get("error").get("status").asInt()).isEqualTo(2);
        assertThat(error.get("error").get("message").asString()).endsWith(" (orrery " + command + " --help)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --model NOWHERE x", "describe NOWHERE", "bench --model NOWHERE"})
    void whatFailsIsAnObjectOnStandardError(String arguments) {
        var nowhere = folder.resolve("no \"where\"");
        var words = Stream.of(arguments.split(" ")).map(word -> word.equals("NOWHERE") ? nowhere.toString() : word);

        var run = Cli.run(Stream.concat(words, Stream.of("--json")).toArray());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        var error = JsonMapper.shared().readTree(run.err()).get("error");
        assertThat(error.get("status").asInt()).isEqualTo(1);
        assertThat(error.get("message").asString()).contains(nowhere.toString());
    }

    @Test
    void theWordAfterTwoHyphensAsksForNothing() {
        var run = Cli.run("run", "--model", folder.resolve("nowhere"), "--", "--json");

        assertThat(run.err()).startsWith("orrery: there is no model at ");
    }
}
