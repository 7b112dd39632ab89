package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.app.terminal.Terminals;
import orrery.format.Metadata;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LookCommandTest {
    private static final String QUESTION = "Which attention does DeepSeek V3 use?";
    private static final Path DEEPSEEK = Path.of("..", "demo-models", "deepseek", "deepseek.gguf");
    private static final Path COMMITTED = Path.of("..", "core", "src", "main", "resources", "orrery", "atlas", "look");

    @TempDir
    private Path folder;

    private static Cli.Run look(Object... arguments) {
        var all = new ArrayList<Object>(List.of("look", "--model", Cli.DEMO));
        all.addAll(List.of(arguments));
        return Cli.run(all.toArray());
    }

    @Test
    void showsTheNextTokenTheLensAndALinePerLayerInEightyColumns() {
        var run = look("--chat", QUESTION);

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("demo-model, 19 tokens\n0 \"<bos>\", 1 \"<start_of_turn>\"")
                .containsSubsequence(
                        "Next token",
                        "\"DeepSeek\"            100.0 %",
                        "Logit lens: \"DeepSeek\" after each layer",
                        "embedding",
                        "layer 5      100.0 %",
                        "Attention of the last token, average over each layer's heads",
                        "sliding window of 64 tokens; hides nothing of this text",
                        "layer 4     |",
                        "full attention",
                        "layer 5     |",
                        "differ from the kernels' by")
                .doesNotContain("\u001b");
        assertThat(run.out().lines())
                .allSatisfy(line ->
                        assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(80));
    }

    @Test
    void aLayerShowsItsHeadsAndAHeadEveryToken() {
        var heads = look("--chat", QUESTION, "--layer", "4").out();
        assertThat(heads)
                .contains("head 0      |", "head 1      |", "head 3      |", "90.9 % 8 \" DeepSeek\"")
                .doesNotContain("Next token", "layer 5");

        var map = look("--chat", QUESTION, "--layer", "4", "--head", "1").out();
        assertThat(map)
                .contains("Attention of layer 4, head 1")
                .contains("  0 \"<bos>\"           |█                  | 100.0 % 0 \"<bos>\"")
                .contains(" 18 \"⏎\"               |  ░     █░         | 90.9 % 8 \" DeepSeek\"");

        var across = look("--chat", QUESTION, "--head", "2").out();
        assertThat(across).contains("0, head 2", "5, head 2").doesNotContain("head 1");
    }

    @Test
    void colours() {
        var run = new Cli(new ByteArrayInputStream(new byte[0]), new Terminals(false, true, true))
                .start("look", "--model", Cli.DEMO, "Hello");

        assertThat(run.out()).contains("\u001b[1mNext token\u001b[0m");
    }

    @Test
    void isOneObjectWithTheWholeLook() {
        var run = look("--chat", QUESTION, "--json", "--top", "2");

        assertThat(run.out()).hasLineCount(1).startsWith("{\"schema\":\"orrery/look/1\",\"model\":{\"name\":");
        var json = run.json();
        assertThat(json.get("text").asString()).isEqualTo(QUESTION);
        assertThat(json.get("chat").asBoolean()).isTrue();
        assertThat(json.get("tokens")).hasSize(19);
        assertThat(json.get("next")).hasSize(2);
        assertThat(json.at("/next/0/text").asString()).isEqualTo("DeepSeek");
        assertThat(json.get("lens")).hasSize(7);
        assertThat(json.at("/lens/6/top")).isEqualTo(json.get("next"));
        assertThat(json.at("/lens/6/final_probability")).isEqualTo(json.at("/next/0/probability"));
        assertThat(json.get("layers")).hasSize(6);
        assertThat(json.at("/layers/0/reach").asString()).isEqualTo("window");
        assertThat(json.at("/layers/0/reach_tokens").asInt()).isEqualTo(64);
        assertThat(json.at("/layers/5/reach").asString()).isEqualTo("full");
        for (JsonNode layer : json.get("layers")) {
            assertThat(layer.get("heads")).hasSize(4);
            assertThat(layer.get("largest_difference").asDouble()).isLessThan(1e-5);
            for (JsonNode head : layer.get("heads")) {
                assertThat(head.get("weights")).hasSize(19);
                double sum = 0;
                for (JsonNode weight : head.get("weights").get(18)) {
                    sum += weight.asDouble();
                }
                assertThat(sum).isCloseTo(1, within(1e-5));
            }
        }
    }

    @Test
    void hidesWhatIsOutsideOfTheWindowOfALongerText() {
        var json = look("--json", "--layer", "0", "--head", "0", "page ".repeat(45))
                .json();

        int tokens = json.get("tokens").size();
        assertThat(tokens).isGreaterThan(64);
        assertThat(json.at("/layers/0/first_seen/" + (tokens - 1)).asInt()).isEqualTo(tokens - 64);
        assertThat(json.at("/layers/0/heads/0/weights/" + (tokens - 1))).hasSize(64);
        assertThat(look("--layer", "0", "page ".repeat(45)).out())
                .contains("hides ", "from the last token, tokens 0 to " + (tokens - 65), "|·");
    }

    @Test
    void drawsIntoAFileThatIsOnlyReplacedWhenAsked() throws IOException {
        var file = folder.resolve("look.svg");

        var run = look("Hello", "--svg", file);

        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("look.svg holds the drawing");
        assertThat(Files.readString(file)).startsWith("<svg ").contains("Inside demo-model", ">head 3<");
        var again = look("Hello", "--svg", file);
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("exists already; --force replaces it");
        assertThat(look("Hello", "--svg", file, "--force").status()).isZero();
    }

    @Test
    void readsTheTextFromStandardInput() {
        var run = Cli.reading("Hello").start("look", "--model", Cli.DEMO, "--json");

        assertThat(run.json().get("text").asString()).isEqualTo("Hello");
        assertThat(run.json().get("tokens").size())
                .isEqualTo(look("Hello", "--json").json().get("tokens").size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--layer 6|1|there is no layer 6 in demo-model, expected 0 to 5",
                "--head 4|1|there is no head 4 in demo-model, expected 0 to 3",
                "--layer 0 --head -1|1|there is no head -1 in layer 0 of demo-model, expected 0 to 3",
                "--top 0|2|--top is 0, expected 1 or more",
                "--layer x|2|"
            })
    void refusesWhatDoesNotExist(String line) {
        String[] parts = line.split("\\|", -1);

        var run = look((Object[]) ("Hello " + parts[0]).split(" "));

        assertThat(run.status()).isEqualTo(Integer.parseInt(parts[1]));
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(parts[2]);
    }

    @Test
    void refusesAnEmptyTextAndOneThatIsTooLong() {
        assertThat(look("")).satisfies(run -> {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("the text is empty");
        });
        assertThat(look("page ".repeat(300))).satisfies(run -> {
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).matches("orrery: the text has [0-9]+ tokens, expected at most 128.*\n");
        });
    }

    /**
     * If this fails because a model has changed: the file is what {@code orrery look --kernels scalar --json} prints
     * for its text and options, without the model's path.
     */
    @ParameterizedTest
    @ValueSource(strings = {"demo.json", "window.json", "deepseek.json"})
    void theAtlasShowsWhatTheCommandPrints(String name) {
        var file = COMMITTED.resolve(name);
        var committed = Metadata.readJson(file);
        var arguments = new ArrayList<Object>(
                List.of("look", "--json", "--kernels", "scalar", "--chat", committed.text("text")));
        if (name.equals("window.json")) {
            arguments.addAll(List.of("--layer", "4,5", "--head", "1"));
        }
        boolean deepSeek = name.equals("deepseek.json");
        arguments.addAll(List.of("--model", deepSeek ? DEEPSEEK : Cli.DEMO));

        var run = Cli.run(arguments.toArray());

        assertThat(run.status()).as(run.err()).isZero();
        same("", run.json(), JsonMapper.shared().readTree(file));
        assertThat(committed.requireChild("model").has("path")).isFalse();
    }

    /** The same values, numbers within 2e-3; how far the weights are from the kernels may differ. */
    private static void same(String at, JsonNode printed, JsonNode expected) {
        if (at.endsWith("/path") || at.endsWith("difference")) {
            return;
        }
        if (expected.isNumber()) {
            assertThat(printed.asDouble()).as(at).isCloseTo(expected.asDouble(), within(2e-3));
        } else if (expected.isObject()) {
            expected.properties()
                    .forEach(entry -> same(at + "/" + entry.getKey(), printed.path(entry.getKey()), entry.getValue()));
        } else if (expected.isArray()) {
            assertThat(printed.size()).as(at).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                same(at + "/" + i, printed.get(i), expected.get(i));
            }
        } else {
            assertThat(printed).as(at).isEqualTo(expected);
        }
    }
}
