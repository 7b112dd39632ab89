package orrery.lab.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.lab.train.TrainException;

final class TasksTest {
    static Stream<Task> tasks() {
        return Stream.of(
                new Recall(45, 4, 7),
                new Copying(13, 5, 3),
                new ModularSums(17, 3, 11),
                new TextTask("one fish, two fish, red fish, blue fish".repeat(9).getBytes(UTF_8), 21));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7, 46, 128})
    void recallAsksForTheValueThatLiesAtItsDistance(int length) {
        int keys = Math.min(5, length / 2);
        var recall = new Recall(length, keys, 3);
        var batch = recall.training(3, 1, 20);
        int answers = 0;
        for (int s = 0; s < 20; s++) {
            int[] tokens = batch.tokens()[s];
            // Each key has its value once.
            assertThat(Arrays.stream(tokens)
                            .filter(id -> id < keys * 3)
                            .map(id -> id / 3)
                            .sorted())
                    .containsExactly(IntStream.range(0, keys).boxed().toArray(Integer[]::new));
            for (int i = 0; i < length; i++) {
                boolean question = tokens[i] >= keys * 3 && tokens[i] < keys * 3 + keys;
                assertThat(batch.targets()[s][i] != Batch.NONE).isEqualTo(question);
                if (question) {
                    int told = tokens[i - batch.distances()[s][i]];
                    assertThat(told / 3).isEqualTo(tokens[i] - keys * 3);
                    assertThat(batch.targets()[s][i]).isEqualTo(keys * 4 + told % 3);
                    answers++;
                }
            }
        }
        assertThat(answers).isGreaterThan(length * 20 / 8);
    }

    @Test
    void recallAsksAtAllDistances() {
        var ranges = new TreeSet<Integer>();
        for (int[] row : new Recall(128, 4, 5).training(1, 0, 40).distances()) {
            Arrays.stream(row).filter(distance -> distance > 0).forEach(distance -> ranges.add(log(distance)));
        }
        assertThat(ranges).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    private static int log(int distance) {
        return 31 - Integer.numberOfLeadingZeros(distance);
    }

    @Test
    void copyingAsksForTheTokenAtItsDistance() {
        var batch = new Copying(13, 5, 3).training(1, 0, 4);
        for (int s = 0; s < 4; s++) {
            for (int i = 0; i < 13; i++) {
                assertThat(batch.targets()[s][i]).isEqualTo(i < 5 ? Batch.NONE : batch.tokens()[s][i - 5]);
                assertThat(batch.distances()[s][i]).isEqualTo(i < 5 ? 0 : 5);
            }
        }
    }

    @Test
    void sumsNeedBothDigits() {
        var batch = new ModularSums(17, 3, 11).training(1, 0, 4);
        for (int s = 0; s < 4; s++) {
            int[] tokens = batch.tokens()[s];
            for (int i = 0; i < 17; i++) {
                assertThat(batch.targets()[s][i]).isEqualTo(i < 3 ? Batch.NONE : (tokens[i] + tokens[i - 3]) % 11);
            }
        }
    }

    @Test
    void aTextsLastTenthIsMeasuredAndNeverTrainedOn() {
        var bytes = new byte[1000];
        Arrays.fill(bytes, 900, 1000, (byte) 1);
        var task = new TextTask(bytes, 50);

        for (int step = 0; step < 50; step++) {
            assertThat(List.of(task.training(1, step, 8).targets()))
                    .allSatisfy(row -> assertThat(row).doesNotContain(1));
        }
        assertThat(List.of(task.validation(3).tokens()))
                .allSatisfy(row -> assertThat(row).containsOnly(1));
        assertThat(task.validation(1).distances()[0]).startsWith(1, 2, 3).endsWith(50);
    }

    /** All that is measured is a byte that was never trained on, among 900 bytes and one more of each of 256. */
    @Test
    void frequenciesAloneHaveAKnownLoss() {
        var bytes = new byte[1000];
        Arrays.fill(bytes, 900, 1000, (byte) 1);

        assertThat(new TextTask(bytes, 50).lossOfFrequencies()).isEqualTo(Math.log(900 + 256), within(1e-9));
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void equalSeedsGiveEqualBatchesAndOthersDoNot(Task task) {
        assertThat(task.training(5, 2, 3).tokens())
                .isDeepEqualTo(task.training(5, 2, 3).tokens());
        for (var other : List.of(task.training(6, 2, 3), task.training(5, 3, 3), task.validation(3))) {
            assertThat(Arrays.deepEquals(other.tokens(), task.training(5, 2, 3).tokens()))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void tokensAndAnswersAreOfTheVocabulary(Task task) {
        var batch = task.training(1, 0, 9);
        assertThat(batch.tokens()).hasNumberOfRows(9);
        for (int[] row : batch.tokens()) {
            assertThat(row).hasSize(task.length());
            assertThat(Arrays.stream(row)).allMatch(id -> id >= 0 && id < task.vocabulary());
        }
        for (int[] row : batch.targets()) {
            assertThat(Arrays.stream(row)).allMatch(id -> id >= Batch.NONE && id < task.vocabulary());
        }
    }

    @Test
    void theJargonFileIsWhole() {
        var text = new String(JargonFile.bytes(), UTF_8);

        assertThat(JargonFile.bytes()).hasSize(1_417_300);
        assertThat(text)
                .startsWith("(TM)\n")
                .contains("\nfoo\n")
                .endsWith("games.\n")
                .doesNotContain("\uFFFD");
    }

    @Test
    void impossibleTasksAreRefused() {
        assertThatThrownBy(() -> new Recall(7, 4, 4)).isInstanceOf(TrainException.class);
        assertThatThrownBy(() -> new Copying(8, 8, 4))
                .isInstanceOf(TrainException.class)
                .hasMessageContaining("expected a distance of 1 to less than the length");
        assertThatThrownBy(() -> new ModularSums(8, 2, 1)).isInstanceOf(TrainException.class);
        assertThatThrownBy(() -> new TextTask(new byte[100], 10)).isInstanceOf(TrainException.class);
    }
}
