package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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
                "describe deepseek-v3 --context 4096 --batch 8",
                "describe gemma-3n-e4b",
                "describe ../demo-model",
                "compare gpt2 llama-3.1-8b",
                "compare ../demo-model deepseek-v3",
                "models gpt2",
                "tokens --model ../demo-model Hello",
                "curves gpt2",
                "curves gpt2 ../demo-model --what time --machine h200",
                "curves gpt2 --what flops",
                "bench --model ../demo-model --rounds 3 --warm-up 0 --tokens 6 --prompt 8",
                "bench --shape gpt2 --memory 100M --rounds 3 --warm-up 0 --tokens 6 --prompt 8",
                "figures --out DIR --only 2",
                "atlas --out DIR",
                "slice --model ../core/src/test/resources/goldens/gemma-3n --layers 0-3 --out DIR",
                "compare-logits ../demo-model ../demo-model --text TEXT --window 32",
                "quantize ../core/src/test/resources/goldens/llama-3.1 OUT --type f16",
                "look --model ../demo-model Hello",
                "verify ../core/src/test/resources/goldens/openai-gpt"
                        + " ../core/src/test/resources/goldens/openai-gpt/golden.safetensors",
                "perplexity --model ../demo-model --text TEXT --window 32"
            })
    void everyReportHasItsSchemaAndKeepsTheRules(String arguments) throws IOException {
        var text = Files.writeString(
                folder.resolve("text"), "A few words, because a report takes its form from any text. ".repeat(12));
        var words = arguments
                .replace("TEXT", text.toString())
                .replace("OUT", folder.resolve("out.gguf").toString())
                .replace("DIR", folder.resolve("dir").toString())
                .split(" ");

        var run = Cli.run(Stream.concat(Stream.of(words), Stream.of("--json")).toArray());

        assertThat(run.err()).doesNotContain("orrery: ");
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("{\"schema\":\"orrery/" + words[0] + "/")
                .hasLineCount(1);
        JsonRules.check(run.json());
    }

    @Test
    void everyAnswerOfAConversationHasTheSchemaOfChat() {
        var run = Cli.reading("Hello\nHello\n").start("chat", "--json", "-n", "2", "--model", Cli.DEMO);

        assertThat(run.out().lines()).hasSize(2).allSatisfy(line -> {
            assertThat(line).startsWith("{\"schema\":\"orrery/chat/2\",");
            JsonRules.check(JsonMapper.shared().readTree(line));
        });
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
                "look",
                "verify",
                "quantize",
                "compare-logits",
                "perplexity",
                "slice",
                "bench",
                "train",
                "lab"
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
        JsonRules.check(JsonMapper.shared().readTree(run.err()));
    }

    @Test
    void theWordAfterTwoHyphensAsksForNothing() {
        var run = Cli.run("run", "--model", folder.resolve("nowhere"), "--", "--json");

        assertThat(run.err()).startsWith("orrery: there is no model at ");
    }
}
