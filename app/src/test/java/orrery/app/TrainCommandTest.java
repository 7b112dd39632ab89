package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class TrainCommandTest {
    private static final String CONFIG = """
            {"model_type": "qwen3", "vocab_size": 257, "hidden_size": 16, "intermediate_size": 24,
             "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8,
             "max_position_embeddings": 64, "tie_word_embeddings": true}
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("config.json"), CONFIG);
        Files.writeString(folder.resolve("text.txt"), "abcdefgh".repeat(60));
    }

    /** The usual run, with other options: a name and its value, or a name alone. */
    private Cli.Run train(String... more) {
        var options = new LinkedHashMap<String, String>();
        options.put("--out", folder.resolve("out").toString());
        options.put("--steps", "40");
        options.put("--batch", "4");
        options.put("--context", "16");
        options.put("--lr", "0.03");
        options.put("--every", "20");
        options.put("--threads", "1");
        for (String option : more) {
            var parts = option.split(" ", 2);
            options.put(parts[0], parts.length == 1 ? "" : parts[1]);
        }
        var arguments =
                new ArrayList<Object>(List.of("train", folder.resolve("config.json"), folder.resolve("text.txt")));
        options.forEach((name, value) -> arguments.addAll(value.isEmpty() ? List.of(name) : List.of(name, value)));
        return Cli.run(arguments.toArray());
    }

    @Test
    void trainsOnTheTextThatComesWithTheProgram() {
        var run = Cli.run(
                "train",
                folder.resolve("config.json"),
                "jargon",
                "--out",
                folder.resolve("out"),
                "--steps",
                "1",
                "--batch",
                "1",
                "--context",
                "8",
                "--validation",
                "0",
                "--threads",
                "1");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("1,417,300 tokens to train on");
    }

    @Test
    void writesAModelThatEveryOtherCommandTakes() throws Exception {
        var run = train();

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        var lines = run.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("6,096 parameters, 432 tokens to train on, 48 held back for validation");
        assertThat(lines.get(1))
                .startsWith("40 steps of 4 x 16 tokens by adamw, ")
                .endsWith(" kernels");
        assertThat(lines)
                .anyMatch(line -> line.matches(
                        "step 10/40  loss \\d\\.\\d{4}  gradient .*  largest logit .*" + "  rate .*  [\\d,]+ tokens/s"))
                .anyMatch(line -> line.matches("step 40/40  validation loss .*; by the tokens that a prediction sees:"
                        + " 1: .*, 2-3: .*, 4-7: .*, 8-15: .*, 16: .*"));
        var out = folder.resolve("out");
        assertThat(run.out())
                .endsWith(out + " holds the model after 40 steps: orrery run --model " + out + " \"…\""
                        + System.lineSeparator());

        assertThat(Cli.run("run", "--quiet", "--model", out, "-n", 8, "abc")
                        .out()
                        .strip())
                .isEqualTo("defghabc");
        assertThat(Cli.run("describe", out, "--json")
                        .json()
                        .at("/parameters/total")
                        .asLong())
                .isEqualTo(6096);
        var measured =
                Cli.run("perplexity", "--model", out, "--text", folder.resolve("text.txt"), "--window", 16, "--json");
        assertThat(measured.json().get("perplexity").asDouble()).isLessThan(2);
        var gguf = folder.resolve("model.gguf");
        assertThat(Cli.run("quantize", out, gguf, "--type", "f16").status()).isZero();
        assertThat(Cli.run("run", "--quiet", "--model", gguf, "-n", 8, "abc")
                        .out()
                        .strip())
                .isEqualTo("defghabc");
    }

    @Test
    void theLinesAreThereForPrograms() {
        var run = train("--json", "--log 20");

        assertThat(run.err()).isEmpty();
        var reports = run.out().lines().map(JsonMapper.shared()::readTree).toList();
        assertThat(reports).hasSize(5).allSatisfy(JsonRules::check);
        assertThat(reports.get(0).propertyNames())
                .containsExactly(
                        "schema",
                        "step",
                        "loss",
                        "gradient_norm",
                        "largest_attention_logit",
                        "learning_rate",
                        "tokens",
                        "tokens_per_second");
        assertThat(reports.get(1).get("validation_tokens").asInt()).isEqualTo(32);
        assertThat(reports.get(4).get("parameters").asInt()).isEqualTo(6096);
    }

    @Test
    void anotherModelsTokenizerIsCopied() throws Exception {
        Files.writeString(folder.resolve("config.json"), CONFIG.replace("257", "4096"));
        Files.writeString(folder.resolve("text.txt"), "Which attention does DeepSeek V3 use? ".repeat(30));

        var run = train("--tokenizer " + Cli.DEMO, "--steps 2");

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        var words = List.of("tokens", "--model", folder.resolve("out"), "DeepSeek V3", "--json");
        assertThat(Cli.run(words.toArray()).json().get("tokens")).hasSizeLessThan(10);
    }

    @Test
    void aRunGoesOnWhereItStopped() throws Exception {
        train("--quiet");
        var log = Files.readString(folder.resolve("out").resolve("loss.jsonl"));

        var again = train("--resume");

        assertThat(again.status()).isZero();
        assertThat(again.out()).contains("from step 40 on, of 40 steps").doesNotContain("tokens/s");
        assertThat(folder.resolve("out").resolve("loss.jsonl")).hasContent(log);
        assertThat(log.lines()).hasSize(42);
    }

    @Test
    void saysWhatIsWrongInOneLine() throws Exception {
        fails(2, "--steps is 0, expected 1 or more (orrery train --help)", "--steps 0");
        fails(2, "--optimizer is \"sgd\", expected adamw or muon (orrery train --help)", "--optimizer sgd");
        fails(2, "--log is 0, expected 1 or more (orrery train --help)", "--log 0");
        fails(1, "context is 65, expected at most 64, the positions that", "--context 65");
        fails(1, "vocab_size is 257, expected 4096 or more for the tokenizer in", "--tokenizer " + Cli.DEMO);
        fails(1, "holds no training.state, expected the output of a run to go on with", "--resume");
        Files.writeString(folder.resolve("text.txt"), "");
        fails(1, "text.txt is empty, expected a text to train on");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private void fails(int status, String message, String... more) {
        var run = train(more);
        assertThat(run.err()).startsWith("orrery: ").contains(message).hasLineCount(1);
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
    }
}
