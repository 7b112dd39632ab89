package orrery.app.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import orrery.app.measure.TextWindows.Window;
import orrery.app.terminal.CommandException;

final class TextWindowsTest {
    private static int[] ids(int count) {
        return IntStream.range(100, 100 + count).toArray();
    }

    @Test
    void aTextOfOneWindowIsScoredFromItsSecondTokenOn() {
        var windows = TextWindows.of(ids(5), new int[0], 8, 4);
        assertThat(windows.windows()).containsExactly(new Window(0, 5, 1));
        assertThat(windows.tokens(windows.windows().getFirst())).containsExactly(100, 101, 102, 103, 104);
        assertThat(windows.work()).isEqualTo(5);
        assertThat(windows.scored()).isEqualTo(4);
    }

    @Test
    void withAPrefixTheFirstTokenIsScoredToo() {
        var windows = TextWindows.of(ids(7), new int[] {2}, 4, 2);
        assertThat(windows.windows()).containsExactly(new Window(0, 3, 0), new Window(2, 5, 3), new Window(4, 7, 5));
        assertThat(windows.tokens(windows.windows().get(1))).containsExactly(2, 102, 103, 104);
        assertThat(windows.predicted(windows.windows().get(1), 1)).isEqualTo(3);
    }

    @Test
    void everyTokenIsScoredOnceWhateverTheSizes() {
        for (var prefix : List.of(new int[0], new int[] {2})) {
            for (int count = 2; count < 30; count++) {
                for (int length = 2 + prefix.length; length < 12; length++) {
                    int most = length - 1;
                    for (int stride = 1; stride <= most; stride++) {
                        var windows = TextWindows.of(ids(count), prefix, length, stride);
                        var scored = new HashMap<Integer, Integer>();
                        for (var window : windows.windows()) {
                            assertThat(windows.tokens(window)).hasSizeLessThanOrEqualTo(length);
                            for (int row = 0; row < windows.tokens(window).length; row++) {
                                if (windows.scores(window, row)) {
                                    int index = windows.predicted(window, row);
                                    scored.merge(index, 1, Integer::sum);
                                    assertThat(windows.tokens(window)[row + 1]).isEqualTo(100 + index);
                                }
                            }
                        }
                        assertThat(scored)
                                .hasSize(count - 1 + prefix.length)
                                .containsKey(1)
                                .containsKey(count - 1);
                        assertThat(scored.values()).containsOnly(1);
                        assertThat(windows.scored()).isEqualTo(scored.size());
                    }
                }
            }
        }
    }

    @Test
    void aTokenInTheMiddleHasAWindowLessAStrideBeforeIt() {
        var windows = TextWindows.of(ids(100), new int[] {2}, 21, 5);
        for (var window : windows.windows().subList(1, windows.windows().size())) {
            assertThat(window.scoredFrom() - window.from()).isGreaterThanOrEqualTo(20 - 5);
        }
    }

    @Test
    void refusesAStrideThatLeavesTokensOut() {
        assertThatThrownBy(() -> TextWindows.of(ids(9), new int[0], 4, 4))
                .isInstanceOf(CommandException.class)
                .hasMessage("a stride of 4 with windows of 4 tokens: expected 1 to 3, so that every token is scored and"
                        + " has another token before it");
        assertThatThrownBy(() -> TextWindows.of(ids(9), new int[] {2}, 4, 4)).isInstanceOf(CommandException.class);
        assertThatThrownBy(() -> TextWindows.of(ids(9), new int[0], 4, 0)).isInstanceOf(CommandException.class);
    }

    @Test
    void refusesATextWithNothingToScore() {
        assertThatThrownBy(() -> TextWindows.of(ids(1), new int[0], 4, 2))
                .isInstanceOf(CommandException.class)
                .hasMessage("the text has 1 tokens, expected 2 or more to have something to score");
        assertThatThrownBy(() -> TextWindows.of(ids(0), new int[] {2}, 4, 2)).isInstanceOf(CommandException.class);
    }
}
