package orrery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.catalog.Catalog;
import orrery.draw.SideBySide;
import orrery.report.ArchitectureReport;
import orrery.report.compare.Comparison;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * The README's architecture example: compiled, run and compared with the README; its picture is drawn again and
 * compared.
 */
class ArchitectureExampleTest {
    private static final Path README = Path.of("..", "README.md");

    @TempDir
    private Path folder;

    private static void example(PrintStream out, Path svg) throws IOException {
        var llama = ArchitectureReport.of(Catalog.describe("llama-3-8b"));
        var olmo = ArchitectureReport.of(Catalog.describe("olmo-2-7b"));
        out.println(olmo.parameters().total());
        out.println(olmo.cost(DType.Q4_K, KvType.BF16).decodeBytes(4095, 1));
        Comparison.of(llama, olmo).differences(1).forEach(one -> out.println(one.sentence()));
        Files.writeString(svg, SideBySide.of(List.of(llama.spec(), olmo.spec())).svg());
    }

    @Test
    void saysWhatTheReadmeSays() throws IOException {
        var bytes = new ByteArrayOutputStream();
        example(new PrintStream(bytes, true, StandardCharsets.UTF_8), folder.resolve("a.svg"));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .startsWith("7298617344")
                .contains(
                        "adds QK-norm: RMSNorm over all heads, before RoPE",
                        "multi-head attention (MHA) instead of grouped-query attention (GQA)");
    }

    @Test
    void isTheExampleThatTheReadmeShows() throws IOException {
        var readme = Files.readString(README);
        int begin = readme.indexOf("var llama = ");
        var shown = readme.substring(begin, readme.indexOf("```", begin)).strip();
        var source = Files.readString(Path.of("src", "test", "java", "orrery", "ArchitectureExampleTest.java"));

        var known = Stream.of(source.replace("(svg,", "(Path.of(\"llama-olmo.svg\"),")
                        .replace(" out.println(", " System.out.println(")
                        .split("\\R"))
                .map(String::strip)
                .toList();
        assertThat(known)
                .containsSubsequence(shown.lines()
                        .map(line -> line.replaceFirst(" +//.*", "").strip())
                        .toList());
        assertThat(shown.lines()).hasSize(6);
    }

    /**
     * If this fails because drawings have changed:
     * {@code ./orrery draw llama-3-8b olmo-2-7b --out docs/pictures/llama-3-8b-olmo-2-7b.svg --force}.
     */
    @Test
    void thePictureOfTheReadmeIsWhatIsDrawn() throws IOException {
        var picture = Path.of("docs", "pictures", "llama-3-8b-olmo-2-7b.svg");
        var svg = folder.resolve("drawn.svg");
        example(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), svg);

        assertThat(Files.readString(README)).contains(picture.toString());
        assertThat(Files.readString(Path.of("..").resolve(picture)).strip())
                .isEqualTo(Files.readString(svg).strip());
    }
}
