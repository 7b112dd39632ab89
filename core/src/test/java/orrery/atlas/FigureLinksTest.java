package orrery.atlas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.figures.FigureFolder;
import orrery.figures.Figures;

/** The captions of figures lead to pages that the atlas has. */
class FigureLinksTest {
    private static final Pattern LINK = Pattern.compile("href=\"\\.\\./atlas/(models|mechanisms)/([^\"]+)\\.html\"");

    @TempDir
    Path folder;

    @Test
    void everyCaptionLeadsToModelsAndMechanismsOfTheAtlas() throws IOException {
        var mechanisms = Arrays.stream(Mechanism.values()).map(Mechanism::slug).toList();
        var models = Catalog.releases().stream().map(Release::name).toList();
        for (int number : Figures.numbers()) {
            var place = folder.resolve("figure-" + number);
            var written = FigureFolder.write(place, List.of(Figures.numbered(number)), false, Optional.of("../atlas"));

            var kinds = new HashSet<String>();
            var links = LINK.matcher(Files.readString(written.page()));
            while (links.find()) {
                kinds.add(links.group(1));
                assertThat(links.group(1).equals("models") ? models : mechanisms)
                        .as("figure %d", number)
                        .contains(links.group(2));
            }
            // The gallery shows whole models.
            assertThat(kinds).as("figure %d", number).contains("models").hasSize(number == 1 ? 1 : 2);
        }
    }

    @Test
    void theAtlasHasAPageForEachFigureToWhichModelsAndMechanismsLead() {
        var atlas = Atlas.ofCatalog();
        for (var heading : Figures.headings()) {
            assertThat(atlas.paths()).contains("figures/" + heading.file() + ".html");
        }
        assertThat(atlas.file("figures.html")).contains("figures/04-kv-cache.html");
        assertThat(atlas.file("models/deepseek-v2.html")).contains("../figures/04-kv-cache.html");
        assertThat(atlas.file("mechanisms/per-layer-embedding.html"))
                .contains("../figures/15-per-layer-embeddings.html")
                .doesNotContain("../figures/04-");
        assertThat(atlas.file("figures/04-kv-cache.html"))
                .contains("<svg", "../models/deepseek-v2.html", "../mechanisms/multi-head-latent-attention.html")
                .contains("href=\"03-mha-mla.html\"", "href=\"05-ffn-moe.html\"");
    }

    @Test
    void withoutAnAtlasModelsLeadToTheirCards() throws IOException {
        var written =
                FigureFolder.write(folder.resolve("alone"), List.of(Figures.numbered(9)), false, Optional.empty());

        assertThat(Files.readString(written.page()))
                .contains("https://huggingface.co/allenai/OLMo-2-1124-7B")
                .doesNotContain("mechanisms/");
    }
}
