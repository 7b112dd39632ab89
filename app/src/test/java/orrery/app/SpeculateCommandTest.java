package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.engine.ExpertUse;

/** Guesses, experts and their copies on the command line, with the tiny checkpoint that has them. */
final class SpeculateCommandTest {
    @TempDir
    static Path model;

    @BeforeAll
    static void make() throws IOException {
        var golden = Cli.GOLDENS.resolve("deepseek-v3-mtp");
        for (var name : List.of("config.json", "generation_config.json", "model.safetensors")) {
            Files.copy(golden.resolve(name), model.resolve(name));
        }
        // Every id of it must lie in the checkpoint's vocabulary of 320: a tokenizer of bytes.
        var vocabulary = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            vocabulary.append(i == 0 ? "" : ", ").append(String.format("\"<0x%02X>\": %d", i, i));
        }
        Files.writeString(model.resolve("tokenizer.json"), """
                {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
                 "pre_tokenizer": null, "post_processor": null,
                 "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
                 "model": {"type": "BPE", "dropout": null, "unk_token": null, "byte_fallback": true, "fuse_unk": false,
                           "vocab": {%s}, "merges": []}}
                """.formatted(vocabulary));
        Files.writeString(model.resolve("tokenizer_config.json"), "{}");
    }

    private static Cli.Run run(Object... more) {
        var all = new java.util.ArrayList<Object>(
                List.of("run", "--model", model, "--raw", "--temperature", "0", "-n", "40", "--context", "128", "abc"));
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }

    @Test
    void saysHowManyGuessesWereRightAndKeepsTheText() {
        var plain = run();
        var guessing = run("--speculate", "mtp");

        assertThat(guessing.status()).as(guessing.err()).isZero();
        assertThat(guessing.out()).isEqualTo(plain.out());
        assertThat(guessing.err()).containsPattern(" · \\d+ of \\d+ draft tokens accepted \\(\\d+ %\\)");
        assertThat(plain.err()).doesNotContain("draft");
    }

    @Test
    void givesTheCountsToPrograms() {
        var json = run("--speculate", "mtp", "--stats", "--json").json();

        int drafted = json.at("/usage/drafted_tokens").asInt();
        int answer = json.at("/usage/completion_tokens").asInt();
        assertThat(drafted).isBetween((answer - 1) / 2, answer - 1);
        assertThat(json.at("/usage/accepted_tokens").asInt()).isBetween(0, drafted);
        var layers = json.at("/experts/layers");
        assertThat(layers).hasSize(3);
        assertThat(layers.get(2).get("layer").asInt()).isEqualTo(3);
        assertThat(layers.get(0).get("counts")).hasSize(8);
        assertThat(run("--json").json().at("/usage/drafted_tokens").asInt()).isZero();
        assertThat(run("--json").json().has("experts")).isFalse();
    }

    @Test
    void drawsWhichExpertsWereUsed() {
        var run = run("--stats", "--experts-in-memory", "3");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("copies of experts ", "experts used, 3 of 8 per token", "layer   1 |", "layer   2 |")
                .containsPattern("\\d of 8, balance 0\\.\\d\\d; \\d \\d+\\.\\d %");
        assertThat(run.out()).isEqualTo(run().out());
    }

    @Test
    void refusesWhatTheModelDoesNotHave() {
        var run = Cli.run("run", "--model", Cli.DEMO, "--speculate", "mtp", "Hello");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("speculate is mtp, but demo-model").hasLineCount(1);
        run = Cli.run("run", "--model", Cli.DEMO, "--experts-in-memory", "2", "Hello");
        assertThat(run.err()).contains("demo-model has no experts").hasLineCount(1);
        run = Cli.run("run", "--model", Cli.DEMO, "--speculate", "luck", "Hello");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("speculate is \"luck\", expected one of none, mtp");
        run = Cli.run("run", "--model", Cli.DEMO, "--stats", "-n", "1", "Hello");
        assertThat(run.err()).contains("experts: this model has none");
    }

    @Test
    void foldsNeighboursIntoOneBarAndShowsAnyUse() {
        assertThat(ExpertChart.folded(256, 60)).isEqualTo(5);
        assertThat(ExpertChart.folded(8, 60)).isEqualTo(1);
        assertThat(ExpertChart.bars(new long[] {800, 1, 0, 400, 0}, 1)).isEqualTo("█▁ ▄ ");
        assertThat(ExpertChart.bars(new long[] {1, 1, 0, 0, 1}, 2)).isEqualTo("█ ▄");
        assertThat(ExpertChart.bars(new long[3], 2)).isEqualTo("  ");
        var layer = new ExpertUse.Layer(3, 8, new long[256]);
        layer.counts()[255] = 7;
        var lines = ExpertChart.lines(new ExpertUse(List.of(layer)), 100);
        assertThat(lines).hasSize(2).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(lines.getLast()).endsWith("█|  1 of 256, balance 0.00; 255 100.0 %");
    }
}
