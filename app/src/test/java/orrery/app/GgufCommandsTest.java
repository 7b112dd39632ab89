package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;

/** Commands that are given a GGUF file. */
final class GgufCommandsTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve("words.gguf");
        GgufWriter.write(file, vocabulary(), new LinkedHashMap<>());
    }

    /** A SentencePiece vocabulary of bytes and two words, without a model. */
    private static GgufMetadata vocabulary() {
        var tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        var kinds = new ArrayList<>(List.of(2, 3, 3));
        for (int value = 0; value < 256; value++) {
            tokens.add(String.format("<0x%02X>", value));
            kinds.add(6);
        }
        for (String piece : List.of("▁", "n", "o", "w", "▁n", "ow", "no", "now", "▁now")) {
            tokens.add(piece);
            kinds.add(1);
        }
        var scores = new float[tokens.size()];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = -id;
        }
        return new GgufMetadata()
                .text("general.architecture", "llama")
                .text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", tokens)
                .integers(
                        "tokenizer.ggml.token_type",
                        kinds.stream().mapToInt(kind -> kind).toArray())
                .decimals("tokenizer.ggml.scores", scores)
                .count("tokenizer.ggml.bos_token_id", 1)
                .count("tokenizer.ggml.eos_token_id", 2)
                .text("tokenizer.chat_template", "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}");
    }

    /**
     * A file of a type that is only known by its size: as an F16 file says, with another number for the type of its
     * matrices.
     */
    @Test
    void describesAModelOfTypesThatCannotBeRunAndRunsItNot() throws Exception {
        var plain = folder.resolve("plain.gguf");
        Cli.run("quantize", Cli.DEMO, plain, "--type", "q8_0", "--quiet");
        var foreign = ForeignTypes.of(plain, folder.resolve("foreign.gguf"));

        var card = Cli.run("describe", foreign);

        assertThat(card.status()).as(card.err()).isZero();
        assertThat(card.out()).containsPattern("Q8_K +5,570,560 +6.06 MiB +43");
        assertThat(card.err())
                .contains("foreign.gguf can be described but not run: no kernel here computes with Q8_K (43 tensors)");
        var json = Cli.run("describe", foreign, "--json").json();
        assertThat(json.get("not_runnable").toString()).isEqualTo("[\"Q8_K\"]");
        assertThat(json.get("parameters"))
                .isEqualTo(Cli.run("describe", plain, "--json").json().get("parameters"));
        for (var command : List.of("run", "perplexity", "quantize")) {
            var run = switch (command) {
                case "run" -> Cli.run("run", "--model", foreign, "Hello");
                case "perplexity" -> Cli.reading("Hello you").start("perplexity", "--model", foreign, "--text", "-");
                default -> Cli.run("quantize", foreign, folder.resolve("again.gguf"), "--type", "q8_0");
            };
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err())
                    .startsWith("orrery: ")
                    .contains("foreign.gguf: tensor blk.0.attn_k.weight is Q8_K, and 42 more are of such types")
                    .hasLineCount(1);
        }
    }

    @Test
    void tokensSplitsByTheVocabularyInTheFile() {
        var run = Cli.run("tokens", "--model", file, "now now");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("now│ now\n").contains("267 267");
        assertThat(Cli.run("tokens", "--model", file, "--special", "--json", "now")
                        .json()
                        .at("/tokens/0/piece")
                        .stringValue())
                .isEqualTo("<s>");
    }

    @Test
    void tokensPutsAMessageIntoTheTemplateInTheFile() {
        var json =
                Cli.run("tokens", "--model", file, "--chat", "--json", "no</s>").json();

        var ids = json.at("/tokens").findValuesAsString("id");
        assertThat(ids).startsWith("1").endsWith("2");
        assertThat(ids.stream().filter("2"::equals)).hasSize(1);
    }

    @Test
    void aVocabularyWithoutWeightsIsRefused() {
        for (var command : List.of("run", "chat")) {
            var run = Cli.reading("x").start(command, "--model", file);

            assertThat(run.err()).startsWith("orrery: ").contains("words.gguf").hasLineCount(1);
            assertThat(run.status()).isEqualTo(1);
        }
    }

    @Test
    void sliceCutsDirectoriesOnly() {
        var run = Cli.run("slice", "--model", file, "--to", "E2B", "--out", folder.resolve("small"));

        assertThat(run.err())
                .contains("words.gguf is a GGUF file, and a slice of it can be run but not written; expected a model"
                        + " directory")
                .hasLineCount(1);
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aDamagedFileGivesOneLine() throws java.io.IOException {
        java.nio.file.Files.write(file, new byte[] {'G', 'G', 'U', 'F', 3, 0, 0, 0, 9});
        for (var command : List.of("tokens", "run", "describe")) {
            var run = command.equals("describe")
                    ? Cli.run(command, file)
                    : Cli.reading("x").start(command, "--model", file);

            assertThat(run.err()).startsWith("orrery: ").contains("words.gguf").hasLineCount(1);
            assertThat(run.status()).isEqualTo(1);
        }
    }
}
