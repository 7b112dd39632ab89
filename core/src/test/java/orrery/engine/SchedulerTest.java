package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.spec.Reach;

final class SchedulerTest {
    private static final Reach WINDOW = new Reach.Window(5);
    private static final Reach CHUNK = new Reach.Chunk(7);

    private static int[] prompt(int length) {
        return prompt(0, length);
    }

    /** Prompts of different kinds have no common prefix. */
    private static int[] prompt(int kind, int length) {
        return IntStream.range(0, length)
                .map(i -> (kind + i * 7) % FakeModel.VOCABULARY)
                .toArray();
    }

    @Test
    void mixesARowOfEveryAnswerWithTheRowsOfPrompts() {
        try (var model = new FakeModel(4, 100, 6, 4, 60, Reach.FULL, WINDOW)) {
            var first = model.new Request(60, prompt(3));
            model.step();
            assertThat(first.sequence.length()).isEqualTo(4);
            var second = model.new Request(60, prompt(1, 14));
            model.scheduler.next();
            assertThat(model.scheduler.step().rows()).isEqualTo(1 + 6);
            assertThat(model.scheduler.step().wantedCount()).isEqualTo(1);
            model.scheduler.accept();
            model.scheduler.settle();
            // 6, 6 and 2 of the second's prompt.
            assertThat(second.sequence.pending()).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 8, 9, 64})
    void givesTheSameTokensWhateverTheChunk(int prefillRows) {
        try (var model = new FakeModel(4, 64, prefillRows, 3, 40, Reach.FULL, WINDOW, CHUNK)) {
            var requests = new ArrayList<FakeModel.Request>();
            for (int length : new int[] {1, 2, 3, 4, 5, 8, 13, 38}) {
                requests.add(model.new Request(40, prompt(length)));
            }
            model.run();
            assertThat(requests)
                    .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
        }
    }

    @Test
    void refusesACacheThatHoldsNoSequenceOfFullLength() {
        assertThatThrownBy(() -> new FakeModel(4, 9, 8, 2, 40, Reach.FULL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pool 0 has 9 pages, expected at least 10 for 40 tokens");
    }

    @Test
    void makesTheYoungestWaitWhenPagesRunOut() {
        // Ten pages: two answers of 40 tokens do not fit together.
        try (var model = new FakeModel(4, 10, 8, 4, 40, Reach.FULL)) {
            var oldest = model.new Request(40, prompt(3));
            var youngest = model.new Request(40, prompt(5));
            while (!oldest.done) {
                model.step();
            }
            assertThat(youngest.done).isFalse();
            assertThat(model.scheduler.waiting()).containsExactly(youngest.sequence);
            assertThat(youngest.sequence.length()).isGreaterThan(5);
            model.run();
            assertThat(oldest.tokens()).isEqualTo(oldest.expected());
            assertThat(youngest.tokens()).isEqualTo(youngest.expected());
        }
    }

    @Test
    void admitsInTheOrderOfArrivalThoseThatFit() {
        try (var model = new FakeModel(4, 10, 8, 4, 40, Reach.FULL)) {
            var small = model.new Request(20, prompt(18));
            var large = model.new Request(36, prompt(1, 35));
            var late = model.new Request(3, prompt(2, 2));
            model.step();
            assertThat(model.scheduler.running()).containsExactly(small.sequence);
            assertThat(late.done).isTrue();
            assertThat(model.scheduler.waiting()).containsExactly(large.sequence);
            model.run();
            assertThat(late.tokens()).isEqualTo(late.expected());
        }
    }

    @Test
    void givesBackWhatAWindowCannotSeeAnyMore() {
        try (var model = new FakeModel(4, 100, 8, 1, 400, Reach.FULL, WINDOW, CHUNK)) {
            model.new Request(400, prompt(50));
            int most = 0;
            while (model.step()) {
                assertThat(model.pagesOfSequences(1)).isLessThanOrEqualTo(BlockManager.peak(WINDOW, 400, 8, 4));
                assertThat(model.pagesOfSequences(2)).isLessThanOrEqualTo(BlockManager.peak(CHUNK, 400, 8, 4));
                most = Math.max(most, model.pagesOfSequences(0));
            }
            assertThat(most).isEqualTo(100);
            for (int pool = 0; pool < 3; pool++) {
                assertThat(model.pagesOfSequences(pool)).isZero();
            }
            // All stay cached until their pages are needed.
            assertThat(model.pagesTaken(1)).isEqualTo(100);
        }
    }

    @Test
    void continuesAConversationWhereItEnded() {
        try (var model = new FakeModel(4, 100, 8, 2, 100, Reach.FULL, WINDOW, CHUNK)) {
            var turn = model.new Request(30, prompt(11));
            model.run();
            var longer = java.util.Arrays.copyOf(turn.tokens(), 43);
            model.rows = 0;
            var next = model.new Request(60, longer);
            model.run();
            // The last token of an answer was never computed.
            assertThat(next.sequence.reused).isEqualTo(29);
            assertThat(model.rows).isEqualTo(59 - 29);
            assertThat(next.tokens()).isEqualTo(next.expected());
        }
    }

    @Test
    void continuesFromTheMiddleOfAConversationAsLongAsTheWindowThereIsKnown() {
        try (var model = new FakeModel(4, 100, 8, 2, 100, Reach.FULL, WINDOW)) {
            model.new Request(30, prompt(24));
            model.run();
            // Shares 24 of the 29 tokens that were computed. The first sequence has long left the window that ends
            // there.
            var next = model.new Request(60, prompt(40));
            model.run();
            assertThat(next.sequence.reused).isEqualTo(24);
            assertThat(next.tokens()).isEqualTo(next.expected());
        }
    }

    @Test
    void readsEverythingAgainWhereAWindowHasForgottenTheSharedPart() {
        // The window's pool has room for one sequence, the other for three.
        try (var model = new FakeModel(4, List.of(30, 5), 8, 1, 40, Reach.FULL, WINDOW)) {
            model.new Request(40, prompt(12));
            model.run();
            // 12 tokens in common; the window's pages up to there were needed for the rest.
            var next = model.new Request(40, prompt(20));
            model.run();
            assertThat(next.sequence.reused).isZero();
            assertThat(next.tokens()).isEqualTo(next.expected());
            assertThat(model.pagesTaken(1)).isEqualTo(5);
        }
    }

    @Test
    void continuesFromASharedPartThatEveryLayerHolds() {
        try (var model = new FakeModel(4, 100, 8, 2, 100, Reach.FULL)) {
            model.new Request(30, prompt(24));
            model.run();
            var same = model.new Request(40, prompt(24));
            model.run();
            // The last token of the prompt is computed again: its logits are wanted.
            assertThat(same.sequence.reused).isEqualTo(23);
            assertThat(same.tokens()).isEqualTo(same.expected());
        }
    }

    @Test
    void sharesTheBeginningOfAConversationAndLeavesTheRestForItsNextTurn() {
        try (var model = new FakeModel(4, 100, 8, 4, 100, Reach.FULL)) {
            var turn = model.new Request(40, prompt(9));
            model.run();
            var other = model.new Request(20, prompt(12));
            model.run();
            assertThat(other.sequence.reused).isEqualTo(9);
            assertThat(other.tokens()).isEqualTo(other.expected());
            var next = model.new Request(60, java.util.Arrays.copyOf(turn.tokens(), 45));
            model.run();
            assertThat(next.sequence.reused).isEqualTo(39);
            assertThat(next.tokens()).isEqualTo(next.expected());
        }
    }

    @Test
    void forgetsTheLongestUnusedConversationWhenPagesAreNeeded() {
        try (var model = new FakeModel(4, 25, 8, 4, 100, Reach.FULL)) {
            var first = model.new Request(40, prompt(9));
            model.run();
            var second = model.new Request(40, 1, 2, 3);
            model.run();
            model.new Request(40, 4, 5, 6);
            model.run();
            assertThat(model.pagesTaken(0)).isLessThanOrEqualTo(25);
            var nextOfSecond = model.new Request(44, java.util.Arrays.copyOf(second.tokens(), 42));
            model.run();
            assertThat(nextOfSecond.sequence.reused).isEqualTo(39);
            var nextOfFirst = model.new Request(44, java.util.Arrays.copyOf(first.tokens(), 42));
            model.run();
            // Its last pages went first.
            assertThat(nextOfFirst.sequence.reused).isEqualTo(12);
            assertThat(nextOfFirst.tokens()).isEqualTo(nextOfFirst.expected());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverMixesUpOrLosesAnythingUnderAnyTraffic(long seed) {
        var random = new Random(seed);
        int context = 30 + random.nextInt(40);
        int pageSize = 1 + random.nextInt(6);
        int maxPages = (context + pageSize - 1) / pageSize + random.nextInt(10);
        int prefillRows = 1 + random.nextInt(12);
        // A window's pool keeps little beside what sequences need, so that some prefixes cannot be continued
        // everywhere.
        var pools = List.of(
                maxPages,
                BlockManager.peak(WINDOW, context, prefillRows, pageSize) + random.nextInt(6),
                BlockManager.peak(CHUNK, context, prefillRows, pageSize) + random.nextInt(12));
        int maxSequences = 1 + random.nextInt(6);
        try (var model =
                new FakeModel(pageSize, pools, prefillRows, maxSequences, context, Reach.FULL, WINDOW, CHUNK)) {
            var requests = new ArrayList<FakeModel.Request>();
            var cancelled = new ArrayList<FakeModel.Request>();
            for (int round = 0; round < 300; round++) {
                if (random.nextInt(4) == 0) {
                    requests.add(request(model, random, context, requests));
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
            assertThat(requests)
                    .hasSizeGreaterThan(20)
                    .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
            // Everything cached is evicted for one sequence of full length.
            var whole = model.new Request(context, prompt(context - 1));
            model.run();
            assertThat(whole.tokens()).isEqualTo(whole.expected());
        }
    }

    /** A new prompt, or the continuation of an earlier request. */
    private static FakeModel.Request request(
            FakeModel model, Random random, int context, ArrayList<FakeModel.Request> earlier) {
        int[] prompt = prompt(1 + random.nextInt(context - 1));
        if (!earlier.isEmpty() && random.nextBoolean()) {
            var tokens = earlier.get(random.nextInt(earlier.size())).tokens();
            prompt = java.util.Arrays.copyOf(tokens, Math.min(context - 1, tokens.length + random.nextInt(5)));
        }
        return model.new Request(prompt.length + 1 + random.nextInt(context - prompt.length), prompt);
    }
}
