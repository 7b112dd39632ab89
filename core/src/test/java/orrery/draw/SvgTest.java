package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

final class SvgTest {
    @Test
    void escapesWhatXmlTakesForItsOwn() {
        var diagram = new Svg()
                .text(1, 2, "small", "a < b & \"c\" > d\u0000\uD83D\uDE00")
                .diagram("t & t", "<d>", 10, 20);
        var drawn = Drawn.of(diagram);

        assertThat(drawn.texts()).containsExactly("a < b & \"c\" > d\uD83D\uDE00");
        assertThat(drawn.all("title").getFirst().getTextContent()).isEqualTo("t & t");
        assertThat(drawn.all("desc").getFirst().getTextContent()).isEqualTo("<d>");
    }

    @Test
    void writesNumbersTheSameInEveryLocale() {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(Svg.number(1234.5)).isEqualTo("1234.5");
            assertThat(Svg.number(0.005)).isEqualTo("0");
            assertThat(Svg.number(-0.126)).isEqualTo("-0.13");
            assertThat(Svg.number(7)).isEqualTo("7");
            assertThat(Svg.pathData("M", 1.25, 2, "Z")).isEqualTo("M 1.25 2 Z");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void differentDrawingsHaveDifferentIds() {
        var one = new Svg().line(0, 0, 1, 1, "flow").diagram("same", "same", 10, 10);
        var other = new Svg().line(0, 0, 1, 2, "flow").diagram("same", "same", 10, 10);

        assertThat(Drawn.of(one).all("title").getFirst().getAttribute("id"))
                .isNotEqualTo(Drawn.of(other).all("title").getFirst().getAttribute("id"));
    }

    @Test
    void groupsAndHintsAreClosed() {
        var diagram = new Svg()
                .group("box")
                .hint("more about it")
                .rectangle(0, 0, 5, 5, 1, "norm")
                .endGroup()
                .diagram("t", "d", 10, 10);

        assertThat(Drawn.of(diagram).all("g"))
                .singleElement()
                .satisfies(group -> assertThat(Drawn.all(group, "title"))
                        .singleElement()
                        .satisfies(hint -> assertThat(hint.getTextContent()).isEqualTo("more about it")));
    }
}
