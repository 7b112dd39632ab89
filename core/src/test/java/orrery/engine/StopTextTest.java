package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StopTextTest {
    @ParameterizedTest
    @CsvSource({
        // text, stops, answer
        "one two three, two, 'one '",
        "one two three, xyz, one two three",
        "one two three, twos, one two three",
        "aaab, aab, a",
        "aabaaab, aaab, aab",
        "abc, bc|abc, ''",
        "abcd, abcde|c, ab",
        "the end, end|the end|d, ''",
        "x, x, ''",
        "ends in par, part, ends in par",
        "mississippi, issip, miss",
        "a😀b, 😀, a",
    })
    void endsTheTextWhereverItIsCut(String text, String stops, String answer) {
        var list = List.of(stops.split("\\|"));
        for (int size = 1; size <= text.length(); size++) {
            var stop = new StopText(list);
            var shown = new StringBuilder();
            for (int at = 0; at < text.length(); at += size) {
                shown.append(stop.append(text.substring(at, Math.min(text.length(), at + size))));
                assertThat(answer).startsWith(shown.toString());
            }
            shown.append(stop.rest());
            assertThat(shown).hasToString(answer);
            assertThat(stop.found().isPresent()).isEqualTo(!answer.equals(text));
        }
    }

    @Test
    void holdsBackOnlyWhatMayStillBecomeAStop() {
        var stop = new StopText(List.of("###", "\n\nQ"));
        assertThat(stop.append("text #")).isEqualTo("text ");
        assertThat(stop.append("#")).isEmpty();
        assertThat(stop.append("\n")).isEqualTo("##");
        assertThat(stop.append("\n")).isEmpty();
        assertThat(stop.append("A")).isEqualTo("\n\nA");
        assertThat(stop.append("more")).isEqualTo("more");
    }

    @Test
    void saysNothingAfterTheStop() {
        var stop = new StopText(List.of("!"));
        assertThat(stop.append("so! and")).isEqualTo("so");
        assertThat(stop.append(" on")).isEmpty();
        assertThat(stop.rest()).isEmpty();
    }
}
