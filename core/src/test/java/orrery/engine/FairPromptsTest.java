package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.spec.Reach;

/** How the rows of a step are shared among prompts, and how many there are. */
final class FairPromptsTest {
    private static int[] prompt(int kind, int length) {
        return IntStream.range(0, length)
                .map(i -> (kind + i * 7) % FakeModel.VOCABULARY)
                .toArray();
    }

    private static Sequence sequence(int pending) {
        return new Sequence(new int[pending], pending + 10, 1, new Sequence.Recipient() {
            @Override
            public void accept(Sequence sequence, int row) {}

            @Override
            public void fail(EngineException why) {
                throw why;
            }
        });
    }

    private static List<Integer> granted(PromptRoom room, int rows, List<Sequence> running) {
        room.share(running, rows);
        return running.stream().map(sequence -> sequence.granted).toList();
    }

    @Test
    void aPromptAloneGetsAllOfIt() {
        assertThat(granted(new PromptRoom(), 64, List.of(sequence(100)))).containsExactly(64);
        assertThat(granted(new PromptRoom(), 64, List.of(sequence(1), sequence(100))))
                .containsExactly(0, 64);
        assertThat(granted(new PromptRoom(), 64, List.of(sequence(1)))).containsExactly(0);
    }

    @Test
    void theOldestGetsHalfAndTheOthersShareTheRest() {
        assertThat(granted(new PromptRoom(), 64, List.of(sequence(900), sequence(900), sequence(900))))
                .containsExactly(32, 16, 16);
        assertThat(granted(new PromptRoom(), 7, List.of(sequence(900), sequence(900))))
                .containsExactly(4, 3);
    }

    @Test
    void whatOthersDoNotNeedIsTheOldests() {
        assertThat(granted(new PromptRoom(), 64, List.of(sequence(900), sequence(5), sequence(3))))
                .containsExactly(56, 5, 3);
    }

    @Test
    void whatOneDoesNotNeedIsLeftToTheNext() {
        assertThat(granted(new PromptRoom(), 64, List.of(sequence(900), sequence(2), sequence(900))))
                .containsExactly(32, 2, 30);
        assertThat(granted(new PromptRoom(), 64, List.of(sequence(900), sequence(900), sequence(2))))
                .containsExactly(32, 30, 2);
    }

    @Test
    void allHaveTheirTurnWhereThereAreMoreThanRows() {
        var room = new PromptRoom();
        var running = new ArrayList<Sequence>();
        for (int i = 0; i < 8; i++) {
            running.add(sequence(50));
        }
        var rows = new int[8];
        for (int step = 0; step < 21; step++) {
            room.share(running, 4);
            for (int i = 0; i < 8; i++) {
                rows[i] += running.get(i).granted;
            }
        }
        // Two rows per step for the oldest, the other two in turn among seven.
        assertThat(rows).containsExactly(42, 6, 6, 6, 6, 6, 6, 6);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noRowIsLostAndNobodyGetsMoreThanItNeeds(long seed) {
        var random = new Random(seed);
        var room = new PromptRoom();
        for (int round = 0; round < 500; round++) {
            var running = new ArrayList<Sequence>();
            for (int i = random.nextInt(9); i >= 0; i--) {
                running.add(sequence(1 + random.nextInt(40)));
            }
            int rows = 1 + random.nextInt(70);
            room.share(running, rows);
            int needed = running.stream()
                    .mapToInt(Sequence::pending)
                    .filter(n -> n > 1)
                    .sum();
            assertThat(running.stream().mapToInt(sequence -> sequence.granted).sum())
                    .isEqualTo(Math.min(rows, needed));
            assertThat(running).allMatch(sequence -> sequence.granted <= sequence.pending());
        }
    }

    @Test
    void aShortPromptIsNotHeldUpByALongOne() {
        try (var model = new FakeModel(4, 400, 8, 4, 400, Reach.FULL)) {
            model.new Request(390, prompt(0, 380));
            model.step();
            var brief = model.new Request(20, prompt(1, 7));
            int steps = 0;
            while (brief.sequence.length() == 7) {
                model.step();
                steps++;
            }
            // Four rows per step.
            assertThat(steps).isEqualTo(2);
        }
    }

    @Test
    void aLongPromptIsNotHeldUpByShortOnes() {
        try (var model = new FakeModel(4, 400, 8, 9, 400, Reach.FULL)) {
            var large = model.new Request(210, prompt(0, 200));
            int steps = 0;
            while (large.sequence.length() == 200) {
                model.new Request(9, prompt(1 + steps, 8));
                model.step();
                steps++;
            }
            assertThat(steps).isLessThanOrEqualTo(200 / 4);
            model.run();
        }
    }

    @Test
    void oneThatDoesNotFitIsPassedEightTimesAtMost() {
        // Ten pages of four: the large one needs nine.
        try (var model = new FakeModel(4, 10, 8, 4, 40, Reach.FULL)) {
            var small = model.new Request(20, prompt(18));
            model.step();
            var large = model.new Request(36, prompt(1, 35));
            var later = new ArrayList<FakeModel.Request>();
            for (int i = 0; i < 12; i++) {
                later.add(model.new Request(4, prompt(2 + i, 2)));
            }
            // Others go first while the small one keeps pages, but not all of them.
            while (!large.sequence.running && !large.done) {
                model.step();
            }
            assertThat(large.sequence.overtaken).isBetween(1, 8);
            assertThat(later.stream().filter(request -> request.sequence.length() == 2 && !request.done))
                    .isNotEmpty();
            model.run();
            assertThat(List.of(small, large))
                    .allSatisfy(one -> assertThat(one.tokens()).isEqualTo(one.expected()));
            assertThat(later).allSatisfy(one -> assertThat(one.tokens()).isEqualTo(one.expected()));
        }
    }

    private static int[] prompt(int length) {
        return prompt(0, length);
    }

    @Test
    void whileNobodyWaitsForATokenPromptsTakeAllRows() {
        var pace = new Pace(256, 200_000_000);
        pace.took(256, 5_000_000_000L);
        assertThat(pace.rows(false)).isEqualTo(256);
    }

    @ParameterizedTest
    @CsvSource({
        "1000000, 0, 200",
        "1000000, 60000000, 140",
        "3000000, 50000000, 50",
        "100000, 0, 256",
        "90000000, 0, 16"
    })
    void aStepTakesAsManyRowsAsThePauseAllows(long row, long answers, int expected) {
        var pace = new Pace(256, 200_000_000);
        assertThat(pace.rows(true)).as("before anything is known").isEqualTo(16);
        for (int i = 0; i < 50; i++) {
            pace.took(0, Math.max(1, answers));
            int rows = pace.rows(true);
            pace.took(rows, answers + rows * row);
        }
        assertThat(pace.rows(true)).isBetween(expected - 1, expected);
    }

    /** 29 ms for the weights, in which six rows are computed on the way: what sixteen rows take misleads. */
    @ParameterizedTest
    @ValueSource(longs = {1, 40, 200, 1000, 5000})
    void noStepTakesTwiceThePauseWhereTheFirstRowsAreNearlyFree(long pauseMillis) {
        long pause = pauseMillis * 1_000_000;
        var pace = new Pace(512, pause);
        for (int step = 0; step < 100; step++) {
            int rows = pace.rows(true);
            long took = Math.max(29_000_000, (rows + 4) * 4_800_000L);
            if (rows > 16) {
                assertThat(took).isLessThan(2 * pause);
            }
            pace.took(step % 5 == 4 ? 0 : rows, took);
        }
        long last = Math.max(29_000_000, (pace.rows(true) + 4) * 4_800_000L);
        assertThat(last).isGreaterThan(Math.min(pause * 9 / 10, 512 * 4_000_000L));
    }

    @Test
    void aStepThatNobodyWaitedForTeachesPaceToo() {
        var pace = new Pace(512, 200_000_000);
        pace.took(512, 2_400_000_000L);
        assertThat(pace.rows(true)).isEqualTo(16);
        pace.took(16, 80_000_000);
        assertThat(pace.rows(true)).isEqualTo(24);
        // A prompt's last rows are few and quick: that is no reason to change anything.
        pace.took(3, 30_000_000);
        assertThat(pace.rows(true)).isEqualTo(24);
        pace.took(512, 3_200_000_000L);
        assertThat(pace.rows(true)).isEqualTo(24);
        pace.took(512, 6_400_000_000L);
        assertThat(pace.rows(true)).isEqualTo(16);
    }

    @Test
    void paceFollowsAPromptThatSlowsDown() {
        var pace = new Pace(256, 200_000_000);
        long row = 1_000_000;
        for (int step = 0; step < 200; step++) {
            int rows = pace.rows(true);
            long took = rows * row;
            assertThat(took).isLessThan(2 * 200_000_000L);
            pace.took(rows, took);
            row += 20_000;
        }
    }
}
