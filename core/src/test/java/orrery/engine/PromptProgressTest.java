package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How far a prompt has been read, as its reader is told. */
final class PromptProgressTest {
    private static final int LENGTH = 333;

    private static List<PromptProgress> progress(Session session) {
        var told = new ArrayList<PromptProgress>();
        for (var next = session.nextProgress(); next.isPresent(); next = session.nextProgress()) {
            told.add(next.get());
        }
        return told;
    }

    private static void assertSteady(List<PromptProgress> told) {
        for (int i = 1; i < told.size(); i++) {
            assertThat(told.get(i).processed()).isGreaterThan(told.get(i - 1).processed());
            assertThat(told.get(i).nanos())
                    .isGreaterThanOrEqualTo(told.get(i - 1).nanos());
        }
    }

    @Test
    void comesToTheWholePromptStepByStep() {
        int[] prompt = IntStream.range(0, LENGTH).map(i -> 300 + i % 97).toArray();
        try (var engine = Demo.open(EngineOptions.defaults().withPrefillRows(7).withMaxSequences(2))) {
            int cached = 0;
            for (int again = 0; again < 2; again++) {
                try (var session = engine.submit(Request.of(prompt).withMaxTokens(2))) {
                    var told = progress(session);
                    assertSteady(told);
                    assertThat(told.getFirst().processed()).isGreaterThanOrEqualTo(cached);
                    assertThat(told.getLast().processed()).isEqualTo(LENGTH);
                    int known = session.usage().cachedPromptTokens();
                    assertThat(told)
                            .allMatch(one -> one.total() == LENGTH && one.cached() == known)
                            .allMatch(one -> one.processed() == LENGTH || (one.processed() - known) % 7 == 0);
                    assertThat(session.nextProgress()).isEmpty();
                    assertThat(session.nextToken()).isPresent();
                    cached = known;
                }
            }
            assertThat(cached).as("what the first request left").isGreaterThan(LENGTH / 2);
        }
    }

    @Test
    void oneThatEndsBeforeItBeginsHasNone() {
        try (var engine = Demo.open(EngineOptions.defaults().withMaxSequences(1));
                var first = engine.submit(Request.of(5).withIgnoreStopIds(true))) {
            assertThat(first.nextToken()).isPresent();
            var second = engine.submit(Request.of(5, 6));
            second.close();
            assertThat(second.nextProgress()).isEmpty();
            assertThat(second.awaitStart()).isFalse();
        }
    }
}
