package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.kernel.KvCache;
import orrery.tensor.KvType;
import orrery.token.ChatMessage;

/** Sessions that are cancelled, fail, or share the engine. */
final class EngineTest {
    private static Engine engine;
    private static Demo.Conversation conversation;

    @BeforeAll
    static void open() {
        engine = Demo.open(EngineOptions.defaults().withMaxSequences(3));
        conversation = Demo.conversations().getFirst();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static Request endless() {
        return engine.raw("Which attention").withIgnoreStopIds(true);
    }

    @Test
    void freesACancelledSessionAndDisturbsNoOther() {
        var other = engine.submit(engine.chat(conversation.messages()));
        var cancelled = engine.submit(endless());
        assertThat(cancelled.next()).isPresent();
        cancelled.close();
        assertThat(cancelled.finished()).isTrue();
        assertThat(cancelled.finishReason()).isEqualTo(FinishReason.CANCELLED);
        cancelled.text();
        int count = cancelled.tokens().length;
        assertThat(other.text()).isEqualTo(conversation.text());
        assertThat(cancelled.next()).isEmpty();
        assertThat(cancelled.tokens()).hasSize(count);
        cancelled.close();
    }

    @Test
    void holdsNobodyUpForReadersWhoDoNotRead() {
        var vanished = List.of(
                engine.submit(endless().withMaxTokens(30)),
                engine.submit(endless().withMaxTokens(30)));
        var slow = engine.submit(engine.chat(conversation.messages()));
        await().until(slow::finished);
        assertThat(slow.next()).hasValue(conversation.text());
        assertThat(slow.next()).isEmpty();
        vanished.forEach(session -> await().until(session::finished));
    }

    @ParameterizedTest
    @CsvSource({
        "latent attention, 'DeepSeek V3 uses multi-head '",
        "D, ''",
        "' 512', 'DeepSeek V3 uses multi-head latent attention (MLA) with 128 heads and a latent of'"
    })
    void endsBeforeAStopTextThatSpansTokens(String stop, String expected) {
        try (var session = engine.submit(engine.chat(conversation.messages()).withStop("not in it", stop, "values."))) {
            assertThat(session.text()).isEqualTo(expected);
            assertThat(session.finishReason()).isEqualTo(FinishReason.STOP);
        }
    }

    @Test
    void givesBackWhatOnlyLookedLikeAStop() {
        try (var session = engine.submit(engine.chat(conversation.messages()).withStop("values.\nAnd"))) {
            assertThat(session.text()).isEqualTo(conversation.text());
        }
    }

    @Test
    void stopsAtTheLimitOfTheRequest() {
        for (int limit : new int[] {1, 2, 7}) {
            try (var session =
                    engine.submit(engine.chat(conversation.messages()).withMaxTokens(limit))) {
                assertThat(conversation.text()).startsWith(session.text());
                assertThat(session.finishReason()).isEqualTo(FinishReason.LENGTH);
                assertThat(session.tokens())
                        .hasSize(limit)
                        .isEqualTo(java.util.Arrays.copyOf(conversation.greedyIds(), limit));
            }
        }
    }

    @Test
    void goesOnAfterAStopIdIfAsked() {
        int answer = conversation.greedyIds().length;
        try (var session = engine.submit(
                engine.chat(conversation.messages()).withIgnoreStopIds(true).withMaxTokens(answer + 5))) {
            assertThat(session.text()).startsWith(conversation.text());
            assertThat(session.tokens()).hasSize(answer + 5).startsWith(conversation.greedyIds());
        }
    }

    @Test
    void drawsTheSameTextWithTheSameSeedInAnyCompany() {
        var request = engine.chat(conversation.messages())
                .withSampling(Sampling.PLAIN.withTemperature(3).withSeed(7).withRepetitionPenalty(1.2))
                .withIgnoreStopIds(true)
                .withMaxTokens(40);
        int[] alone;
        try (var session = engine.submit(request)) {
            session.text();
            alone = session.tokens();
        }
        try (var other = Demo.open(EngineOptions.defaults().withPrefillRows(3))) {
            var company = Demo.conversations().stream()
                    .map(one -> other.submit(other.chat(one.messages())))
                    .toList();
            var same = other.submit(request);
            var different = other.submit(request.withSampling(request.sampling().withSeed(8)));
            same.text();
            different.text();
            assertThat(same.tokens()).isEqualTo(alone);
            assertThat(different.tokens()).isNotEqualTo(alone);
            company.forEach(Session::close);
        }
    }

    @Test
    void refusesPromptsThatCannotBeAnswered() {
        refused(Request.of(), "the prompt is empty");
        refused(Request.of(new int[2048]), "the prompt has 2048 tokens, but the context holds 2048");
        refused(Request.of(new int[5000]), "5000");
        refused(Request.of(2, 4096), "token 1 of the prompt has the id 4096, expected 0 to 4095");
        refused(Request.of(-1), "token 0 of the prompt has the id -1");
        var bias = Sampling.GREEDY.withLogitBias(java.util.Map.of(4096, 1.0));
        refused(Request.of(2).withSampling(bias), "logit_bias names the token id 4096");
        assertThatThrownBy(() -> Request.of(2).withMaxTokens(-1)).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> Request.of(2).withStop("")).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> engine.promptOf(List.<ChatMessage>of())).isInstanceOf(EngineException.class);
    }

    private static void refused(Request request, String why) {
        assertThatThrownBy(() -> engine.submit(request))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(why);
    }

    @Test
    void fillsTheContextToItsEnd() {
        try (var small = Demo.open(EngineOptions.defaults().withContext(37))) {
            var prompt = small.chat(conversation.messages()).prompt();
            try (var session = small.submit(Request.of(prompt).withIgnoreStopIds(true))) {
                assertThat(session.finishReason()).isEqualTo(FinishReason.LENGTH);
                assertThat(session.tokens()).hasSize(37 - prompt.length);
            }
            try (var session = small.submit(Request.of(new int[36]))) {
                assertThat(session.finishReason()).isEqualTo(FinishReason.LENGTH);
                assertThat(session.tokens()).hasSize(1);
            }
        }
    }

    @Test
    void keepsAConversationsPastForItsNextTurn() {
        var turns = Demo.conversations().getLast();
        var first = engine.chat(turns.messages().subList(0, 1));
        try (var session = engine.submit(first)) {
            session.text();
        }
        try (var session = engine.submit(engine.chat(turns.messages()))) {
            assertThat(session.text()).isEqualTo(turns.text());
            assertThat(session.tokens()).isEqualTo(turns.greedyIds());
            // All of the first turn except its stop id.
            assertThat(session.usage().cachedPromptTokens()).isGreaterThanOrEqualTo(first.prompt().length);
            assertThat(session.usage().prefillTokensPerSecond()).isPositive();
        }
    }

    @Test
    void keepsNoMoreOfALongAnswerThanItsLayersSee() {
        try (var small = Demo.open(EngineOptions.defaults().withMaxSequences(1).withPrefillRows(16));
                var session =
                        small.submit(Request.of(2, 4).withIgnoreStopIds(true).withMaxTokens(300))) {
            session.text();
            assertThat(session.tokens()).hasSize(300);
            int size = KvCache.DEFAULT_PAGE_SIZE;
            int page = size * 2 * 64 * Short.BYTES;
            // 301 positions in one layer, 64 in each of five, which may cut one more page than they fill.
            long all = (301L + size - 1) / size;
            long few = (64L + size - 1) / size;
            assertThat(small.cacheBytesHeld()).isBetween((all + 5 * few) * page, (all + 5 * (few + 1)) * page);
            assertThat(small.cacheBytesHeld()).isLessThan(small.cacheBytes());
        }
    }

    @Test
    void hasCountedTheCacheWhenTheFirstTokenArrives() {
        for (int i = 0; i < 10; i++) {
            try (var small = Demo.open(EngineOptions.defaults());
                    var session = small.submit(Request.of(2, 4).withMaxTokens(1))) {
                session.text();
                assertThat(small.cacheBytesOfLastStep()).isPositive();
            }
        }
    }

    @Test
    void answersWithEveryTypeOfCacheInItsShareOfTheMemory() {
        var answers = new java.util.EnumMap<KvType, String>(KvType.class);
        var bytes = new java.util.EnumMap<KvType, Long>(KvType.class);
        for (var type : KvType.values()) {
            try (var small = Demo.open(EngineOptions.defaults().withKvType(type));
                    var session = small.submit(small.chat("Which attention does DeepSeek V3 use?"))) {
                answers.put(type, session.text());
                bytes.put(type, small.cacheBytes());
                assertThat(small.cacheBytesHeld()).isBetween(1L, small.cacheBytes());
            }
        }
        assertThat(answers.values()).as("%s", answers).allMatch(text -> text.equals(answers.get(KvType.F32)));
        long whole = bytes.getOrDefault(KvType.F32, 0L);
        try (var small = Demo.open(EngineOptions.defaults())) {
            assertThat(small.kvType()).as("of weights in BF16").isEqualTo(KvType.F16);
            assertThat(small.cacheBytes()).isEqualTo(whole / 2);
        }
        assertThat(bytes)
                .containsEntry(KvType.F16, whole / 2)
                .containsEntry(KvType.BF16, whole / 2)
                .containsEntry(KvType.Q8, whole * 34 / 128);
    }

    @Test
    void failsOpenSessionsWhenItIsClosed() throws InterruptedException {
        var closing = Demo.open(EngineOptions.defaults().withMaxSequences(1));
        var request = closing.raw("Which").withIgnoreStopIds(true);
        var running = closing.submit(request);
        var waiting = closing.submit(request);
        assertThat(running.next()).isPresent();
        var seen = new AtomicReference<Throwable>();
        var began = new CountDownLatch(1);
        var reader = Thread.ofVirtual().start(() -> {
            began.countDown();
            try {
                waiting.text();
            } catch (EngineException e) {
                seen.set(e);
            }
        });
        began.await();
        closing.close();
        reader.join();
        assertThat(seen.get()).hasMessage("the engine was closed");
        assertThat(running.finishReason()).isEqualTo(FinishReason.FAILED);
        assertThatThrownBy(running::text).isInstanceOf(EngineException.class).hasMessage("the engine was closed");
        assertThatThrownBy(() -> closing.submit(request))
                .isInstanceOf(EngineException.class)
                .hasMessage("the engine was closed");
        running.close();
        closing.close();
    }

    @Test
    void answersManyThreadsOfWhichSomeGiveUp() throws Exception {
        var conversations = Demo.conversations();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new java.util.ArrayList<Callable<Boolean>>();
            for (int i = 0; i < 16; i++) {
                var asked = conversations.get(i % conversations.size());
                boolean givesUp = i % 4 == 1;
                tasks.add(() -> {
                    try (var session = engine.submit(engine.chat(asked.messages()))) {
                        return givesUp
                                ? session.next().isPresent()
                                : session.text().equals(asked.text());
                    }
                });
            }
            for (var result : threads.invokeAll(tasks)) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    @Test
    void tellsAReaderWhoIsInterrupted() throws InterruptedException {
        var seen = new AtomicReference<Throwable>();
        try (var session = engine.submit(endless())) {
            var reader = Thread.ofVirtual().start(() -> {
                try {
                    session.text();
                } catch (EngineException e) {
                    seen.set(e);
                }
            });
            reader.interrupt();
            reader.join();
        }
        assertThat(seen.get()).hasMessageContaining("interrupted");
    }
}
