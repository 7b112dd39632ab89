package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.spec.Reach;

/** Draft tokens in the scheduler: a rejected one leaves no trace in the model's past or in the draft's. */
final class SpeculationSchedulingTest {
    private static final Reach WINDOW = new Reach.Window(5);
    private static final Optional<IntUnaryOperator> RIGHT = Optional.of(token -> token);
    private static final Optional<IntUnaryOperator> WRONG = Optional.of(token -> (token + 1) % FakeModel.VOCABULARY);

    private static int[] prompt(int length) {
        return IntStream.range(0, length).map(i -> i * 7 % FakeModel.VOCABULARY).toArray();
    }

    private static int steps(FakeModel model) {
        int steps = 0;
        while (model.step()) {
            steps++;
        }
        return steps;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 12, 13})
    void takesTwoTokensAStepWhereEveryGuessIsRight(int answer) {
        try (var model = new FakeModel(RIGHT, 4, 100, 8, 2, 100, Reach.FULL, Reach.FULL)) {
            var request = model.new Request(6 + answer, prompt(6));
            // The first token comes from the prompt, without a draft token.
            assertThat(steps(model)).isEqualTo(1 + answer / 2);
            assertThat(request.tokens()).isEqualTo(request.expected());
            assertThat(model.guesses).isEqualTo((answer - 1) / 2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 12, 13})
    void takesOneTokenAStepWhereEveryGuessIsWrong(int answer) {
        try (var model = new FakeModel(WRONG, 4, 100, 8, 2, 100, Reach.FULL, Reach.FULL)) {
            var request = model.new Request(6 + answer, prompt(6));
            assertThat(steps(model)).isEqualTo(answer);
            assertThat(request.tokens()).isEqualTo(request.expected());
            // No token is drafted after the last one.
            assertThat(model.guesses).isEqualTo(Math.max(0, answer - 2));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 64})
    void fillsTheContextToItsLastTokenWhateverTheChunk(int prefillRows) {
        for (var guessing : java.util.List.of(RIGHT, WRONG)) {
            try (var model = new FakeModel(guessing, 4, 30, prefillRows, 3, 40, Reach.FULL, WINDOW, WINDOW)) {
                var requests = new ArrayList<FakeModel.Request>();
                for (int length : new int[] {1, 2, 3, 4, 5, 8, 13, 38, 39}) {
                    requests.add(model.new Request(40, prompt(length)));
                }
                model.run();
                assertThat(requests)
                        .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
            }
        }
    }

    @Test
    void goesWithoutAGuessBeforeAnybodyHasToMakeRoomForIt() {
        // Both fit unless a draft token needs another page.
        try (var model = new FakeModel(WRONG, 4, 10, 40, 2, 40, Reach.FULL, Reach.FULL)) {
            var first = model.new Request(20, prompt(18));
            var second = model
            .new Request(
                    20,
                    IntStream.range(1, 19)
                            .map(i -> i * 3)
                            .map(i -> i % FakeModel.VOCABULARY)
                            .toArray());
            while (model.step()) {
                assertThat(model.scheduler.waiting()).isEmpty();
            }
            assertThat(first.tokens()).isEqualTo(first.expected());
            assertThat(second.tokens()).isEqualTo(second.expected());
        }
    }

    @Test
    void keepsNothingBeyondWhatWasAccepted() {
        try (var model = new FakeModel(WRONG, 4, 100, 8, 2, 100, Reach.FULL, Reach.FULL)) {
            // Of 33 positions 32 are computed when it ends, and the last draft token of the step before was at 32.
            var request = model.new Request(40, prompt(11));
            while (request.sequence.length() < 33) {
                model.step();
            }
            assertThat(request.sequence.computed).isEqualTo(32);
            assertThat(request.sequence.pages[0].length()).isEqualTo(9);
            model.scheduler.finish(request.sequence);
            assertThat(model.pagesTaken(0)).isEqualTo(8);
            assertThat(model.pagesOfSequences(0)).isZero();
        }
    }

    @Test
    void computesAPositionAgainWhoseDraftSawATokenThatIsNotShared() {
        for (var guessing : java.util.List.of(RIGHT, WRONG)) {
            try (var model = new FakeModel(guessing, 4, 100, 8, 2, 100, Reach.FULL, Reach.FULL)) {
                var turn = model.new Request(30, prompt(11));
                model.run();
                var same = Arrays.copyOf(turn.tokens(), 43);
                var next = model.new Request(60, same);
                model.run();
                // The draft's row at 28 saw token 29, which both have.
                assertThat(next.sequence.reused).isEqualTo(29);
                assertThat(next.tokens()).isEqualTo(next.expected());
                int[] turning = Arrays.copyOf(same, 45);
                turning[35]++;
                var other = model.new Request(60, turning);
                model.run();
                assertThat(other.sequence.reused).isEqualTo(34);
                assertThat(other.tokens()).isEqualTo(other.expected());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverMixesUpOrLosesAnythingUnderAnyTraffic(long seed) {
        var random = new Random(seed);
        int context = 30 + random.nextInt(40);
        int pageSize = 1 + random.nextInt(6);
        int maxPages = (context + pageSize - 1) / pageSize + 2 + random.nextInt(10);
        IntUnaryOperator sometimes = token -> random.nextBoolean() ? token : random.nextInt(FakeModel.VOCABULARY);
        var draftReach = random.nextBoolean() ? WINDOW : Reach.FULL;
        try (var model = new FakeModel(
                Optional.of(sometimes),
                pageSize,
                maxPages,
                1 + random.nextInt(12),
                1 + random.nextInt(6),
                context,
                Reach.FULL,
                new Reach.Chunk(7),
                draftReach)) {
            var requests = new ArrayList<FakeModel.Request>();
            var cancelled = new ArrayList<FakeModel.Request>();
            for (int round = 0; round < 300; round++) {
                if (random.nextInt(3) == 0) {
                    int[] prompt = prompt(1 + random.nextInt(context - 1));
                    if (!requests.isEmpty() && random.nextBoolean()) {
                        var tokens =
                                requests.get(random.nextInt(requests.size())).tokens();
                        prompt = Arrays.copyOf(tokens, Math.min(context - 1, tokens.length + random.nextInt(5)));
                    }
                    int limit = prompt.length + 1 + random.nextInt(context - prompt.length);
                    requests.add(model.new Request(limit, prompt));
                }
                if (random.nextInt(12) == 0 && !requests.isEmpty()) {
                    var one = requests.get(random.nextInt(requests.size()));
                    if (!one.done) {
                        cancelled.add(one);
                        if (random.nextBoolean()) {
                            model.scheduler.finish(one.sequence);
                        } else {
                            model.scheduler.discard(one.sequence);
                        }
                    }
                }
                model.step();
            }
            model.run();
            requests.removeAll(cancelled);
            assertThat(model.guesses).isPositive();
            assertThat(requests)
                    .hasSizeGreaterThan(20)
                    .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
        }
    }
}
