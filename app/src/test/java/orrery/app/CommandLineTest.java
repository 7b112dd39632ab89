package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.kernel.Backend;

/** What all commands have in common. */
final class CommandLineTest {
    @TempDir
    private Path folder;

    @Test
    void aloneItSaysWhatCanBeDone() {
        var run = Cli.run();

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("orrery chat", "orrery run \"", "orrery describe deepseek-v3")
                .contains(
                        "run, chat, serve, describe, compare, draw, curves, atlas, figures, models, tokens, look, verify, quantize, compare-logits, perplexity, slice, bench, train, lab, completion");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "chat",
                "describe",
                "compare",
                "draw",
                "models",
                "atlas",
                "figures",
                "tokens",
                "verify",
                "quantize",
                "compare-logits",
                "perplexity",
                "slice",
                "bench",
                "completion",
                "curves",
                "train",
                "lab",
                "look"
            })
    void everyCommandExplainsItselfWithExamplesInEightyColumns(String command) {
        var run = Cli.run(command, "--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("Examples:", "  orrery " + command, "Exit codes:", "2   ");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void helpIsAskedForByEitherWord() {
        assertThat(Cli.run("help", "run")).isEqualTo(Cli.run("run", "--help"));
        assertThat(Cli.run("help")).isEqualTo(Cli.run("--help"));
        assertThat(Cli.run("help", "help")).isEqualTo(Cli.run("--help"));
        assertThat(Cli.run("--help", "run")).isEqualTo(Cli.run("run", "--help"));
    }

    @Test
    void theVersionNamesJavaAndTheKernels() throws Exception {
        var run = Cli.run("--version");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("Orrery " + Version.NUMBER + "\n")
                .contains(
                        "Java " + Runtime.version(),
                        "Kernels: " + Backend.best().name() + " (");
        assertThat(Files.readString(Path.of("..", "pom.xml"))).contains("<version>" + Version.NUMBER + "</version>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            describ x                    | unknown command "describ"; did you mean describe?
            list                         | unknown command "list"; did you mean models?
            ls                           | unknown command "ls"; did you mean models?
            tokenize x                   | unknown command "tokenize"; did you mean tokens?
            xyzzy                        | unknown command "xyzzy", expected one of run, chat, serve, describe
            help xyzzy                   | unknown command "xyzzy", expected one of run, chat, serve, describe
            run --temprature 1 x         | unknown option --temprature; did you mean --temperature?
            run --temprature=1 x         | unknown option --temprature; did you mean --temperature?
            models --jsn                 | unknown option --jsn; did you mean --json?
            run --xyzzy x                | unknown option --xyzzy (orrery run --help)
            chat --temp 1                | unknown option --temp; did you mean --temperature?
            run --ctx-size 4096 x        | unknown option --ctx-size; did you mean --context?
            run --n-predict 8 x          | unknown option --n-predict; did you mean --max-tokens?
            run --max-new-tokens=8 x     | unknown option --max-new-tokens; did you mean --max-tokens?
            run --max_tokens 8 x         | unknown option --max_tokens; did you mean --max-tokens?
            run --repeat-penalty 1.1 x   | unknown option --repeat-penalty; did you mean --repetition-penalty?
            run --kv-cache-dtype q8 x    | unknown option --kv-cache-dtype; did you mean --kv-type?
            bench --n-predict 8          | unknown option --n-predict; did you mean --tokens?
            bench --dtype bf16           | unknown option --dtype; did you mean --type?
            curves gpt2 --ctx-size 8     | unknown option --ctx-size; did you mean --up-to?
            describe                     | WHAT is missing
            quantize m                   | --type TYPE and OUT are missing
            run --temperature            | --temperature has no value, expected --temperature X
            run --temperature --raw x    | --temperature has no value, expected --temperature X
            slice --model m              | --out DIR is missing
            xyzzy --help                 | unknown command "xyzzy", expected one of run, chat, serve, describe
            describe a b                 | unexpected argument "b"; quote a text of several words
            bench llama-3.2-1b           | unexpected argument "llama-3.2-1b"; did you mean --shape llama-3.2-1b?
            bench ../demo-model          | unexpected argument "../demo-model"; did you mean --model ../demo-model?
            chat ../demo-model           | unexpected argument "../demo-model"; did you mean --model ../demo-model?
            run --top-k many x           | --top-k: "many" is not a whole number, expected one such as 8
            run --threads 1.5 x          | --threads: "1.5" is not a whole number, expected one such as 8
            run -t hot x                 | --temperature: "hot" is not a number, expected one such as 0.7
            run -t 0x1p3 x               | --temperature: "0x1p3" is not a number, expected one such as 0.7
            run -t 1e999 x               | --temperature: "1e999" is too large for a number
            run --seed 9223372036854775808 x | --seed: "9223372036854775808" is too large, expected at most 9223372036854775807
            run --top-k -2147483649 x    | --top-k: "-2147483649" is too small, expected at least -2147483648
            run --logit-bias 5 x         | --logit-bias is not of the form ID=X
            run --logit-bias a=1 x       | --logit-bias: "a" is not a whole number, expected one such as 8
            run --raw=x x                | --raw takes no value
            bench --batch 1,x            | --batch: "x" is not a whole number, expected one such as 8
            run --context 12z x          | --context: "12z" is not a number of tokens, expected one such as 4096, 128k or 1M
            compare gpt2 --format html   | --format is "html", expected one of text, markdown
            run --top-p 1.5 --model ../demo-model x | top_p is 1.5, expected 0.0 to 1.0
            run --threads 0 --model ../demo-model x | threads is 0
            run --max-tokens 0 --model ../demo-model x | max_tokens is 0, expected 1 or more
            run --raw --system s x       | --raw and --system exclude each other
            run --slice E3B --model ../demo-model x | "E3B" is not a slice, expected E2B
            slice --model m --out o      | name the slice: --to E2B, or --layers and --ffn
            slice --model m --out o --to E2B --ffn 8 | --to already fixes the layers and widths
            slice --model m --out o --to E5B | --to is "E5B", expected E2B
            slice --model m --out o --layers 3,2 | names layer 2 after layer 3
            bench --shape llama-3.2-1b --type q4_kk | type is "q4_kk", expected one of f32, f16, bf16
            bench --shape llama-3.2-1b --model m | --model and --shape each name a model
            bench --model ../demo-model --type q8_0 | --type is for --shape
            bench --model ../demo-model --memory 1G | --memory is for --shape
            bench --shape llama-3.2-1b --memory lots | "lots" is not a memory size, expected one such as 8G
            bench --shape llama-3.2-1b --memory 9999999T | larger than any memory
            bench --shape llama-3.2-1b --memory 9999T | but this machine has
            bench --shape llama-3.2-1b --prompt 0 | prompt is 0, expected 1 or more
            bench --shape llama-3.2-1b --prompt 99999999999 | --prompt: "99999999999" is too large, expected at most 2147483647
            bench --shape llama-3.2-1b --batch 1,5000 | batch is 5000, expected 1 to 1024
            bench --shape llama-3.2-1b --rounds 2147483647 | rounds is 2147483647, expected 1 to 1000
            bench --shape llama-3.2-1b --warm-up -1 | warm-up is -1.0 seconds, expected 0 to 3600
            bench --shape llama-3.2-1b --threads 0 | threads is 0
            curves                       | 'MODEL'
            curves gpt2 --what kvs       | --what is "kvs", expected one of kv, kv-read, flops, bytes, time, prefill, first
            curves gpt2 --machine h300   | machine "h300" is not known, expected this, h200
            curves gpt2 --machine rig,bandwidth=8 | machine rig has no memory
            curves gpt2 --machine h200,speed=8 | "speed=8" is not understood, expected bandwidth=, flops= or memory=
            curves gpt2 --machine h200,flops=fast | "flops=fast" has no valid number
            curves gpt2 --machine m4-max --what first | the FLOP/s of m4-max are not known
            curves gpt2 --up-to 0        | contexts from 1 to 0
            curves gpt2 --batch 1,0      | batch is 0, expected 1 or more
            curves gpt2 --kv-type q9     | kv_type is "q9"
            curves gpt2 --measured x     | --measured is for --what time and --what first
            completion tcsh              | SHELL is "tcsh", expected one of bash, zsh, fish
            verify a b --tolerance -1    | --tolerance is -1.0, expected 0 or more
            """)
    void argumentsThatMakeNoSenseGiveOneLineAndTwo(String arguments, String expected) {
        var run = Cli.run((Object[]) arguments.split(" "));

        assertThat(run.err())
                .startsWith("orrery: ")
                .contains(expected, "--help)")
                .hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void aMissingModelGivesOneLineAndStatusOne() {
        for (var command : List.of("run", "tokens", "chat")) {
            var run = Cli.reading("x").start(command, "--model", folder.resolve("nowhere"));

            assertThat(run.err()).isEqualTo("orrery: there is no model at " + folder.resolve("nowhere") + "\n");
            assertThat(run.status()).isEqualTo(1);
        }
    }

    /** A variable of the shell that was not set: taken as the folder one is in, it would open what nobody named. */
    @Test
    void anEmptyPathIsRefusedWhereverOneIsWanted() {
        for (var arguments : List.of(
                List.of("run", "--model", "", "x"),
                List.of("tokens", "--model", "", "x"),
                List.of("verify", "", "golden.safetensors"),
                List.of("quantize", "model", "", "--type", "q8_0"),
                List.of("perplexity", "--text", ""),
                List.of("compare-logits", "a", "b", "--text", ""),
                List.of("draw", "gpt2", "--out", ""),
                List.of("atlas", "--out", ""))) {
            var run = Cli.run(arguments.toArray());

            assertThat(run.err()).contains("the path is empty").hasLineCount(1);
            assertThat(run.status()).isEqualTo(2);
        }
        assertThat(Cli.run("describe", "").err()).contains("\"\" is not a file, a directory");
    }

    @Test
    void aModelThatIsAFileGivesOneLineAndOne() {
        var file = Cli.DEMO.resolve("config.json");

        for (var command : List.of("run", "tokens", "chat")) {
            var run = Cli.reading("x").start(command, "--model", file);

            assertThat(run.err())
                    .isEqualTo("orrery: " + file + " is a file, expected a model directory or a GGUF file\n");
            assertThat(run.status()).isEqualTo(1);
        }
    }

    @Test
    void aReleaseWithoutWeightsIsDistinguishedFromAnUnknownName() {
        var run = Cli.run("run", "--model", "gemma-3-27b", "x");

        assertThat(run.err())
                .contains("gemma-3-27b is a release that Orrery can describe, but its weights are not here; they are"
                        + " at https://huggingface.co/google/gemma-3-27b");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void withoutALauncherTheModelHasToBeNamed() {
        assertThat(System.getProperty("orrery.home")).isNull();

        var run = Cli.run("run", "x");

        assertThat(run.err()).contains("no model is named", "--model MODEL").hasLineCount(1);
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aDirectoryWithoutAModelSaysWhatIsMissing() {
        var run = Cli.run("run", "--model", folder, "x");

        assertThat(run.err())
                .startsWith("orrery: " + folder)
                .contains("config.json")
                .hasLineCount(1);
        assertThat(run.status()).isEqualTo(1);
    }
}
