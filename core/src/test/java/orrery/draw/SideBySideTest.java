package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import orrery.spec.ArchitectureSpec;

final class SideBySideTest {
    private static Diagram draw(String... names) {
        return SideBySide.of(Stream.of(names).map(Specs::of).toList());
    }

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void keepsTheRulesOfAllDrawings(ArchitectureSpec spec) {
        DrawingRules.hold(SideBySide.of(List.of(spec, Specs.of("gemma-3n-e4b"))));
    }

    @Test
    void keepsTheRulesForFiveModels() {
        DrawingRules.hold(draw("deepseek-v3", "llama-3.1-405b", "gemma-3-27b", "olmo-2-7b", "mistral-small-3.1-24b"));
    }

    @Test
    void correspondingPartsStandAtTheSameHeight() {
        var drawn = Drawn.of(draw("deepseek-v3", "olmo-2-7b", "gemma-3-27b"));

        assertThat(drawn.all("text"))
                .filteredOn(text -> text.getTextContent().equals("Token embedding"))
                .hasSize(3)
                .extracting(text -> text.getAttribute("y"))
                .containsOnly(drawn.all("text").stream()
                        .filter(text -> text.getTextContent().equals("Token embedding"))
                        .findFirst()
                        .orElseThrow()
                        .getAttribute("y"));
        assertThat(drawn.all("circle"))
                .filteredOn(circle -> Drawn.classes(circle).contains("sum"))
                .as("two sums for each of three models, at two heights")
                .hasSize(6)
                .extracting(circle -> circle.getAttribute("cy"))
                .satisfies(heights -> assertThat(heights.stream().distinct()).hasSize(2));
    }

    @Test
    void marksNothingBetweenAModelAndItself() {
        var spec = Specs.of("gemma-3n-e4b");

        var marks = signs(Drawn.of(SideBySide.of(List.of(spec, spec.withName("other")))));

        assertThat(marks).as("the legend's own").hasSize(3);
    }

    @Test
    void marksTheNormsThatStandElsewhere() {
        var drawn = Drawn.of(draw("llama-3-8b", "olmo-2-7b"));

        var outlined = drawn.all("g").stream()
                .filter(group -> Drawn.all(group, "rect").stream()
                        .anyMatch(rectangle -> Drawn.classes(rectangle).contains("differs")))
                .map(group -> Drawn.all(group, "text").getFirst().getTextContent());

        assertThat(outlined)
                .containsExactly(
                        "RMSNorm", "Grouped-query attention", "RMSNorm", "Multi-head attention", "RMSNorm", "RMSNorm");
    }

    @Test
    void marksAreSignsAndNotColoursAlone() {
        var drawn = Drawn.of(draw("gemma-3-27b", "mistral-small-3.1-24b"));

        long tints = drawn.all("rect").stream()
                .filter(rectangle -> Drawn.classes(rectangle).contains("tint")
                        || Drawn.classes(rectangle).contains("differs"))
                .count();

        assertThat((long) signs(drawn).size()).isGreaterThanOrEqualTo(tints);
    }

    private static List<Element> signs(Drawn drawn) {
        return drawn.all("text").stream()
                .filter(text -> text.getTextContent().equals("≠"))
                .toList();
    }

    @Test
    void wantsMoreThanOneModel() {
        assertThatThrownBy(() -> draw("gpt2"))
                .isInstanceOf(DrawException.class)
                .hasMessage("1 models side by side, expected at least 2");
    }
}
