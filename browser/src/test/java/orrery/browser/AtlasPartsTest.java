package orrery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.catalog.Catalog;
import orrery.report.compare.ComparedModel;
import orrery.report.compare.Comparison;

/** The atlas's drawings: hover, opening, comparison, narrow screens and screen readers. */
final class AtlasPartsTest {
    @SuppressWarnings("NullAway.Init")
    private static Site site;

    @BeforeAll
    static void write() {
        site = new Site(Path.of("target", "atlas-parts"));
    }

    @AfterAll
    static void close() {
        site.close();
    }

    @AfterEach
    void nothingComplained() {
        var complaints = List.copyOf(site.complaints());
        site.complaints().clear();
        assertThat(complaints).isEmpty();
    }

    @Test
    void expertsAreAsManyTilesAsThereAreAndThoseOfOneTokenAreScattered() {
        try (var page = site.open("compare.html#models=deepseek-v3,llama-3-8b")) {
            var tiles = page.locator(".part.experts .tiles").first();
            assertThat(tiles.locator(".grid i")).hasCount(256);
            assertThat(tiles.locator(".grid i.on")).hasCount(8);
            assertThat(tiles.locator(".grid i:nth-child(-n + 8).on").count()).isLessThan(8);
            assertThat(tiles.locator("i.shared")).hasCount(1);
            assertThat(tiles).hasAttribute("aria-label", "8 of 256 experts active per token, and one shared");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deepseek-v3", "gemma-3n-e4b", "gpt2"})
    void everyBoxOfADrawingIsALinkThatSaysWhatItIs(String model) {
        try (var page = site.open("models/" + model + ".html")) {
            var drawing = page.locator("figure.drawing svg").first();
            int boxes = drawing.locator("g.box").count();
            assertThat(boxes).isGreaterThan(6);
            assertThat(drawing.locator("a[href^='../mechanisms/'] > g.box")).hasCount(boxes);
            assertThat(drawing.locator("a > title")).hasCount(boxes);
            assertThat(drawing.locator("a > title").allTextContents()).allMatch(hint -> hint.length() > 20);

            drawing.locator("a[data-role=norm]").first().focus();
            page.keyboard().press("Enter");
            assertThat(page.locator("h1")).hasText("Norm placement");
        }
    }

    @Test
    void attentionFeedForwardAndExpertsOpenInPlaceByKeyboardAndByPointer() {
        try (var page = site.open("models/deepseek-v3.html")) {
            var attention =
                    page.locator("figure.drawing a[data-role=attention]").first();
            attention.focus();
            page.keyboard().press("Enter");
            var opened = page.getByRole(com.microsoft.playwright.options.AriaRole.DIALOG);
            assertThat(opened).containsText("KV latent");
            assertThat(opened.locator("button")).isFocused();
            page.keyboard().press("Escape");
            assertThat(opened).hasCount(0);
            assertThat(attention).isFocused();

            page.locator("figure.drawing a[data-role=experts]").first().click();
            assertThat(opened).containsText("Router");
            page.locator("figure.drawing a[data-role=feed-forward]")
                    .first()
                    .click(new Locator.ClickOptions().setForce(true).setPosition(5, 5));
            assertThat(opened).hasCount(1);
            opened.locator("button").click();
            assertThat(opened).hasCount(0);
            assertThat(page.locator("#inside-attention, #inside-feed-forward, #inside-experts"))
                    .hasCount(3);
        }
    }

    @Test
    void threeModelsStandSlotBySlotAndFit() {
        try (var page =
                site.open("compare.html?models=deepseek-v3,gemma-3-27b,llama-4-maverick", 1280, ColorScheme.LIGHT)) {
            assertThat(page.locator(".column")).hasCount(3);
            assertThat(page.locator(".column .part.attention").first()).isVisible();
            assertThat(page.url()).endsWith("compare.html#models=deepseek-v3,gemma-3-27b,llama-4-maverick");
            assertThat(
                            page.evaluate(
                                    "[...document.querySelectorAll('.scroll')].every(one => one.scrollWidth <= one.clientWidth)"))
                    .isEqualTo(true);
            assertThat(page.locator(".scroll-hint:visible")).hasCount(0);
            // The embeddings are at the same height, though the blocks above them differ.
            var embeddings = page.locator(".part.embedding", new Page.LocatorOptions().setHasText("Token embedding"));
            assertThat(embeddings.all().stream().map(one -> one.boundingBox().y + one.boundingBox().height / 2))
                    .hasSize(3)
                    .containsOnly(embeddings.first().boundingBox().y
                            + embeddings.first().boundingBox().height / 2);

            page.setViewportSize(360, 800);
            assertThat(page.locator(".scroll-hint:visible").first()).isVisible();
        }
    }

    @Test
    void onlyDifferencesInStructureCanBeAskedFor() {
        try (var page = site.open("compare.html#models=llama-3-8b,qwen3-8b")) {
            assertThat(page.locator("table.compare tr.size").first()).isVisible();
            assertThat(page.locator(".part.differs-size").first()).isVisible();
            page.getByLabel("differences in structure").check();
            assertThat(page.locator("table.compare tr.size")).hasCount(0);
            assertThat(page.locator("table.compare tr.structure")).not().hasCount(0);
            assertThat(page.locator(".part.differs-size")).hasCount(0);
            assertThat(page.url()).contains("only=structure");
        }
    }

    /** The page chooses columns and compares their keys; it has to mark the same differences as the library. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama-3-8b,llama-3.2-1b",
                "deepseek-v3,deepseek-v2-lite",
                "gemma-3-27b,mistral-small-3.1-24b,llama-4-scout"
            })
    void rowsAreMarkedAsTheLibraryMarksThem(String models) {
        var rows = Comparison.of(Stream.of(models.split(","))
                        .map(name -> ComparedModel.of(
                                Catalog.release(name).orElseThrow().spec(),
                                Catalog.describe(name).family()))
                        .toList())
                .rows();
        var expected = rows.stream()
                .map(row -> row.label() + " "
                        + row.difference()
                                .map(kind -> kind.name().toLowerCase(java.util.Locale.ROOT))
                                .orElse(""))
                .toList();
        try (var page = site.open("compare.html#models=" + models)) {
            assertThat(page.locator("table.compare thead th")).hasCount(models.split(",").length);
            @SuppressWarnings("unchecked")
            var shown = (List<String>) page.evaluate("""
                    [...document.querySelectorAll('table.compare tbody tr:not(.group)')].map(row =>
                      row.cells[0].firstChild.parentElement.innerText.replace('≠', '').trim().replaceAll('\\n', ' ')
                        + ' ' + (row.classList.contains('structure') ? 'structure' : row.classList.contains('size') ? 'size' : ''))
                    """);
            assertThat(shown).containsExactlyElementsOf(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "models/deepseek-v3.html",
                "compare.html#models=deepseek-v3,gemma-3-27b",
                "mechanisms/multi-head-latent-attention.html",
                "timeline.html"
            })
    void lettersOfDrawingsAreLargeEnoughOnATelephone(String name) {
        try (var page = site.open(name, 360, ColorScheme.LIGHT)) {
            page.locator("main svg text:visible, .column .line:visible").first().waitFor();
            double least = ((Number) page.evaluate("""
                            Math.min(...[...document.querySelectorAll('main svg text, .column .line')].filter(one => one.getClientRects().length).map(one => {
                              const scale = one.getScreenCTM ? one.getScreenCTM().a : 1;
                              return parseFloat(getComputedStyle(one).fontSize) * scale;
                            }))
                            """)).doubleValue();
            assertThat(least).isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void aLegendTellsLinesAndValuesAtRest() {
        try (var page = site.open("compare.html#models=deepseek-v3,gemma-3-27b")) {
            assertThat(page.locator(".legend li").first()).containsText("deepseek-v3 10.7 GiB at 160k tokens");
            assertThat(page.locator(".legend line")).hasCount(2);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            index.html                                          | 1200 | LIGHT
            models/deepseek-v3.html                             | 1200 | LIGHT
            models/gemma-3n-e4b.html                            | 360  | DARK
            compare.html#models=deepseek-v3,gemma-3-27b         | 1200 | DARK
            mechanisms.html                                     | 1200 | LIGHT
            mechanisms/multi-head-latent-attention.html         | 800  | DARK
            timeline.html                                       | 1200 | LIGHT
            """)
    void axeFindsNoSeriousFault(String name, int width, ColorScheme colours) throws IOException {
        try (var axe = AtlasPartsTest.class.getResourceAsStream("/axe.min.js")) {
            assumeTrue(axe != null, "axe-core is not on the class path");
            String script = new String(axe.readAllBytes(), StandardCharsets.UTF_8);
            try (var page = site.open(name, width, colours)) {
                page.locator("main h1").waitFor();
                page.waitForLoadState();
                page.waitForTimeout(300);
                page.evaluate(script);
                @SuppressWarnings("unchecked")
                var faults = (List<Map<String, Object>>)
                        page.evaluate(
                                "axe.run({preload: false}).then(found => found.violations.map(one => ({impact: one.impact, what: one.id + ': ' + one.nodes[0].html})))");
                var serious = new ArrayList<String>();
                faults.forEach(fault -> {
                    if (List.of("serious", "critical").contains(String.valueOf(fault.get("impact")))) {
                        serious.add(String.valueOf(fault.get("what")));
                    }
                });
                assertThat(serious).isEmpty();
            }
        }
    }
}
