package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.spec.ArchitectureSpec;

final class OpenedPartTest {
    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void everyPartOfEveryModelCanBeOpened(ArchitectureSpec spec) {
        assertThat(OpenedPart.in(spec)).contains(OpenedPart.ATTENTION).hasSizeBetween(2, 3);
        OpenedPart.in(spec).forEach(part -> DrawingRules.hold(part.draw(spec)));
    }

    @ParameterizedTest
    @EnumSource(OpenedPart.class)
    void isFoundByItsTitle(OpenedPart part) {
        assertThat(OpenedPart.of(part.title())).contains(part);
    }

    /** Its report has two, which are stored as one of twice the width. */
    @Test
    void sharedExpertsAreCounted() {
        assertThat(Drawn.of(BlockDiagram.of(Specs.of("deepseek-v2"), List.of(OpenedPart.EXPERTS)))
                        .texts())
                .containsSubsequence("2 shared experts", "every token, 1,536 wide each");
    }

    @Test
    void whatAModelLacksIsNotOpened() {
        assertThatThrownBy(() -> OpenedPart.EXPERTS.draw(Specs.of("gpt2")))
                .isInstanceOf(DrawException.class)
                .hasMessage("gpt2 has no experts to open");
        assertThatThrownBy(() -> OpenedPart.FEED_FORWARD.draw(Specs.of("qwen3-30b-a3b")))
                .hasMessage("qwen3-30b-a3b has no dense feed-forward to open");
        assertThat(OpenedPart.of("norms")).isEmpty();
    }
}
