package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompareLogitsCommandTest {
    private static final String TEXT =
            "RoPE turns each pair of query and key values by an angle that grows with the position. ".repeat(4);

    @TempDir
    private Path folder;

    private Path text() throws Exception {
        return Files.writeString(folder.resolve("text.txt"), TEXT);
    }

    /** The demo model with a word of one of its files replaced. */
    private Path changed(String name, String file, String word, String by) throws Exception {
        var copy = Files.createDirectory(folder.resolve(name));
        for (var one : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(Cli.DEMO.resolve(one), copy.resolve(one));
        }
        String content = Files.readString(copy.resolve(file));
        assertThat(content).contains(word);
        Files.writeString(copy.resolve(file), content.replace(word, by));
        return copy;
    }

    @Test
    void aModelsDistanceFromItselfIsZero() throws Exception {
        var json = Cli.run("compare-logits", Cli.DEMO, Cli.DEMO, "--text", text(), "--json", "--window", "40")
                .json();
        assertThat(json.get("mean_kl_divergence").asDouble()).isZero();
        assertThat(json.get("largest_kl_divergence").asDouble()).isZero();
        assertThat(json.get("largest_difference").asDouble()).isZero();
        assertThat(json.get("same_argmax_share").asDouble()).isEqualTo(1);
        assertThat(json.get("windows").asInt()).isGreaterThan(1);
        assertThat(json.at("/perplexities/0").asDouble())
                .isEqualTo(json.at("/perplexities/1").asDouble());
        assertThat(json.get("positions").asInt()).isEqualTo(json.get("tokens").asInt());
    }

    @Test
    void saysHowFarAModelWithAnotherScaleIs() throws Exception {
        var other = changed("other", "config.json", "\"query_pre_attn_scalar\": 64", "\"query_pre_attn_scalar\": 48");

        var json = Cli.run("compare-logits", Cli.DEMO, other, "--text", text(), "--json")
                .json();

        double mean = json.get("mean_kl_divergence").asDouble();
        assertThat(mean).isPositive();
        assertThat(json.get("largest_kl_divergence").asDouble()).isGreaterThan(mean);
        assertThat(json.get("same_argmax_share").asDouble()).isBetween(0.3, 0.9999);
        for (int side = 0; side < 2; side++) {
            double own = Cli.run("perplexity", "--model", side == 0 ? Cli.DEMO : other, "--text", text(), "--json")
                    .json()
                    .get("perplexity")
                    .asDouble();
            assertThat(json.get("perplexities").get(side).asDouble()).isCloseTo(own, within(1e-6 * own));
        }
        var shown = Cli.run("compare-logits", Cli.DEMO, other, "--text", text());
        assertThat(shown.out()).contains("KL divergence  mean ", "likeliest      the same at ", "perplexity of B ");
    }

    @Test
    void refusesModelsWithOtherVocabularies() throws Exception {
        var other = changed("other", "tokenizer.json", "[\"▁\", \"t\"], ", "");
        fails(
                "the vocabularies differ: " + Cli.DEMO + " and " + other
                        + " split the text into the same tokens only up to token ",
                Cli.DEMO,
                other);
        var larger = changed("larger", "config.json", "\"vocab_size\": 4096", "\"vocab_size\": 4097");
        fails("expected [4097, 256]", Cli.DEMO, larger);
    }

    @Test
    void saysWhichModelDoesNotExist() throws Exception {
        var missing = folder.resolve("missing");
        fails("there is no model at " + missing, Cli.DEMO, missing);
        fails("there is no model at " + missing, missing, Cli.DEMO);
    }

    private void fails(String message, Path one, Path other) throws Exception {
        var run = Cli.run("compare-logits", one, other, "--text", text());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains(message).hasLineCount(1);
    }
}
