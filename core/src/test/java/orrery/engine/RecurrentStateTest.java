package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.kernel.KvCache;
import orrery.tensor.KvType;
import orrery.token.Tokenizer;

/**
 * A layer with a recurrent state per sequence in the engine's loop: its tokens are those of the model alone, computed
 * at once, however it is scheduled.
 */
final class RecurrentStateTest {
    private static final int PAGE = 4;
    private static final int CONTEXT = 64;

    private static final class Engine implements AutoCloseable {
        private final Tokenizer tokenizer = Tokenizer.read(Demo.MODEL);
        private final KvCache cache;
        private final Scheduler scheduler;
        private final RecurrentToy toy;
        private final EngineLoop loop;
        private final int states;

        Engine(Speculation speculation, int prefillRows, int maxSequences, int maxPages, int maxStates) {
            states = maxStates;
            int logits = maxSequences * Scheduler.rowsOfAnAnswer(speculation);
            toy = new RecurrentToy(prefillRows + logits, logits);
            cache = new KvCache(RecurrentToy.LAYERS, KvType.F32, PAGE, _ -> maxPages, maxStates);
            scheduler = new Scheduler(cache, prefillRows, maxSequences, CONTEXT, speculation, _ -> 1);
            loop = new EngineLoop(
                    Path.of("toy"),
                    List.of(),
                    toy,
                    cache,
                    RecurrentToy.LAYERS,
                    scheduler,
                    speculation,
                    Optional.empty());
            loop.start();
        }

        Session submit(int[] prompt, int length) {
            var request = Request.of(prompt).withMaxTokens(length - prompt.length);
            var generation = new Generation(
                    loop,
                    request,
                    Sampler.of(request.sampling(), RecurrentToy.VOCABULARY),
                    tokenizer,
                    new TreeSet<>(),
                    CONTEXT);
            loop.submit(generation.sequence());
            return generation.session();
        }

        /** Waits for the answer: the whole sequence. */
        int[] run(int[] prompt, int length) {
            try (var session = submit(prompt, length)) {
                return whole(prompt, session);
            }
        }

        /** Ends the loop; then all states that are not free are snapshots. */
        @Override
        public void close() {
            loop.close();
            assertThat(scheduler.running()).isEmpty();
            assertThat(cache.availableStates() + scheduler.blocks().prefixes().snapshots())
                    .isEqualTo(states);
            cache.close();
            toy.close();
            tokenizer.close();
        }
    }

    private static int[] whole(int[] prompt, Session session) {
        session.text();
        return IntStream.concat(Arrays.stream(prompt), Arrays.stream(session.tokens()))
                .toArray();
    }

    private static int[] prompt(int common, int kind, int own) {
        return IntStream.range(0, common + own)
                .map(i -> (i < common ? 3 + i * i : kind + 11 * i) % RecurrentToy.VOCABULARY)
                .toArray();
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, 1, 99", "NONE, 7, 99", "NONE, 256, 99", "MTP, 1, 99", "MTP, 7, 99", "MTP, 256, 99",
        // 16 pages hold one sequence of full length: the others are preempted again and again.
        "NONE, 1, 17", "NONE, 7, 17", "NONE, 256, 17", "MTP, 1, 17", "MTP, 7, 17", "MTP, 256, 17"
    })
    void givesTheTokensOfTheModelAlone(Speculation speculation, int prefillRows, int maxPages) {
        try (var engine = new Engine(speculation, prefillRows, 5, maxPages, 14)) {
            var prompts = new ArrayList<int[]>();
            for (int own = 1; own < 24; own += 3) {
                prompts.add(prompt(0, own, own));
                prompts.add(prompt(14, own, own));
            }
            var sessions = new ArrayList<Session>();
            prompts.forEach(prompt -> sessions.add(engine.submit(prompt, CONTEXT - 1 - prompt.length % 5)));
            int drafted = 0;
            int accepted = 0;
            for (int i = 0; i < prompts.size(); i++) {
                int[] prompt = prompts.get(i);
                assertThat(whole(prompt, sessions.get(i)))
                        .isEqualTo(RecurrentToy.expected(prompt, CONTEXT - 1 - prompt.length % 5));
                drafted += sessions.get(i).usage().draftedTokens();
                accepted += sessions.get(i).usage().acceptedTokens();
            }
            switch (speculation) {
                case NONE -> assertThat(drafted).isZero();
                // Accepted and rejected draft tokens: a rejected one leaves no trace in the state.
                case MTP -> assertThat(accepted).isBetween(20, drafted - 20);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnFromTheStateOfAnEndedSequence(Speculation speculation) {
        try (var engine = new Engine(speculation, 7, 2, 99, 9)) {
            int[] turn = engine.run(prompt(0, 1, 10), 31);
            int[] next = Arrays.copyOf(turn, 36);
            long before = engine.toy.rows;
            try (var session = engine.submit(next, 37)) {
                assertThat(whole(next, session)).isEqualTo(RecurrentToy.expected(next, 37));
                // All but the last token, which had no row.
                assertThat(session.usage().cachedPromptTokens()).isEqualTo(30);
            }
            assertThat(engine.toy.rows - before).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnFromTheLastSnapshotWithinWhatIsShared(Speculation speculation) {
        try (var engine = new Engine(speculation, 256, 2, 99, 20)) {
            engine.run(prompt(22, 1, 10), 45);
            int[] other = prompt(22, 2, 10);
            try (var session = engine.submit(other, 50)) {
                assertThat(whole(other, session)).isEqualTo(RecurrentToy.expected(other, 50));
                assertThat(session.usage().cachedPromptTokens()).isEqualTo(20);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 20", "7, 20", "256, 20", "7, 23", "256, 21"})
    void eightPromptsComputeTheirCommonPrefixOnceUpToItsLastWholePage(int prefillRows, int common) {
        try (var engine = new Engine(Speculation.NONE, prefillRows, 8, 200, 30)) {
            var sessions = new ArrayList<Session>();
            for (int kind = 0; kind < 8; kind++) {
                sessions.add(engine.submit(prompt(common, kind, 6), common + 6 + 3));
            }
            for (int kind = 0; kind < 8; kind++) {
                int[] prompt = prompt(common, kind, 6);
                assertThat(whole(prompt, sessions.get(kind))).isEqualTo(RecurrentToy.expected(prompt, common + 9));
            }
            assertThat(engine.toy.rows).isEqualTo(20 + 8 * (common - 20 + 6 + 2));
        }
    }

    @Test
    void needsNoRoomForSnapshots() {
        try (var engine = new Engine(Speculation.NONE, 7, 3, 99, 1)) {
            var sessions = new ArrayList<Session>();
            for (int i = 0; i < 4; i++) {
                sessions.add(engine.submit(prompt(12, i, 5), 40));
            }
            for (int i = 0; i < 4; i++) {
                int[] prompt = prompt(12, i, 5);
                assertThat(whole(prompt, sessions.get(i))).isEqualTo(RecurrentToy.expected(prompt, 40));
            }
        }
    }

    @Test
    void aLongPromptLeavesTheSnapshotsOfOthers() {
        try (var engine = new Engine(Speculation.NONE, 7, 1, 99, 6)) {
            int[] turn = engine.run(prompt(0, 1, 10), 21);
            // Thirteen pages: with its own state, room for five snapshots.
            engine.run(prompt(0, 7, 54), 55);
            int[] next = Arrays.copyOf(turn, 24);
            try (var session = engine.submit(next, 30)) {
                assertThat(whole(next, session)).isEqualTo(RecurrentToy.expected(next, 30));
                assertThat(session.usage().cachedPromptTokens()).isEqualTo(20);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverMixesUpOrLosesAStateUnderAnyTraffic(long seed) {
        var random = new Random(seed);
        var speculation = seed % 2 == 0 ? Speculation.MTP : Speculation.NONE;
        int sequences = 1 + random.nextInt(6);
        try (var engine = new Engine(
                speculation,
                1 + random.nextInt(12),
                sequences,
                16 + random.nextInt(12),
                1 + random.nextInt(3 * sequences))) {
            var sessions = new ArrayList<Session>();
            var prompts = new ArrayList<int[]>();
            var earlier = new ArrayList<int[]>();
            earlier.add(prompt(0, 1, 9));
            for (int i = 0; i < 150; i++) {
                int[] past = earlier.get(random.nextInt(earlier.size()));
                int length = 1 + random.nextInt(CONTEXT - 2);
                int[] prompt =
                        random.nextInt(3) == 0 ? prompt(0, random.nextInt(30), length) : Arrays.copyOf(past, length);
                var session = engine.submit(prompt, length + 1 + random.nextInt(CONTEXT - 1 - length));
                if (random.nextInt(10) == 0) {
                    session.close();
                } else {
                    sessions.add(session);
                    prompts.add(prompt);
                }
                if (random.nextInt(4) == 0) {
                    earlier.add(whole(prompt, session));
                }
            }
            for (int i = 0; i < sessions.size(); i++) {
                int[] whole = whole(prompts.get(i), sessions.get(i));
                assertThat(whole).isEqualTo(RecurrentToy.expected(prompts.get(i), whole.length));
            }
        }
    }
}
