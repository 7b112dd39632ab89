package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.convert.Quantization;

final class QuantizeCommandTest {
    @TempDir
    private Path folder;

    private List<String> left() throws Exception {
        try (var entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void writesAModelThatAnswersAndSaysWhatItMadeOfIt() throws Exception {
        var out = folder.resolve("demo-q4.gguf");

        var run = Cli.run("quantize", Cli.DEMO, out, "--type", "Q4_K_M");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "type      tensors            weights        bytes",
                        "Q4_K           38          4,096,000     2.20 MiB")
                .endsWith("demo-q4.gguf: 3.53 MiB, 5.30 bits per weight; 10.6 MiB before" + System.lineSeparator());
        assertThat(run.err())
                .startsWith("orrery: note: the tokenizer lists 3741 of 5952 ways")
                .hasLineCount(1);
        var question = "Which attention does DeepSeek V3 use?";
        var answer = Cli.run("run", "--quiet", "--model", out, question);
        assertThat(answer.status()).as(answer.err()).isZero();
        assertThat(answer.out())
                .isEqualTo(
                        Cli.run("run", "--quiet", "--model", Cli.DEMO, question).out());
        assertThat(left()).containsExactly("demo-q4.gguf");
    }

    @Test
    void theSummaryIsThereForPrograms() throws Exception {
        var out = folder.resolve("demo.gguf");

        var json = Cli.run("quantize", Cli.DEMO, out, "--type", "q8_0", "--json", "--threads", "1")
                .json();

        assertThat(json.get("written").asBoolean()).isTrue();
        assertThat(json.get("bytes").asLong()).isEqualTo(Files.size(out));
        assertThat(json.get("model_bytes").asLong()).isEqualTo(11_155_456);
        assertThat(json.get("elements").asLong()).isEqualTo(5_577_728);
        assertThat(json.get("bits_per_weight").asDouble()).isBetween(8.5, 9.0);
        assertThat(json.get("type").asString()).isEqualTo("q8_0");
        assertThat(json.at("/weights_by_type/0/dtype").asString()).isEqualTo("q8_0");
        assertThat(json.at("/weights_by_type/0/tensors").asInt()).isEqualTo(43);
        assertThat(json.at("/weights_by_type/1/bytes").asLong()).isEqualTo(4 * 7168);
        assertThat(json.get("notes")).hasSize(1);
    }

    @Test
    void aDryRunWritesNothingAndSaysTheSame() throws Exception {
        var out = folder.resolve("demo.gguf");
        var dry = Cli.run("quantize", Cli.DEMO, out, "--type", "q6_k", "--dry-run", "--json")
                .json();
        assertThat(left()).isEmpty();
        assertThat(dry.get("written").asBoolean()).isFalse();
        Cli.run("quantize", Cli.DEMO, out, "--type", "q6_k", "--quiet");
        assertThat(dry.get("bytes").asLong()).isEqualTo(Files.size(out));
        assertThat(Cli.run("quantize", Cli.DEMO, out, "--type", "q6_k", "--dry-run")
                        .out())
                .contains("would take 4.53 MiB");
    }

    @Test
    void replacesAFileOnlyWhenTold() throws Exception {
        var out = Files.writeString(folder.resolve("demo.gguf"), "before");
        fails(out + " exists already; --force replaces it", Cli.DEMO, out, "--type", "q8_0");
        assertThat(out).hasContent("before");
        assertThat(Cli.run("quantize", Cli.DEMO, out, "--type", "q8_0", "--force", "--quiet"))
                .extracting(Cli.Run::status, Cli.Run::out, Cli.Run::err)
                .containsExactly(0, "", "");
        assertThat(Files.size(out)).isGreaterThan(5_000_000);
        fails(
                "demo.gguf is the model that is to be converted; name another file",
                out,
                folder.resolve(".").resolve("demo.gguf"),
                "--type",
                "q4_0",
                "--force");
    }

    @Test
    void saysWhatIsWrongInOneLine() throws Exception {
        var missing = folder.resolve("missing");
        fails("there is no model at " + missing, missing, folder.resolve("a.gguf"), "--type", "q8_0");
        fails(folder + " is a directory, expected the new file's name", Cli.DEMO, folder, "--type", "q8_0");
        fails(
                "the directory " + missing.toAbsolutePath() + " for the new file does not exist",
                Cli.DEMO,
                missing.resolve("a.gguf"),
                "--type",
                "q8_0");
        fails(
                "GGUF has no architecture for model_type \"openai-gpt\"",
                Cli.GOLDENS.resolve("openai-gpt"),
                folder.resolve("a.gguf"),
                "--type",
                "q8_0");
        assertThat(left()).isEmpty();
    }

    private static void fails(String message, Object... arguments) {
        var all = new Object[arguments.length + 1];
        all[0] = "quantize";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        var run = Cli.run(all);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("orrery: ").contains(message).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void namesEveryTypeInItsHelpAndInItsRefusal() {
        var help = Cli.run("quantize", "--help").out();
        var refusal = Cli.run("quantize", Cli.DEMO, folder.resolve("a.gguf"), "--type", "q3_k_m");
        assertThat(refusal.status()).isEqualTo(2);
        assertThat(Quantization.all()).allSatisfy(type -> {
            assertThat(help).containsPattern("\\b" + type + "\\b");
            assertThat(refusal.err()).contains(type.toString().toLowerCase(Locale.ROOT));
        });
        assertThat(Cli.run("quantize", Cli.DEMO, folder.resolve("a.gguf")).status())
                .isEqualTo(2);
        assertThat(Cli.run("quantize", Cli.DEMO, folder.resolve("a.gguf"), "--type", "q8_0", "--threads", "0")
                        .status())
                .isEqualTo(2);
    }

    @Test
    void comparingTellsWhatWasLostAndLessBitsLoseMore() throws Exception {
        var text = Files.writeString(
                folder.resolve("text.txt"),
                "DeepSeek V3 uses multi-head latent attention (MLA) with 128 heads and a latent of 512 values. RoPE turns each"
                        + " pair of query and key values by an angle that grows with the position.");
        double before = 0;
        for (var type : List.of("bf16", "q8_0", "q5_k", "q4_0")) {
            var out = folder.resolve(type + ".gguf");
            Cli.run("quantize", Cli.DEMO, out, "--type", type, "--quiet");
            var run = Cli.run("compare-logits", Cli.DEMO, out, "--text", text, "--json");
            assertThat(run.status()).as(run.err()).isZero();
            double divergence = run.json().get("mean_kl_divergence").asDouble();
            assertThat(divergence).as(type).isGreaterThanOrEqualTo(before).isLessThan(0.1);
            before = divergence + 1e-9;
        }
    }
}
