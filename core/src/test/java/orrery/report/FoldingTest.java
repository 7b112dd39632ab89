package orrery.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FoldingTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a                | 1 a
            aaaa             | 4 a
            ab               | 1 a + 1 b
            abab             | 2 × (1 a, 1 b)
            aaabaaabaa       | 2 × (3 a, 1 b) + 2 a
            aabbbbbb         | 2 a + 6 b
            aaabaaabccdccd   | 2 × (3 a, 1 b) + 2 × (2 c, 1 d)
            """)
    void tellsAListByItsShortestPeriod(String items, String expected) {
        assertThat(Folding.of(characters(items)).text(Function.identity())).isEqualTo(expected);
    }

    @Test
    void anEmptyListHasNothingToTell() {
        assertThat(Folding.of(List.of()).groups()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 31, 126})
    void writtenOutItIsTheList(int size) {
        var random = new Random(size);
        var items = new ArrayList<Integer>();
        for (int i = 0; i < size; i++) {
            items.add(random.nextInt(2));
        }

        var folding = Folding.of(items);

        var unfolded = new ArrayList<Integer>();
        for (var group : folding.groups()) {
            int before = unfolded.size();
            for (int i = 0; i < group.times(); i++) {
                group.runs().forEach(run -> unfolded.addAll(Collections.nCopies(run.count(), run.item())));
            }
            assertThat(group.size()).isEqualTo(unfolded.size() - before);
        }
        assertThat(unfolded).isEqualTo(items);
    }

    private static List<String> characters(String text) {
        return text.chars().mapToObj(Character::toString).toList();
    }
}
