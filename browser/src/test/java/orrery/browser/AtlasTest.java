package orrery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.catalog.Catalog;
import orrery.curve.CurveSet;
import orrery.curve.Machines;
import orrery.curve.Quantity;
import orrery.curve.Scenario;
import orrery.measure.WeightType;
import orrery.tensor.KvType;

/** The atlas as users see it: opened from a disk, in a real browser, without a network. */
final class AtlasTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final int NARROW = 360;

    @SuppressWarnings("NullAway.Init")
    private static Site site;

    @BeforeAll
    static void write() {
        site = new Site(Path.of("target", "atlas"));
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

    private static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    @Test
    void theIndexListsEveryRelease() {
        try (var page = site.open("index.html")) {
            assertThat(page.locator(".card strong").allTextContents())
                    .containsExactlyInAnyOrderElementsOf(Catalog.releases().stream()
                            .map(release -> release.name())
                            .toList());
            assertThat(page.locator("output.count"))
                    .hasText(Catalog.releases().size() + " of "
                            + Catalog.releases().size());
            picture(page, "index");
        }
    }

    @Test
    void searchingNarrowsTheListAndTheAddressRemembersIt() {
        try (var page = site.open("index.html")) {
            page.getByRole(com.microsoft.playwright.options.AriaRole.SEARCHBOX).fill("latent moe");

            assertThat(page.locator(".card:visible").first()).containsText("deepseek");
            assertThat(page.locator(".card:visible strong").allTextContents())
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("deepseek-"));
            assertThat(page.url()).contains("search=latent");
            page.reload();
            assertThat(page.locator(".card:visible strong").allTextContents())
                    .allMatch(name -> name.startsWith("deepseek-"));

            page.locator("input[type=search]").fill("no such model");
            assertThat(page.locator(".empty")).containsText("No model matches");
        }
    }

    @Test
    void aModelsPageTellsItsNumbersAndDrawsItself() {
        try (var page = site.open("models/deepseek-v3.html")) {
            assertThat(page.locator("h1")).hasText("deepseek-v3");
            assertThat(page.locator("dl.figures")).containsText("671,026,419,200");
            assertThat(page.locator("dl.figures")).containsText("35,136");
            assertThat(page.locator("figure.drawing svg text").allTextContents())
                    .contains("Multi-head latent attention", "Mixture of experts");
            assertThat(page.locator(".plot canvas")).isVisible();
            picture(page, "model");
        }
    }

    @Test
    void aModelsPageIsUsefulWithoutScripts() {
        try (var page =
                site.open("models/deepseek-v3.html", new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            assertThat(page.locator("dl.figures")).containsText("671,026,419,200");
            assertThat(page.locator("orrery-figure").first().getAttribute("title"))
                    .contains("embedding");
            assertThat(page.locator("figure.drawing svg").first()).isVisible();
        }
    }

    @Test
    void aFigureShowsItsFormulaOnHoverAndFocusAndNoLonger() {
        try (var page = site.open("models/deepseek-v3.html")) {
            var figure = page.locator("dl.figures orrery-figure", new Page.LocatorOptions().setHasText("35,136"));
            figure.hover();
            var tip = page.locator("[role=tooltip]");
            assertThat(tip).isVisible();
            assertThat(tip).containsText("61 layers × (512 latent + 64 with RoPE) = 35,136 values");

            page.mouse().move(0, 0);
            assertThat(tip).isHidden();
            figure.focus();
            assertThat(tip).isVisible();
            assertThat(figure).hasAttribute("aria-describedby", "orrery-tip");
            page.keyboard().press("Escape");
            assertThat(tip).isHidden();
        }
        try (var page = site.open("models/llama-3.1-8b.html")) {
            page.locator("dl.figures orrery-figure", new Page.LocatorOptions().setHasText("65,536"))
                    .hover();
            assertThat(page.locator("[role=tooltip]")).containsText("32 layers × 2 × 8 KV heads × 128 = 65,536");
        }
    }

    @Test
    void pickingAModelByKeyboardChangesTableDrawingsWordsAndCurvesAtOnce() {
        try (var page = site.open("compare.html#models=gemma-3-27b")) {
            assertThat(page.locator("table.compare thead th")).hasText(new String[] {"gemma-3-27b"});

            page.getByRole(
                            com.microsoft.playwright.options.AriaRole.COMBOBOX,
                            new Page.GetByRoleOptions().setName("Add a model"))
                    .focus();
            page.keyboard().type("mistral-small-3.1");
            page.keyboard().press("Enter");

            assertThat(page.locator("table.compare thead th"))
                    .hasText(new String[] {"gemma-3-27b", "mistral-small-3.1-24b"});
            assertThat(page.locator("table.compare tr.differs").first()).isVisible();
            assertThat(page.locator("table.compare")).containsText("23,572,403,200");
            assertThat(page.locator(".column h3")).hasText(new String[] {"gemma-3-27b", "mistral-small-3.1-24b"});
            assertThat(page.locator(".column .differs-structure").first()).isVisible();
            assertThat(page.locator(".words")).containsText("full attention instead of sliding window of 1,024 tokens");
            assertThat(page.locator(".legend")).containsText("mistral-small-3.1-24b");
            assertThat(page).hasURL(Pattern.compile(".*#models=gemma-3-27b,mistral-small-3.1-24b$"));
            picture(page, "compare");

            page.keyboard().press("Backspace");
            assertThat(page.locator("table.compare thead th")).hasText(new String[] {"gemma-3-27b"});
            assertThat(page.locator(".legend")).not().containsText("mistral");
        }
    }

    @Test
    void theAddressRestoresWhatWasPicked() {
        try (var page = site.open(
                "compare.html#models=deepseek-v3,llama-3.1-405b,no-such&only=1&machine=m4-max&batch=16&cache=q8&weights=fp8&quantity=time")) {
            assertThat(page.locator("table.compare thead th")).hasText(new String[] {"deepseek-v3", "llama-3.1-405b"});
            assertThat(page.getByLabel("all differences")).isChecked();
            assertThat(page.locator("table.compare tbody tr:not(.group):not(.differs)"))
                    .hasCount(0);
            assertThat(page.locator("select[name=machine]")).hasValue("m4-max");
            assertThat(page.locator("select[name=batch]")).hasValue("16");
            assertThat(page.locator("select[name=cache]")).hasValue("q8");
            assertThat(page.locator("select[name=weights]")).hasValue("fp8");
            assertThat(page.locator(".tabs [aria-pressed=true]")).hasText("time per token");
            assertThat(page.locator(".room")).containsText("deepseek-v3 does not fit into Apple M4 Max");

            page.getByLabel("everything").check();
            assertThat(page.locator("table.compare tbody tr:not(.group):not(.differs)")
                            .first())
                    .isVisible();
            assertThat(page.url()).doesNotContain("only=").contains("batch=16");

            page.evaluate("location.hash = 'models=gpt2'");
            assertThat(page.locator("table.compare thead th")).hasText(new String[] {"gpt2"});
            assertThat(page.locator("select[name=batch]")).hasValue("1");
        }
    }

    /** The page only scales values that were calculated before; here each curve is compared with the library's own. */
    @ParameterizedTest
    @CsvSource({
        "deepseek-v3, h200, 64, q8, fp8",
        "gemma-3-27b, epyc-9654, 1, bf16, q4_k_m",
        "llama-4-maverick, m4-max, 8, f32, bf16",
        "gemma-3n-e4b, rtx-4090, 256, bf16, q8_0",
    })
    void curvesAreThoseOfTheLibrary(String name, String machine, int batch, String cache, String weights) {
        var spec = Catalog.release(name).orElseThrow().spec();
        var kvType = List.of(KvType.values()).stream()
                .filter(type -> type.label().equals(cache))
                .findFirst()
                .orElseThrow();
        var scenario = Scenario.of(spec, weights, WeightType.named(weights).of(spec), kvType, batch);
        var on = Optional.of(Machines.named(machine).orElseThrow());
        var checked = new ArrayList<Quantity>();
        for (var quantity : Quantity.values()) {
            try (var page = site.open("compare.html#models=" + name + "&machine=" + machine + "&batch=" + batch
                    + "&cache=" + cache + "&weights=" + weights + "&quantity=" + quantity.label())) {
                assertThat(page.locator(".legend")).containsText(name);
                @SuppressWarnings("unchecked")
                var series = ((List<Map<String, Object>>)
                                page.evaluate("document.querySelector('orrery-curve').series()"))
                        .getFirst();
                var contexts = (List<?>) series.get("contexts");
                var values = (List<?>) series.get("values");
                assertThat(contexts).hasSameSizeAs(values).hasSizeGreaterThan(20);
                for (int i = 0; i < contexts.size(); i++) {
                    long context = ((Number) contexts.get(i)).longValue();
                    double expected = CurveSet.value(quantity, scenario, on, context);
                    assertThat(((Number) values.get(i)).doubleValue())
                            .as("%s at %d tokens", quantity, context)
                            .isCloseTo(expected, within(1e-9 * expected));
                }
                checked.add(quantity);
            }
        }
        assertThat(checked).containsExactly(Quantity.values());
    }

    @Test
    void noPageIsWiderThanANarrowTelephone() {
        var wide = new ArrayList<String>();
        try (var page = site.open("index.html", NARROW, ColorScheme.LIGHT)) {
            for (var name : site.pages()) {
                page.navigate(site.address(name));
                page.locator("body").waitFor();
                int width = (int) page.evaluate("document.documentElement.scrollWidth");
                if (width > NARROW) {
                    wide.add(name + " is " + width + " wide");
                }
            }
        }
        assertThat(wide).isEmpty();
    }

    @Test
    void componentsAreNoWiderThanANarrowTelephoneEither() {
        try (var page =
                site.open("compare.html#models=deepseek-v3,gemma-3-27b,llama-4-maverick", NARROW, ColorScheme.LIGHT)) {
            assertThat(page.locator(".legend")).containsText("llama-4-maverick");
            assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
                    .isEqualTo(NARROW);
            picture(page, "compare-narrow");
        }
        try (var page = site.open("timeline.html", NARROW, ColorScheme.DARK)) {
            assertThat(page.locator("svg.timeline a").first()).isVisible();
            assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
                    .isEqualTo(NARROW);
            picture(page, "timeline-narrow-dark");
        }
    }

    @Test
    void coloursFollowTheSystemAndTheSwitch() {
        String paper = "getComputedStyle(document.documentElement).backgroundColor";
        try (var page = site.open("models/gemma-3-27b.html", 1200, ColorScheme.DARK)) {
            String dark = (String) page.evaluate(paper);
            String drawing = "getComputedStyle(document.querySelector('figure.drawing svg')).backgroundColor";
            assertThat(page.evaluate(drawing)).isEqualTo(dark);
            picture(page, "model-dark");

            var button = page.locator("orrery-theme button");
            button.click();
            assertThat(button).hasText("light");
            String light = (String) page.evaluate(paper);
            assertThat(light).isNotEqualTo(dark).isEqualTo("rgb(255, 255, 255)");
            assertThat(page.evaluate(drawing)).isEqualTo(light);
            button.click();
            assertThat(page.evaluate(paper)).isEqualTo(dark);
        }
    }

    @Test
    void theTimelinePlacesEveryDatedModelAndLinksToIt() {
        long dated = Catalog.releases().stream()
                .filter(release -> release.released().isPresent())
                .count();
        try (var page = site.open("timeline.html")) {
            assertThat(page.locator("svg.timeline a")).hasCount((int) dated);
            picture(page, "timeline");
            page.locator(".tabs button", new Page.LocatorOptions().setHasText("since 2023"))
                    .click();
            assertThat(page.locator("svg.timeline a")).not().hasCount((int) dated);
            assertThat(page.locator("svg.timeline a[href='models/gpt2.html']")).hasCount(0);
            page.locator(".tabs button", new Page.LocatorOptions().setHasText("KV values"))
                    .click();
            var one = page.locator("svg.timeline a[href='models/deepseek-v3.html']");
            assertThat(one).hasAttribute("aria-label", "deepseek-v3, 2024-12-26: 35,136");
            one.press("Enter");
            assertThat(page.locator("h1")).hasText("deepseek-v3");
        }
    }

    @Test
    void aMechanismsPageListsItsModelsAndSortsThem() {
        try (var page = site.open("mechanisms/multi-head-latent-attention.html")) {
            assertThat(page.locator("tbody th")).containsText(new String[] {"deepseek"});
            assertThat(page.locator("tbody"))
                    .containsText(
                            "512 latent + 64 with RoPE = 576 values per token per layer, instead of 2 × 128 heads × 128 = 32,768");
            page.locator("thead button").first().press("Enter");
            assertThat(page.locator("thead th").first()).hasAttribute("aria-sort", "ascending");
            assertThat(page.locator("tbody th").allTextContents()).isSorted();
            picture(page, "mechanism");
        }
    }

    @Test
    void everyPageOpensWithoutAComplaintAndItsLinksLeadSomewhere() {
        var pages = site.pages();
        assertThat(pages).hasSizeGreaterThan(Catalog.releases().size());
        try (var page =
                site.open("index.html", new Browser.NewContextOptions().setReducedMotion(ReducedMotion.REDUCE))) {
            for (var name : pages) {
                page.navigate(site.address(name));
                assertThat(page.locator("main h1")).hasCount(1);
                @SuppressWarnings("unchecked")
                var links = (List<String>)
                        page.evaluate(
                                "[...document.querySelectorAll('a[href]')].map(a => new URL(a.getAttribute('href'), document.baseURI).href.split('#')[0]).filter(a => a.startsWith('file:'))");
                assertThat(links)
                        .allSatisfy(link ->
                                assertThat(Path.of(java.net.URI.create(link))).exists());
            }
        }
    }

    @Test
    void theFirstTabStopLeadsToTheContent() {
        try (var page = site.open("index.html")) {
            page.keyboard().press("Tab");
            assertThat(page.locator(".skip")).isFocused();
            page.keyboard().press("Enter");
            assertThat(page.locator("#content")).isFocused();
        }
    }
}
