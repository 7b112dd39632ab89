package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.catalog.Slice;
import orrery.draw.Theme.Scheme;
import orrery.spec.ArchitectureSpec;

/** Drawings without a style sheet, and as HTML for other people's pages. */
final class EmbeddedDrawingTest {
    private static Stream<ArchitectureSpec> releases() {
        return Catalog.releases().stream().map(Release::spec);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void aPlainDrawingSaysTheSameWithoutAStyleSheet(ArchitectureSpec spec) {
        var diagram = BlockDiagram.of(spec);

        for (var scheme : Scheme.values()) {
            String plain = diagram.plain(scheme);
            assertThat(plain).doesNotContain("class=", "<style", "var(");
            assertThat(Drawn.of(diagram.plain(scheme)).all("text"))
                    .extracting(text -> text.getTextContent())
                    .isEqualTo(Drawn.of(diagram).all("text").stream()
                            .map(text -> text.getTextContent())
                            .toList());
            assertThat(Drawn.of(diagram.plain(scheme)).all("text"))
                    .allSatisfy(text -> assertThat(text.getAttribute("fill")).matches("#[0-9a-f]{6}"));
        }
    }

    @ParameterizedTest
    @EnumSource(DrawnMechanism.class)
    void everyMechanismCanBePlain(DrawnMechanism mechanism) {
        var whole = Specs.of("gemma-3n-e4b");
        var nested = Slice.examples(whole).stream()
                .map(slice -> slice.of(whole))
                .map(cut -> new DrawnMechanism.Nested(cut.spec(), cut.layers()))
                .toList();

        var diagram = mechanism.draw(List.of(whole), nested);

        assertThat(diagram.plain(Scheme.DARK)).doesNotContain("class=", "var(").contains("#14171d");
    }

    @Test
    void whatAClassSaysGoesBeforeWhatAnElementSays() {
        var svg = new Svg();
        svg.text(1, 2, "muted small", "a").shape("rect", "faint", "fill-opacity", 0.9);

        assertThat(svg.diagram("t", "d", 10, 10).plain(Scheme.LIGHT))
                .contains("<text x=\"1\" y=\"2\" fill=\"#566072\" font-size=\"11px\">a</text>")
                .contains("<rect fill-opacity=\".5\" stroke-opacity=\".6\"/>");
    }

    @Test
    void aSnippetKeepsItsStyleAndItsNamesToItself() {
        var diagram = SideBySide.of(List.of(Specs.of("llama-3-8b"), Specs.of("olmo-2-7b")));
        String html = diagram.snippet();

        assertThat(html)
                .startsWith("<figure ")
                .endsWith("</figure>\n")
                .contains("<figcaption>llama-3-8b, olmo-2-7b: side by side. Drawn by Orrery.</figcaption>")
                .contains("role=\"img\"", "<title id=\"orrery-", "<desc id=\"orrery-", "tabindex=\"0\"");
        String scope = html.replaceFirst("(?s).*?<svg [^>]* class=\"(orrery-[0-9a-f]+)\".*", "$1");
        assertThat(Pattern.compile("class=\"([^\"]*)\"").matcher(html).results())
                .allSatisfy(names -> assertThat(names.group(1).split(" "))
                        .allSatisfy(name -> assertThat(name).startsWith(scope)));
        String style = html.replaceFirst("(?s).*<style>(.*?)</style>.*", "$1");
        assertThat(Pattern.compile("(?:^|[{}])([^{}@]+)\\{").matcher(style).results())
                .hasSizeGreaterThan(20)
                .allSatisfy(selector -> assertThat(selector.group(1)).startsWith("." + scope));
        assertThat(Pattern.compile("id=\"([^\"]*)\"").matcher(html).results().map(id -> id.group(1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void snippetsOfDifferentModelsShareNoNames() {
        String one = BlockDiagram.of(Specs.of("llama-3-8b")).snippet();
        String other = BlockDiagram.of(Specs.of("olmo-2-7b")).snippet();

        for (var names : List.of(Pattern.compile("id=\"([^\"]*)\""), Pattern.compile("class=\"([^\" ]*)"))) {
            var of = names.matcher(one).results().map(found -> found.group(1)).toList();
            assertThat(names.matcher(other).results().map(found -> found.group(1)))
                    .doesNotContainAnyElementsOf(of);
        }
    }
}
