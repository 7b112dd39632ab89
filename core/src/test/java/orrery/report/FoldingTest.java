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

    /** How many items a group stands for. */
    private static int size(Folding.Group<?> group) {
        return group.times()
                * group.runs().stream().mapToInt(Folding.Run::count).sum();
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
            assertThat(size(group)).isEqualTo(unfolded.size() - before);
        }
        assertThat(unfolded).isEqualTo(items);
    }

    private static List<String> characters(String text) {
        return text.chars().mapToObj(Character::toString).toList();
    }

    /** As many layers as a config may have: a telling that takes the cube of that does not end. */
    @Test
    void tellsTenThousandItemsWithoutAnyPeriod() {
        var random = new Random(10);
        var items = new ArrayList<Integer>();
        for (int i = 0; i < 10_000; i++) {
            items.add(random.nextInt(100) == 0 ? 1 : 0);
        }

        var folding = Folding.of(items);

        assertThat(folding.groups().stream().mapToInt(FoldingTest::size).sum()).isEqualTo(10_000);
        assertThat(Folding.of(Collections.nCopies(10_000, "a")).text(Function.identity()))
                .isEqualTo("10000 a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 11})
    void noOtherTellingIsShorter(int size) {
        for (int bits = 0; bits < 1 << size; bits++) {
            var items = new ArrayList<Integer>();
            for (int i = 0; i < size; i++) {
                items.add(bits >>> i & 1);
            }

            assertThat(cost(Folding.of(items))).as("%s", items).isEqualTo(fewest(items, 0));
        }
    }

    private static int cost(Folding<?> folding) {
        return folding.groups().stream()
                .mapToInt(group -> 2 * group.runs().size() + 1)
                .sum();
    }

    /** Tries every first group, however wasteful. */
    private static int fewest(List<Integer> items, int from) {
        if (from == items.size()) {
            return 0;
        }
        int fewest = Integer.MAX_VALUE;
        for (int period = 1; from + period <= items.size(); period++) {
            var unit = items.subList(from, from + period);
            int runs = 1;
            for (int i = 1; i < period; i++) {
                runs += unit.get(i).equals(unit.get(i - 1)) ? 0 : 1;
            }
            if (period > 1 && runs == 1) {
                continue;
            }
            int end = from + period;
            for (int times = 1; ; times++) {
                if (period == 1 || times > 1) {
                    fewest = Math.min(fewest, 2 * runs + 1 + fewest(items, end));
                }
                if (end + period > items.size()
                        || !items.subList(end, end + period).equals(unit)) {
                    break;
                }
                end += period;
            }
        }
        return fewest;
    }
}
