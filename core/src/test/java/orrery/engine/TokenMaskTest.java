package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks of the tokens that may come next, and required tokens that take no pass over the weights. */
final class TokenMaskTest {
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

    /** A mask by the place in the answer. */
    interface Masks {
        boolean allows(int place, int id);
    }

    /** Allows at each place what the masks say, and requires nothing. */
    static TokenConstraint allowing(int size, Masks masks) {
        return new TokenConstraint() {
            private int place;

            @Override
            public int required() {
                return ANY;
            }

            @Override
            public long[] allowed() {
                var words = new long[(size + 63) / 64];
                IntStream.range(0, size)
                        .filter(id -> masks.allows(place, id))
                        .forEach(id -> words[id / 64] |= 1L << id % 64);
                return words;
            }

            @Override
            public void accept(GeneratedToken token) {
                assertThat(masks.allows(place, token.id())).isTrue();
                place++;
            }
        };
    }

    private static int size() {
        return engine.description().spec().vocabSize();
    }

    private static Request request(String prompt) {
        return Request.of(engine.promptOf(prompt)).withIgnoreStopIds(true).withMaxTokens(24);
    }

    private static Request allowing(Request request, IntPredicate ids) {
        return request.withConstraint(() -> allowing(size(), (_, id) -> ids.test(id)));
    }

    private static int[] tokens(Engine on, Request request) {
        try (var session = on.submit(request)) {
            session.text();
            return session.tokens();
        }
    }

    static final List<Sampling> SAMPLINGS = List.of(
            Sampling.GREEDY,
            Sampling.PLAIN.withSeed(1),
            Sampling.PLAIN.withSeed(2).withTemperature(3).withTopK(5),
            Sampling.PLAIN.withSeed(3).withTemperature(50).withTopP(0.999),
            Sampling.PLAIN.withSeed(4).withTemperature(9).withMinP(0.01),
            Sampling.GREEDY.withRepetitionPenalty(100).withLogitBias(Map.of(6, 100.0, 7, -100.0)),
            Sampling.PLAIN
                    .withSeed(5)
                    .withTemperature(100)
                    .withRepetitionPenalty(0.01)
                    .withPresencePenalty(2));

    @ParameterizedTest
    @FieldSource("SAMPLINGS")
    void onlyAllowedTokensAreChosen(Sampling sampling) {
        for (int count : new int[] {1, 2, 63, 64, 65, size() - 1}) {
            var answer =
                    tokens(engine, allowing(request("It was a").withSampling(sampling), id -> id >= size() - count));
            assertThat(answer).hasSize(24);
            assertThat(Arrays.stream(answer)).allMatch(id -> id >= size() - count);
        }
    }

    @ParameterizedTest
    @FieldSource("SAMPLINGS")
    void aMaskOfAllTokensChangesNothing(Sampling sampling) {
        var request = request("Which attention").withSampling(sampling);
        assertThat(tokens(engine, allowing(request, _ -> true))).isEqualTo(tokens(engine, request));
    }

    @Test
    void topKCountsAllowedTokensAlone() {
        var request = request("It was a")
                .withSampling(Sampling.PLAIN.withSeed(1).withTemperature(100).withTopK(3));
        var answer = tokens(engine, allowing(request.withMaxTokens(200), id -> id % 2 == 1));
        // The three most probable of the odd ids at every place: more than one of them is drawn.
        var greedy =
                tokens(engine, allowing(request.withSampling(Sampling.GREEDY).withMaxTokens(200), id -> id % 2 == 1));
        assertThat(Arrays.stream(answer)).allMatch(id -> id % 2 == 1);
        assertThat(answer).isNotEqualTo(greedy);
        assertThat(answer.length).isEqualTo(200);
    }

    @Test
    void logProbabilitiesAreThoseAmongTheAllowed() {
        var request = request("It was a").withMaxTokens(1).withLogprobs(20);
        try (var all = engine.submit(request);
                var some = engine.submit(allowing(request, id -> id % 3 == 0 && id < 30))) {
            var free = all.nextToken().orElseThrow().logprobs().orElseThrow();
            var kept = some.nextToken().orElseThrow().logprobs().orElseThrow();
            assertThat(free.best()).hasSize(20);
            assertThat(kept.best()).hasSize(10).allMatch(one -> one.id() % 3 == 0 && one.id() < 30);
            assertThat(kept.best().stream()
                            .mapToDouble(one -> Math.exp(one.logprob()))
                            .sum())
                    .isCloseTo(1, within(1e-9));
            assertThat(kept.logprob()).isEqualTo(kept.best().getFirst().logprob());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9})
    void aMaskWithoutATokenFailsThatAnswerAlone(int place) {
        var expected = tokens(engine, request("It was a"));
        try (var other = engine.submit(request("It was a"));
                var session = engine.submit(
                        request("It was a").withConstraint(() -> allowing(size(), (at, _) -> at < place)))) {
            assertThatThrownBy(session::text)
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("allows no token");
            assertThat(session.finishReason()).isEqualTo(FinishReason.FAILED);
            other.text();
            assertThat(other.tokens()).isEqualTo(expected);
        }
    }

    @Test
    void stopIdsAreAllowedWhereTheMaskAllowsThem() {
        int stop = engine.generation().stopIds().first();
        var request = request("It was a").withIgnoreStopIds(false);
        try (var never = engine.submit(
                        allowing(request, id -> !engine.generation().stopIds().contains(id)));
                var third = engine.submit(request.withConstraint(
                        () -> allowing(size(), (place, id) -> place < 2 ? id == 400 : id == stop)))) {
            never.text();
            assertThat(never.finishReason()).isEqualTo(FinishReason.LENGTH);
            third.text();
            assertThat(third.finishReason()).isEqualTo(FinishReason.STOP);
            assertThat(third.tokens()).containsExactly(400, 400, stop);
        }
    }

    @Test
    void anAnswerEndsWhereItsConstraintIsComplete() {
        var constraint = new TokenConstraint() {
            private int length;

            @Override
            public int required() {
                return ANY;
            }

            @Override
            public boolean complete() {
                return length == 5;
            }

            @Override
            public void accept(GeneratedToken token) {
                length++;
            }
        };
        var own = tokens(engine, request("It was a"));
        try (var session = engine.submit(request("It was a").withConstraint(() -> constraint))) {
            session.text();
            assertThat(session.finishReason()).isEqualTo(FinishReason.STOP);
            assertThat(session.tokens()).isEqualTo(Arrays.copyOf(own, 5));
            assertThat(session.usage().generatedTokens()).isEqualTo(5);
        }
    }

    @Test
    void requiredTokensTakeNoPassAndChangeNothing() {
        int[] forced = IntStream.range(0, 15).map(i -> 400 + 31 * i).toArray();
        var request = request("It was a").withConstraint(() -> TokenConstraintTest.from(3, forced));
        try (var alone = Demo.open()) {
            long before = alone.statistics().steps();
            var answer = tokens(alone, request);
            long steps = alone.statistics().steps() - before;
            // With log probabilities each has a pass of its own.
            var passes = tokens(alone, request.withLogprobs(0));
            assertThat(answer).isEqualTo(passes);
            // The prompt and two tokens; one with the forced ones; the six behind them but the last.
            assertThat(steps).isEqualTo(24 - 15);
            try (var session = alone.submit(request)) {
                session.text();
                assertThat(session.usage().generatedTokens()).isEqualTo(24);
            }
        }
    }

    @Test
    void whatOneOfTwoRequiresTheOtherHasToAllow() {
        var both = request("It was a")
                .withConstraint(() -> TokenConstraintTest.from(2, 404)
                        .and(allowing(size(), (_, id) -> id % 2 == 0).and(allowing(size(), (_, id) -> id % 3 != 0))));
        var answer = tokens(engine, both);
        assertThat(answer[2]).isEqualTo(404);
        assertThat(Arrays.stream(answer)).allMatch(id -> id % 2 == 0 && id % 3 != 0);

        var never = request("It was a")
                .withConstraint(() -> TokenConstraintTest.from(0, 405).and(allowing(size(), (_, id) -> id % 2 == 0)));
        try (var session = engine.submit(never)) {
            assertThatThrownBy(session::text).hasMessageContaining("requires token 405");
        }
    }

    @Test
    void constrainedAnswersAndOthersRunTogether() {
        var requests = IntStream.range(0, 9)
                .mapToObj(i -> switch (i % 3) {
                    case 0 -> request("It was a");
                    case 1 -> allowing(request("It was a"), id -> id % 2 == 0);
                    default -> request("It was a").withConstraint(() -> TokenConstraintTest.from(i, 7, 8, 9));
                })
                .toList();
        var alone = requests.stream().map(one -> tokens(engine, one)).toList();
        var sessions = requests.stream().map(engine::submit).toList();
        for (int i = 0; i < sessions.size(); i++) {
            sessions.get(i).text();
            assertThat(sessions.get(i).tokens()).as("answer %d", i).isEqualTo(alone.get(i));
            sessions.get(i).close();
        }
    }
}
