package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.spec.Reach;

/** Steps, rows and what befell sequences, counted exactly. */
final class EngineStatisticsTest {
    private static int[] prompt(int kind, int length) {
        return IntStream.range(0, length)
                .map(i -> (kind + i * 7) % FakeModel.VOCABULARY)
                .toArray();
    }

    @ParameterizedTest
    @CsvSource({"1, 30", "7, 30", "64, 30", "5, 11"})
    void everyRowOfEveryStepIsCountedOnce(int prefillRows, int pages) {
        try (var model = new FakeModel(
                Optional.of(token -> token % 3 == 0 ? token : 0), 4, pages, prefillRows, 4, 40, Reach.FULL)) {
            var requests = new ArrayList<FakeModel.Request>();
            for (int length : new int[] {1, 2, 5, 13, 38}) {
                requests.add(model.new Request(40, prompt(length, length)));
            }
            int steps = 0;
            while (model.step()) {
                steps++;
            }
            var counted = model.scheduler.counts().now();
            assertThat(counted.steps()).isEqualTo(steps);
            assertThat(counted.guessRows()).isEqualTo(model.guesses).isPositive();
            assertThat(counted.promptRows() + counted.answerRows() + counted.guessRows())
                    .isEqualTo(model.rows);
            if (counted.preemptions() == 0) {
                assertThat(counted.promptRows()).isEqualTo(1 + 2 + 5 + 13 + 38);
            }
            assertThat(requests)
                    .allSatisfy(request -> assertThat(request.tokens()).isEqualTo(request.expected()));
        }
    }

    @Test
    void oneThatMakesRoomIsCounted() {
        try (var model = new FakeModel(4, 10, 8, 4, 40, Reach.FULL)) {
            model.new Request(40, prompt(3, 3));
            model.new Request(40, prompt(5, 5));
            model.run();
            assertThat(model.scheduler.counts().now().preemptions()).isEqualTo(1);
        }
    }

    @Test
    void whatASessionHasHandedOutIsCounted() {
        try (var engine = Demo.open(EngineOptions.defaults().withMaxSequences(1))) {
            int[] prompt = IntStream.range(300, 337).toArray();
            var request = Request.of(prompt).withIgnoreStopIds(true);
            try (var session = engine.submit(request.withMaxTokens(5))) {
                session.text();
            }
            assertThat(engine.statistics()).isEqualTo(new EngineStatistics(5, 37, 4, 0, 0, 0, 0));

            try (var running = engine.submit(request)) {
                assertThat(running.nextToken()).isPresent();
                var limits = TimeLimits.NONE.withWaiting(Optional.of(Duration.ofNanos(1)));
                try (var late = engine.submit(request.withLimits(limits))) {
                    assertThat(late.finishReason()).isEqualTo(FinishReason.TIME);
                }
            }
            // The engine hears of it before it takes the next one.
            try (var next = engine.submit(request.withMaxTokens(1))) {
                next.text();
            }
            var counted = engine.statistics();
            assertThat(counted.late()).isEqualTo(1);
            assertThat(counted.cancellations()).isEqualTo(1);
            assertThat(counted.preemptions()).isZero();
        }
    }
}
