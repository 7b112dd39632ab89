package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.spec.Reach;

/**
 * Models whose key rotation depends on the sequence's length (LongRoPE): {@link FakeModel} finds every key with a wrong
 * rotation.
 */
final class TurningByLengthTest {
    private static final Reach WINDOW = new Reach.Window(5);

    /** One rotation up to 12 positions, another one beyond. */
    private static final IntUnaryOperator TURNS = length -> length > 12 ? 13 : 1;

    private static final IntUnaryOperator GUESS = token -> token;

    private static FakeModel model(Optional<IntUnaryOperator> guessing, int pages, int prefillRows) {
        return new FakeModel(guessing, TURNS, 4, pages, prefillRows, 3, 40, Reach.FULL, WINDOW, Reach.FULL);
    }

    private static int[] prompt(int length) {
        return IntStream.range(0, length).map(i -> i * 7 % FakeModel.VOCABULARY).toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 7, 64})
    void allKeysOfASequenceAreTurnedAlikeHoweverItIsCutAndInWhateverCompany(int prefillRows) {
        for (var guessing : List.of(Optional.<IntUnaryOperator>empty(), Optional.of(GUESS))) {
            try (var model = model(guessing, 24, prefillRows)) {
                var random = new Random(prefillRows);
                var requests = new ArrayList<FakeModel.Request>();
                for (int i = 0; i < 40; i++) {
                    int length = 1 + random.nextInt(24);
                    requests.add(model.new Request(length + 1 + random.nextInt(40 - length), prompt(length)));
                    for (int steps = random.nextInt(6); steps > 0 && model.step(); steps--) {
                        // some of them have finished before the next one is submitted
                    }
                }
                model.run();
                assertThat(requests)
                        .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
            }
        }
    }

    @Test
    void aSequenceIsComputedAgainOnceWhereItGrowsBeyond() {
        try (var model = model(Optional.empty(), 100, 64)) {
            var request = model.new Request(20, prompt(10));
            model.run();
            assertThat(request.tokens()).isEqualTo(request.expected());
            // 10, then one each for the 11th and 12th token; all of 13; one each for the 14th to 19th.
            assertThat(model.rows).isEqualTo(10 + 2 + 13 + 6);
        }
    }

    @Test
    void aLongPromptIsTurnedAsLongFromItsFirstChunkOn() {
        try (var model = model(Optional.empty(), 100, 5)) {
            var request = model.new Request(21, prompt(20));
            model.run();
            assertThat(request.tokens()).isEqualTo(request.expected());
            assertThat(model.rows).isEqualTo(20);
        }
    }

    @Test
    void aPrefixIsReusedBySequencesThatTurnAlikeAlone() {
        try (var model = model(Optional.empty(), 100, 64)) {
            model.new Request(10, prompt(9));
            model.run();
            var longer = model.new Request(17, prompt(16));
            model.run();
            assertThat(longer.sequence.reused).isZero();
            var shorter = model.new Request(11, prompt(10));
            var another = model.new Request(19, prompt(18));
            model.run();
            assertThat(shorter.sequence.reused).isEqualTo(9);
            assertThat(another.sequence.reused).isEqualTo(16);
        }
    }
}
