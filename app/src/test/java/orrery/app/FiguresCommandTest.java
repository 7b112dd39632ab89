package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.figures.Figures;

final class FiguresCommandTest {
    @TempDir
    private Path folder;

    @Test
    void writesAllFigures() throws IOException {
        var out = folder.resolve("figures");

        var run = Cli.run("figures", "--out", out);

        assertThat(run.status()).as(run.err()).isZero();
        int drawings = Figures.all().stream()
                .mapToInt(figure -> figure.panels().size())
                .sum();
        assertThat(run.out())
                .startsWith("wrote " + out.resolve("index.html") + ": 16 figures in " + drawings + " drawings of");
        for (int number : Figures.numbers()) {
            var figure = Figures.numbered(number);
            for (var panel : figure.panels()) {
                assertThat(Files.readString(out.resolve(figure.file(panel))))
                        .startsWith("<svg ")
                        .endsWith("</svg>\n");
            }
        }
    }

    @Test
    void writesSomeInTheirOrderAndSaysWhichAsJson() {
        var out = folder.resolve("some");

        var run = Cli.run("figures", "--out", out, "--only", "12,4,4", "--json");

        assertThat(run.status()).as(run.err()).isZero();
        var figures = run.json().get("figures");
        assertThat(figures).hasSize(2);
        assertThat(figures.get(0).get("number").intValue()).isEqualTo(4);
        assertThat(figures.get(0).get("files").get(1).stringValue())
                .isEqualTo(out.resolve("04-kv-cache-published.svg").toString());
        assertThat(figures.get(1).get("caption").stringValue()).contains("chunk");
        assertThat(run.json().get("index").stringValue())
                .isEqualTo(out.resolve("index.html").toString());
    }

    @Test
    void replacesFiguresOnlyWhenForced() {
        var out = folder.resolve("figures");
        assertThat(Cli.run("figures", "--out", out, "--only", "2", "--quiet").out())
                .isEmpty();

        var refused = Cli.run("figures", "--out", out, "--only", "2");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .isEqualTo(
                        "orrery: " + out + " exists already and is not empty; --force replaces a folder of figures\n");
        assertThat(Cli.run("figures", "--out", out, "--only", "8", "--force").status())
                .isZero();
        assertThat(out.resolve("08-norm-placement.svg")).exists();
        assertThat(out.resolve("02-mha-gqa.svg")).doesNotExist();
    }

    @Test
    void saysWhichFiguresThereAre() {
        var run = Cli.run("figures", "--out", folder.resolve("none"), "--only", "17");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "orrery: there is no figure 17, expected one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16\n");
        assertThat(folder.resolve("none")).doesNotExist();
        assertThat(Cli.run("figures", "--out", folder.resolve("none"), "--only", "four")
                        .status())
                .isEqualTo(2);
    }

    @Test
    void theHelpListsEveryFigure() {
        var help = Cli.run("figures", "--help").out();

        assertThat(Figures.numbers())
                .allSatisfy(number -> assertThat(help).containsPattern("(?m)^ +" + number + "  \\S"));
        assertThat(help).contains("9 and 13 are training runs");
    }
}
