package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that have to begin, or to end, within some time. */
final class TimeLimitsTest {
    private static final Duration AT_ONCE = Duration.ofNanos(1);
    private static final TimeLimits NO_WAIT = TimeLimits.NONE.withWaiting(Optional.of(AT_ONCE));

    /** One answer at a time. */
    @SuppressWarnings("NullAway.Init")
    private static Engine engine;

    @BeforeAll
    static void open() {
        engine = Demo.open(EngineOptions.defaults().withMaxSequences(1).withContext(1024));
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static Request request(String text) {
        return Request.of(engine.promptOf(text)).withIgnoreStopIds(true);
    }

    private static TimeLimits whole(Duration time) {
        return TimeLimits.NONE.withWhole(Optional.of(time));
    }

    @Test
    void oneThatDoesNotBeginInTimeEndsWithoutATokenAndTheOtherGoesOn() {
        String alone;
        try (var session = engine.submit(request("It was a").withMaxTokens(900))) {
            alone = session.text();
        }
        try (var running = engine.submit(request("It was a").withMaxTokens(900))) {
            assertThat(running.nextToken()).isPresent();
            try (var waiting = engine.submit(request("And then").withLimits(NO_WAIT))) {
                assertThat(waiting.awaitStart()).isFalse();
                assertThat(waiting.finishReason()).isEqualTo(FinishReason.TIME);
                assertThat(waiting.nextToken()).isEmpty();
                assertThat(waiting.tokens()).isEmpty();
                assertThat(running.finished()).isFalse();
            }
            running.text();
            assertThat(engine.tokenizer().decode(running.tokens())).isEqualTo(alone);
        }
    }

    @Test
    void oneThatHasBegunMayGoOnAfterItsTimeToWait() {
        var limits = TimeLimits.NONE.withWaiting(Optional.of(Duration.ofMinutes(2)));
        try (var session = engine.submit(request("It was a").withMaxTokens(9).withLimits(limits))) {
            assertThat(session.awaitStart()).isTrue();
            assertThat(session.finishReason()).isEqualTo(FinishReason.LENGTH);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 5_000_000})
    void keepsWhatItHasAtTheEndOfItsTime(long nanos) {
        String full;
        try (var session = engine.submit(request("Once").withStop("\u0000\u0000"))) {
            full = session.text();
        }
        var limited = request("Once").withStop("\u0000\u0000").withLimits(whole(Duration.ofNanos(nanos)));
        try (var session = engine.submit(limited)) {
            String text = session.text();
            assertThat(session.finishReason()).isEqualTo(FinishReason.TIME);
            assertThat(full).startsWith(text.replace("\uFFFD", ""));
            assertThat(text).isEqualTo(engine.tokenizer().decode(session.tokens()));
        }
        // Its place is free.
        try (var session = engine.submit(request("Next").withMaxTokens(3))) {
            assertThat(session.finishReason()).isEqualTo(FinishReason.LENGTH);
        }
    }

    @Test
    void aPromptIsReadNoFurtherThanItsTimeAllows() {
        int[] prompt = IntStream.range(0, 1000).map(i -> 300 + i % 97).toArray();
        try (var session = engine.submit(Request.of(prompt).withLimits(whole(AT_ONCE)))) {
            assertThat(session.finishReason()).isEqualTo(FinishReason.TIME);
            assertThat(session.usage().generatedTokens()).isZero();
        }
    }

    @Test
    void limitsOfCenturiesAreNone() {
        var limits = new TimeLimits(
                Optional.of(Duration.ofSeconds(Long.MAX_VALUE)), Optional.of(Duration.ofSeconds(Long.MAX_VALUE)));
        try (var session = engine.submit(request("Once").withMaxTokens(3).withLimits(limits))) {
            assertThat(session.finishReason()).isEqualTo(FinishReason.LENGTH);
        }
    }

    @Test
    void aMeanStateIsLate() {
        try (var state = engine.meanState(whole(AT_ONCE), engine.promptOf("It was a"))) {
            assertThatThrownBy(state::get).isInstanceOf(LateException.class).hasMessageContaining("time");
        }
        try (var state = engine.meanState(whole(Duration.ofMinutes(2)), engine.promptOf("It was a"))) {
            assertThat(state.get()).isNotEmpty();
        }
    }

    @Test
    void refusesATimeThatIsNone() {
        for (var time : List.of(Duration.ZERO, Duration.ofSeconds(-3))) {
            assertThatThrownBy(() -> whole(time))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("expected more than 0");
        }
    }
}
