package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that are required instead of chosen. */
final class TokenConstraintTest {
    @SuppressWarnings("NullAway.Init")
    private static Engine engine;

    @BeforeAll
    static void open() {
        engine = Demo.open();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    /** Requires ids from a place of the answer on. */
    static TokenConstraint from(int place, int... ids) {
        return at(index -> index >= place && index < place + ids.length ? ids[index - place] : TokenConstraint.ANY);
    }

    /** Requires an id by its place in the answer. */
    private static TokenConstraint at(IntFunction<Integer> idOf) {
        return new TokenConstraint() {
            private int length;

            @Override
            public int required() {
                return idOf.apply(length);
            }

            @Override
            public void accept(GeneratedToken token) {
                length++;
            }
        };
    }

    private static int[] tokens(Request request) {
        try (var session = engine.submit(request)) {
            session.text();
            return session.tokens();
        }
    }

    private static Request request(int... prompt) {
        return Request.of(prompt).withIgnoreStopIds(true).withMaxTokens(40);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 7", "1, 3", "13, 1", "33, 7", "39, 1", "39, 5"})
    void theModelGoesOnBehindThemAsBehindItsOwn(int place, int count) {
        int[] prompt = engine.promptOf("It was a");
        int[] forced = IntStream.range(0, count).map(i -> 400 + 31 * i).toArray();

        int[] own = tokens(request(prompt));
        int[] answer = tokens(request(prompt).withConstraint(() -> from(place, forced)));

        int end = Math.min(40, place + count);
        assertThat(Arrays.copyOf(answer, place)).isEqualTo(Arrays.copyOf(own, place));
        assertThat(Arrays.copyOfRange(answer, place, end)).isEqualTo(Arrays.copyOf(forced, end - place));
        int[] before = IntStream.concat(Arrays.stream(prompt), Arrays.stream(answer, 0, end))
                .toArray();
        if (end < 40) {
            assertThat(Arrays.copyOfRange(answer, end, 40))
                    .isEqualTo(tokens(request(before).withMaxTokens(40 - end)));
        }
    }

    @Test
    void theirLogprobsAreTheModelsOwn() {
        var request = request(engine.promptOf("It was a")).withLogprobs(3).withConstraint(() -> from(1, 400));
        try (var session = engine.submit(request)) {
            session.nextToken();
            var forced = session.nextToken().orElseThrow();
            assertThat(forced.id()).isEqualTo(400);
            var logprobs = forced.logprobs().orElseThrow();
            assertThat(logprobs.logprob())
                    .isFinite()
                    .isLessThan(logprobs.best().getLast().logprob());
        }
    }

    @Test
    void aStopIdThatIsRequiredEndsTheAnswer() {
        int stop = engine.generation().stopIds().first();
        var request =
                request(engine.promptOf("It was a")).withIgnoreStopIds(false).withConstraint(() -> from(2, stop));
        try (var session = engine.submit(request)) {
            session.text();
            assertThat(session.finishReason()).isEqualTo(FinishReason.STOP);
            assertThat(session.tokens()).hasSize(3).endsWith(stop);
        }
    }

    @ParameterizedTest
    @CsvSource({"-2", "1000000000"})
    void anIdThatTheModelLacksFailsThatAnswerAlone(int id) {
        int[] prompt = engine.promptOf("It was a");
        int[] expected = tokens(request(prompt));
        try (var other = engine.submit(request(prompt));
                var session = engine.submit(request(prompt).withConstraint(() -> from(2, id)))) {
            assertThatThrownBy(session::text)
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining(String.valueOf(id));
            assertThat(session.finishReason()).isEqualTo(FinishReason.FAILED);
            other.text();
            assertThat(other.tokens()).isEqualTo(expected);
        }
    }
}
