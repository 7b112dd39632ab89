package orrery.atlas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.format.FormatException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AtlasTest {
    private static final Atlas.Progress UNSEEN = (done, all) -> {};

    @TempDir
    private Path folder;

    /** One of each kind of attention, feed-forward and embedding. */
    private static List<Release> some() {
        return Stream.of(
                        "openai-gpt",
                        "gemma-3-1b",
                        "gemma-3n-e4b",
                        "deepseek-v3",
                        "llama-4-scout",
                        "olmo-2-7b",
                        "mistral-7b-v0.1")
                .map(name -> Catalog.release(name).orElseThrow())
                .toList();
    }

    /** What other threads still wrote would stay beside the place. */
    @Test
    void leavesNothingBesideWhenWritingFails() throws IOException {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> Atlas.of(some()).write(folder.resolve("site"), false, (done, _) -> {
                        if (done == 20) {
                            throw new IllegalStateException("no more");
                        }
                    }))
                    .hasMessageContaining("no more");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void writesAPageForEachModelAndEachMechanismAndSaysHowFarItIs() throws IOException {
        var progress = new ArrayList<Long>();
        var site = folder.resolve("site");

        var written = Atlas.of(some()).write(site, false, (done, all) -> {
            progress.add(done);
            assertThat(done).isLessThanOrEqualTo(all);
        });

        assertThat(written.models()).isEqualTo(some().size());
        assertThat(written.files()).isEqualTo(files(site).size()).isEqualTo(progress.size());
        assertThat(progress).isSorted();
        assertThat(some())
                .allSatisfy(release -> assertThat(site.resolve("models/" + release.name() + ".html"))
                        .isRegularFile());
        assertThat(Mechanism.values())
                .allSatisfy(
                        one -> assertThat(site.resolve(MechanismPage.path(one))).isRegularFile());
        long bytes = 0;
        for (var file : files(site)) {
            bytes += Files.size(file);
        }
        assertThat(written.bytes()).isEqualTo(bytes);
    }

    @Test
    void pagesLoadNothingFromElsewhereAndAllTheirLinksLeadSomewhere() throws IOException {
        var site = folder.resolve("site");
        Atlas.of(some()).write(site, false, UNSEEN);
        var loads = Pattern.compile("<(?:script|img|iframe|link)[^>]*?(?:src|href)=\"([^\"]+)\"");
        var links = Pattern.compile("<a [^>]*?href=\"([^\"]+)\"");
        var pages = files(site).stream()
                .filter(file -> file.toString().endsWith(".html"))
                .toList();

        assertThat(pages).hasSizeGreaterThan(some().size() + Mechanism.values().length);
        for (var page : pages) {
            String text = Files.readString(page);
            assertThat(text).doesNotContain("<script type=\"module\"", "@import", "url(");
            assertThat(loads.matcher(text).results().map(one -> one.group(1)))
                    .isNotEmpty()
                    .allSatisfy(
                            address -> assertThat(page.resolveSibling(address)).isRegularFile());
            assertThat(links.matcher(text)
                            .results()
                            .map(one -> one.group(1).replaceFirst("#.*", ""))
                            .filter(address -> !address.isEmpty() && !address.startsWith("https://")))
                    .isNotEmpty()
                    .allSatisfy(
                            address -> assertThat(page.resolveSibling(address)).isRegularFile());
        }
    }

    @Test
    void dataAreScriptsThatRegisterWhatTheyHold() throws IOException {
        var site = folder.resolve("site");
        Atlas.of(some()).write(site, false, UNSEEN);

        var model = data(site, "models/deepseek-v3");
        assertThat(model.get("sparse").asBoolean()).isTrue();
        assertThat(data(site, "models/gemma-3n-e4b").get("sparse").asBoolean()).isFalse();
        assertThat(model.get("total").asLong()).isEqualTo(671_026_419_200L);
        assertThat(model.get("cache").asLong()).isEqualTo(35_136);
        assertThat(model.get("column")
                        .get("parts")
                        .get("mixer")
                        .get("boxes")
                        .get(0)
                        .get("href")
                        .asString())
                .isEqualTo("mechanisms/multi-head-latent-attention.html");
        assertThat(model.get("cells").size())
                .isEqualTo(data(site, "catalog").get("rows").size());
        var differences = data(site, "differences/deepseek-v3");
        assertThat(differences.size()).isEqualTo(some().size() - 1);
        assertThat(differences.get("openai-gpt").get("structure").size()).isPositive();
    }

    private static JsonNode data(Path site, String name) throws IOException {
        String text = Files.readString(site.resolve("data/" + name + ".js"));
        String begin = "orreryAtlas.register(\"" + name + "\",";
        assertThat(text).startsWith(begin).endsWith(");\n");
        return JsonMapper.shared().readTree(text.substring(begin.length(), text.length() - 3));
    }

    @Test
    void takesAnEmptyDirectoryAndReplacesAnAtlasOnlyWhenAsked() throws IOException {
        var site = Files.createDirectory(folder.resolve("site"));
        var one = Atlas.of(some().subList(0, 1));
        one.write(site, false, UNSEEN);

        assertThatThrownBy(() -> one.write(site, false, UNSEEN))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("exists already");
        Files.delete(site.resolve("index.html"));
        one.write(site, true, UNSEEN);
        assertThat(site.resolve("index.html")).isRegularFile();
    }

    @Test
    void neverReplacesWhatIsNoAtlasOrHoldsMore() throws IOException {
        var home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve("letter.txt"), "dear");
        var one = Atlas.of(some().subList(0, 1));

        assertThatThrownBy(() -> one.write(home, true, UNSEEN))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("holds no .orrery-atlas");
        assertThat(home.resolve("letter.txt")).hasContent("dear");

        var site = folder.resolve("site");
        one.write(site, false, UNSEEN);
        Files.writeString(site.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> one.write(site, true, UNSEEN))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("letter.txt, which does not belong to an atlas");
        assertThat(site.resolve("letter.txt")).hasContent("dear");
        assertThat(files(folder)).noneMatch(file -> file.toString().contains(".new"));
    }

    @Test
    void servedModelsComeFirstUnderNamesThatNoReleaseHas() {
        var served = Stream.of("gpt2", "owner/My model", "..")
                .map(name -> new Atlas.Served(name, Catalog.describe("olmo-2-7b")))
                .toList();
        var atlas = Atlas.beside(served);

        assertThat(atlas.paths())
                .contains("models/gpt2.html", "models/gpt2-served.html", "models/owner-My-model.html")
                .contains("models/model.html")
                .doesNotContain(".orrery-atlas");
        assertThat(atlas.file("index.html"))
                .containsSubsequence(
                        "Served here",
                        "models/owner-My-model.html",
                        "<strong>owner/My model</strong>",
                        "Released models")
                .contains("href=\"chat?model=owner%2FMy+model\"");
        assertThat(atlas.file("models/gpt2-served.html"))
                .contains("as <strong>gpt2</strong>", "../chat?model=gpt2")
                .doesNotContain("published</span> · released");
        assertThat(Atlas.chatPage("<p>here</p>")).contains("<p>here</p>", "aria-current=\"page\">Chat");
    }

    @Test
    void anAtlasOfNothingIsRefused() {
        assertThatThrownBy(() -> Atlas.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
