package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.catalog.Catalog;

final class AtlasCommandTest {
    @TempDir
    private Path folder;

    @Test
    void writesTheSiteOnceAndAgainOnlyWhenForced() {
        var site = folder.resolve("site");
        var first = Cli.run("atlas", "--out", site.toString());

        assertThat(first.status()).isZero();
        assertThat(first.out())
                .contains("wrote " + site.resolve("index.html"))
                .contains(Catalog.releases().size() + " models");
        assertThat(site.resolve("index.html")).isRegularFile();
        assertThat(site.resolve("models/deepseek-v3.html")).content().contains("671,026,419,200", "35,136");

        var second = Cli.run("atlas", "--out", site.toString());
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.err()).contains("is not empty; --force replaces an atlas");

        var forced = Cli.run("atlas", "--out", site.toString(), "--force", "--json");
        assertThat(forced.status()).isZero();
        assertThat(forced.out())
                .startsWith("{\"schema\":\"orrery/atlas/1\",\"index\":")
                .contains("\"models\":" + Catalog.releases().size());
    }

    @Test
    void leavesADirectoryOfSomethingElseAlone() throws IOException {
        var home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve("letter.txt"), "dear");

        var run = Cli.run("atlas", "--out", home.toString(), "--force");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("holds no .orrery-atlas").hasLineCount(1);
        assertThat(home.resolve("letter.txt")).hasContent("dear");
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(Cli.run("atlas").err()).contains("--out");
        assertThat(Cli.run("atlas", "--out", folder.resolve("no/such").toString())
                        .err())
                .contains("is not a directory");
    }
}
