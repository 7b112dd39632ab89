package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.spec.Reach;

/** The common prefix of running and ended sequences is computed once, and stored once. */
final class PrefixSharingTest {
    private static final Reach WINDOW = new Reach.Window(5);
    private static final Reach CHUNK = new Reach.Chunk(7);

    /** A prefix that all prompts have, and an end that only prompts of that kind have. */
    private static int[] prompt(int common, int kind, int own) {
        return IntStream.range(0, common + own)
                .map(i -> i < common ? i * 7 % FakeModel.VOCABULARY : (kind + 11 * i) % FakeModel.VOCABULARY)
                .toArray();
    }

    private static List<FakeModel.Request> eight(FakeModel model, int common, int own) {
        var requests = new ArrayList<FakeModel.Request>();
        for (int kind = 0; kind < 8; kind++) {
            requests.add(model.new Request(common + own + 3, prompt(common, kind, own)));
        }
        return requests;
    }

    @ParameterizedTest
    @CsvSource({"1, 16", "7, 16", "256, 16", "1, 17", "7, 18", "256, 19", "7, 40", "256, 40"})
    void eightPromptsComputeTheirCommonPrefixOnce(int prefillRows, int common) {
        try (var model = new FakeModel(4, 200, prefillRows, 8, 80, Reach.FULL, WINDOW, CHUNK)) {
            var requests = eight(model, common, 6);
            model.run();
            assertThat(requests)
                    .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
            // Two more tokens of each answer have a row; the last one has none.
            assertThat(model.rows).isEqualTo(common + 8 * (6 + 2));
        }
    }

    @Test
    void theSamePromptEightTimesIsComputedOnceButForItsLastToken() {
        try (var model = new FakeModel(4, 200, 7, 8, 80, Reach.FULL, WINDOW)) {
            var requests = new ArrayList<FakeModel.Request>();
            for (int i = 0; i < 8; i++) {
                requests.add(model.new Request(31, prompt(30, 0, 0)));
            }
            model.run();
            assertThat(requests)
                    .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
            assertThat(model.rows).isEqualTo(30 + 7);
        }
    }

    @Test
    void aDraftSharesAllButAPositionWhoseNextTokenDiffers() {
        Optional<java.util.function.IntUnaryOperator> right = Optional.of(token -> token);
        for (int common : new int[] {20, 21, 22, 23}) {
            try (var model = new FakeModel(right, 4, 200, 7, 8, 80, Reach.FULL, Reach.FULL)) {
                var requests = eight(model, common, 6);
                model.run();
                assertThat(requests)
                        .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
                assertThat(model.rows).isEqualTo(common + 7 + 8 * (6 + 2));
            }
        }
    }

    @Test
    void joinsAPrefixThatIsBeingComputed() {
        try (var model = new FakeModel(4, 200, 5, 8, 80, Reach.FULL, WINDOW)) {
            var first = model.new Request(60, prompt(40, 1, 9));
            model.step();
            model.step();
            assertThat(first.sequence.computed).isEqualTo(10);
            var second = model.new Request(60, prompt(40, 2, 9));
            model.step();
            assertThat(model.scheduler.running()).containsExactly(first.sequence);
            model.run();
            assertThat(second.sequence.reused).isEqualTo(40);
            assertThat(second.tokens()).isEqualTo(second.expected());
        }
    }

    @Test
    void doesNotWaitForAFewTokensThatAllPromptsBeginWith() {
        try (var model = new FakeModel(4, 200, 50, 8, 80, Reach.FULL)) {
            var requests = eight(model, 5, 9);
            model.step();
            assertThat(model.scheduler.running()).hasSize(8);
            model.run();
            assertThat(requests)
                    .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
        }
    }

    @Test
    void othersPassOneThatWaitsForItsPrefix() {
        try (var model = new FakeModel(4, 200, 5, 8, 80, Reach.FULL)) {
            var first = model.new Request(60, prompt(40, 1, 9));
            model.step();
            var second = model.new Request(60, prompt(40, 2, 9));
            var other = model.new Request(8, 49, 48);
            model.step();
            assertThat(model.scheduler.running()).containsExactly(first.sequence, other.sequence);
            assertThat(model.scheduler.waiting()).containsExactly(second.sequence);
            model.run();
            assertThat(second.tokens()).isEqualTo(second.expected());
            assertThat(other.tokens()).isEqualTo(other.expected());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goesOnFromWhatACancelledSequenceHasComputed(boolean wrong) {
        try (var model = new FakeModel(4, 200, 5, 8, 80, Reach.FULL, WINDOW)) {
            var first = model.new Request(60, prompt(40, 1, 9));
            model.step();
            var second = model.new Request(60, prompt(40, 2, 9));
            model.step();
            model.step();
            assertThat(first.sequence.computed).isEqualTo(15);
            if (wrong) {
                model.scheduler.discard(first.sequence);
            } else {
                model.scheduler.finish(first.sequence);
            }
            model.run();
            // For a failed one, the pages that earlier steps have filled are valid.
            assertThat(second.sequence.reused).isEqualTo(wrong ? 12 : 15);
            assertThat(second.tokens()).isEqualTo(second.expected());
        }
    }

    @Test
    void goesOnWhereItsOwnPagesAreStillKnownAfterItHadToMakeRoom() {
        // Ten pages: two answers of 40 tokens do not fit together.
        try (var model = new FakeModel(4, 10, 8, 4, 40, Reach.FULL)) {
            var oldest = model.new Request(30, prompt(0, 1, 3));
            var youngest = model.new Request(40, prompt(0, 2, 5));
            while (!model.scheduler.waiting().contains(youngest.sequence) || youngest.sequence.length() == 5) {
                model.step();
            }
            int length = youngest.sequence.length();
            model.scheduler.finish(oldest.sequence);
            model.step();
            assertThat(youngest.sequence.reused).isGreaterThanOrEqualTo(length - 1 - 4);
            model.run();
            assertThat(youngest.tokens()).isEqualTo(youngest.expected());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 15})
    void aLeaderThatMustMakeRoomIsFollowedAgainWhenItComesBack(int maxPages) {
        try (var model = new FakeModel(4, maxPages, 2, 8, 40, Reach.FULL)) {
            var oldest = model.new Request(40, prompt(0, 3, 12));
            var requests = eight(model, 25, 4);
            model.run();
            requests.add(oldest);
            assertThat(requests)
                    .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
        }
    }

    @Test
    void holdsOnceWhatTwoSequencesGenerateAlike() {
        try (var model = new FakeModel(4, 200, 8, 2, 80, Reach.FULL)) {
            var first = model.new Request(60, prompt(0, 1, 6));
            var second = model.new Request(60, prompt(0, 1, 6));
            while (first.sequence.length() < 55) {
                model.step();
            }
            // 13 full blocks, and a run of its own for each.
            assertThat(model.pagesOfSequences(0)).isLessThanOrEqualTo(13 + 2);
            model.run();
            assertThat(second.tokens()).isEqualTo(first.tokens()).isEqualTo(first.expected());
        }
    }

    @Test
    void aConversationLeavesNoTwoCopiesOfOneTurn() {
        try (var model = new FakeModel(8, 200, 8, 2, 80, Reach.FULL)) {
            int[] tokens = prompt(0, 1, 3);
            for (int length = 5; length <= 61; length += 2) {
                var turn = model.new Request(length, tokens);
                model.run();
                tokens = Arrays.copyOf(turn.tokens(), length + 1);
                tokens[length] = 1;
            }
            assertThat(model.pagesTaken(0)).isEqualTo(8);
            // Each token of each turn was computed once; the last of an answer belongs to the next turn.
            assertThat(model.rows).isEqualTo(60);
        }
    }

    @Test
    void admitsAsManyAsFitWhereTheyShareTheirPast() {
        // The common 32 tokens take eight pages, what each has of its own two more.
        try (var model = new FakeModel(4, 26, 64, 8, 80, Reach.FULL)) {
            model.new Request(33, prompt(32, 0, 0));
            model.run();
            var requests = eight(model, 32, 3);
            model.step();
            assertThat(model.scheduler.running()).hasSize(8);
            model.run();
            assertThat(requests)
                    .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
        }
    }
}
