package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DrawCommandTest {
    @TempDir
    private Path folder;

    @Test
    void writesABlockDiagramBesideAndRenamesIt() throws IOException {
        var file = folder.resolve("gemma.svg");

        var run = Cli.run("draw", "gemma-3-27b", "--out", file);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith(file + " holds gemma-3-27b: block diagram, ");
        assertThat(Files.readString(file)).startsWith("<svg ").contains("62 ×").endsWith("</svg>\n");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void drawsSeveralModelsSideBySide() {
        var run = Cli.run("draw", "llama-3-8b", "olmo-2-7b", Cli.DEMO, "--out", "-");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("<svg ").contains("llama-3-8b, olmo-2-7b, demo-model: side by side");
    }

    @Test
    void replacesAFileOnlyWhenForced() throws IOException {
        var file = folder.resolve("picture.svg");
        Files.writeString(file, "mine");

        var refused = Cli.run("draw", "gpt2", "--out", file);

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).isEqualTo("orrery: " + file + " exists already; --force replaces it\n");
        assertThat(Files.readString(file)).isEqualTo("mine");
        assertThat(Cli.run("draw", "gpt2", "--force", "--out", file).status()).isZero();
        assertThat(Files.readString(file)).startsWith("<svg ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"attention", "feed-forward", "norms", "masks", "rope", "per-layer-embeddings", "nested"})
    void drawsEveryMechanism(String mechanism) {
        var run = Cli.run("draw", "gemma-3n-e4b", "--mechanism", mechanism, "--out", "-");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("<svg ").contains("gemma-3n-e4b");
        assertThat(Cli.run("draw", "--help").out()).contains("  " + mechanism + " ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            attention              | Attention, opened
            feed-forward           | Feed-forward, opened
            experts,attention      | Experts, opened
            """)
    void opensPartsBesideTheBlockDiagram(String parts, String heading) {
        var run = Cli.run("draw", "deepseek-v3", "--open", parts, "--out", "-");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("deepseek-v3: block diagram", "61 ×", heading);
        assertThat(run.out().split(", opened<")).hasSize(parts.split(",").length + 1);
    }

    @Test
    void writesMermaidToStandardOutput() {
        var run = Cli.run("draw", "gpt2", "--mermaid");

        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("flowchart BT\n").contains("12 × identical layers");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            draw gpt3 --out -                            | 1 | the nearest known
            draw gpt2 --mechanism tensors                | 2 | expected one of attention, feed-forward, norms, masks
            draw gpt2 gpt2-xl --mermaid                  | 2 | --mermaid draws the blocks of one model
            draw gpt2 --mermaid --mechanism norms        | 2 | --mermaid draws the blocks of one model
            draw gpt2 gpt2-xl --open attention           | 2 | --open opens parts of one model's block diagram
            draw gpt2 --mermaid --open attention         | 2 | --open opens parts of one model's block diagram
            draw gpt2 --open norms                       | 2 | --open is "norms", expected one of attention, feed-forward, experts
            draw gpt2 --open experts --out -             | 1 | gpt2 has no experts to open
            draw gpt2 --mechanism rope --out -           | 1 | none of the models uses RoPE
            draw gpt2 --mechanism nested --out -         | 1 | gpt2 has no named smaller models nested in it
            draw gpt2 --mechanism per-layer-embeddings --out - | 1 | gpt2 has no per-layer embeddings
            draw gpt2 --out no/such/folder/picture.svg   | 1 | could not write no/such/folder/picture.svg: there is no such directory
            draw                                         | 2 | MODEL
            """)
    void saysWhatIsWrong(String line, int status, String message) {
        var run = Cli.run((Object[]) line.split(" "));

        assertThat(run.status()).isEqualTo(status);
        assertThat(run.err()).startsWith("orrery: ").contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "mla, attention",
        "GQA, attention",
        "mha, attention",
        "mqa, attention",
        "moe, feed-forward",
        "swa, masks",
        "sliding_window, masks",
        "rmsnorm, norms",
        "rotary, rope"
    })
    void aMechanismMayBeCalledByItsShortName(String name, String title) {
        var drawn = Cli.run("draw", "deepseek-v3", "--mechanism", title, "--out", "-");

        assertThat(drawn.out()).startsWith("<svg");
        assertThat(Cli.run("draw", "deepseek-v3", "--mechanism", name, "--out", "-"))
                .isEqualTo(drawn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nope", "altup", "mtp", "qk_norm"})
    void whatTheBlockDiagramShowsIsDrawnAsOneWithANote(String name) {
        var run = Cli.run("draw", "gemma-3n-e4b", "--mechanism", name, "--out", "-");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .isEqualTo(Cli.run("draw", "gemma-3n-e4b", "--out", "-").out());
        assertThat(run.err())
                .isEqualTo("orrery: note: " + name
                        + " has no drawing of its own: the block diagram shows it where a model has it\n");
    }

    @ParameterizedTest
    @CsvSource({"--png, picture, PNG", "'', picture.png, PNG", "--html, picture, <figure", "'', picture.html, <figure"})
    void writesTheFormThatIsAskedFor(String option, String name, String content) throws IOException {
        var file = folder.resolve(name);
        var arguments = new ArrayList<Object>(List.of("draw", "gpt2", "--out", file));
        if (!option.isEmpty()) {
            arguments.add(option);
        }

        var run = Cli.run(arguments.toArray());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith(file + " holds gpt2: block diagram, ");
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).substring(0, 8))
                .contains(content);
    }

    @Test
    void aThemeFixesTheColours() {
        var dark = Cli.run("draw", "gpt2", "--theme", "dark", "--out", "-");

        assertThat(dark.out()).startsWith("<svg ").contains("#14171d").doesNotContain("<style>", "class=");
    }

    @Test
    void marksWhatIsBuiltDifferentlyAlone() {
        var all = Cli.run("draw", "llama-3-8b", "olmo-2-7b", "--out", "-").out();
        var structure = Cli.run("draw", "llama-3-8b", "olmo-2-7b", "--differences", "structure", "--out", "-")
                .out();

        assertThat(all).contains("class=\"size-tint\"", "same structure, other numbers");
        assertThat(structure)
                .contains("class=\"tint\"")
                .doesNotContain("class=\"size-tint\"", "class=\"size-line dashed\"", "other numbers");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --png --out -                  | a PNG cannot be written to standard output: name a file with --out
            --png --html                   | --png, --html and --mermaid exclude each other
            --html --theme dark            | --theme is for SVG and PNG
            --differences structure        | --differences is for models side by side
            --png --out a.svg              | --png writes no .svg file; name one that ends in .png
            --mermaid --out a.html         | --mermaid writes no .html file; name one that ends in .mmd
            --out a.pdf                    | a.pdf would hold SVG: name a file that ends in .svg
            --png --out a.jpg              | a.jpg would hold PNG: name a file that ends in .png
            """)
    void refusesFormsThatMakeNoSense(String options, String why) {
        var run = Cli.run(Stream.concat(Stream.of("draw", "gpt2"), Stream.of(options.split(" ")))
                .toArray());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("orrery: " + why + " (orrery draw --help)\n");
    }
}
