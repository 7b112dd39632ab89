package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.format.Safetensors;
import orrery.kernel.Backend;

/** Answers are the same with and without speculation, and draft tokens are counted. */
final class SpeculationTest {
    private static final EngineOptions OPTIONS = EngineOptions.defaults()
            .withThreads(2)
            .withContext(96)
            .withPrefillRows(7)
            .withMaxSequences(3);

    @TempDir
    static Path folder;

    private static final Map<DraftingModels, Path> MODELS = new EnumMap<>(DraftingModels.class);

    @BeforeAll
    static void make() {
        for (var model : DraftingModels.values()) {
            MODELS.put(model, model.in(folder));
        }
    }

    private static Engine open(DraftingModels model, EngineOptions options) {
        return Engine.open(Objects.requireNonNull(MODELS.get(model)), options);
    }

    private static Engine guessing(DraftingModels model) {
        return open(model, OPTIONS.withSpeculation(Speculation.MTP));
    }

    private static int[] prompt(int length) {
        return IntStream.range(0, length).map(i -> (i * 37 + length) % 320).toArray();
    }

    private static Request request(int promptLength, int maxTokens) {
        return Request.of(prompt(promptLength)).withIgnoreStopIds(true).withMaxTokens(maxTokens);
    }

    private static List<Request> awkward(Sampling sampling) {
        var requests = new ArrayList<Request>();
        int[] lengths = {1, 2, 6, 7, 8, 20, 95, 33};
        int[] limits = {1, 2, 3, 4, 17, 40, 0, 0};
        for (int i = 0; i < lengths.length; i++) {
            requests.add(request(lengths[i], limits[i]).withSampling(sampling.withSeed(i)));
        }
        return requests;
    }

    private static List<Session> run(Engine engine, List<Request> requests) {
        var sessions = requests.stream().map(engine::submit).toList();
        sessions.forEach(Session::text);
        return sessions;
    }

    private static List<List<Integer>> tokens(List<Session> sessions) {
        return sessions.stream()
                .map(session -> Arrays.stream(session.tokens()).boxed().toList())
                .toList();
    }

    static Stream<Arguments> everyModelOnEveryBackend() {
        return Arrays.stream(DraftingModels.values())
                .flatMap(model -> Backend.general().stream()
                        .map(backend -> Arguments.argumentSet(model + " on " + backend.name(), model, backend)));
    }

    @ParameterizedTest
    @MethodSource("everyModelOnEveryBackend")
    void givesTheTokensThatItGivesWithoutGuessing(DraftingModels model, Backend backend) {
        assumeTrue(backend.missing().isEmpty(), () -> backend.name() + " is missing: " + backend.missing());
        var options = OPTIONS.withBackend(backend.name());
        for (var sampling : List.of(
                Sampling.GREEDY,
                Sampling.PLAIN.withTopK(20).withTopP(0.9),
                Sampling.PLAIN.withTemperature(0.7).withRepetitionPenalty(1.3).withFrequencyPenalty(0.5))) {
            var requests = awkward(sampling);
            try (var plain = open(model, options);
                    var guessing = open(model, options.withSpeculation(Speculation.MTP))) {
                var expected = run(plain, requests);
                var sessions = run(guessing, requests);
                assertThat(tokens(sessions)).isEqualTo(tokens(expected));
                int drafted = sessions.stream()
                        .mapToInt(one -> one.usage().draftedTokens())
                        .sum();
                int accepted = sessions.stream()
                        .mapToInt(one -> one.usage().acceptedTokens())
                        .sum();
                assertThat(drafted).isPositive();
                assertThat(expected)
                        .allSatisfy(
                                one -> assertThat(one.usage().draftedTokens()).isZero());
                if (sampling.greedy()) {
                    switch (model) {
                        case RANDOM -> assertThat(accepted).isLessThan(drafted);
                        case ALWAYS_RIGHT -> assertThat(accepted).isEqualTo(drafted);
                        case ALWAYS_WRONG -> assertThat(accepted).isZero();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DraftingModels.class)
    void givesTheTokensThatAreRequiredWhateverIsGuessed(DraftingModels model) {
        int[] forced = {7, 300, 7, 7, 19};
        var requests = awkward(Sampling.GREEDY).stream()
                .map(one -> one.withConstraint(() -> TokenConstraintTest.from(2, forced)))
                .toList();
        try (var plain = open(model, OPTIONS);
                var guessing = guessing(model)) {
            var expected = tokens(run(plain, requests));
            assertThat(tokens(run(guessing, requests))).isEqualTo(expected);
            assertThat(expected.get(4).subList(2, 7)).containsExactly(7, 300, 7, 7, 19);
        }
    }

    @ParameterizedTest
    @EnumSource(DraftingModels.class)
    void choosesAmongTheAllowedWhateverIsGuessed(DraftingModels model) {
        var requests = awkward(Sampling.GREEDY).stream()
                .map(one -> one.withConstraint(() -> TokenConstraintTest.from(3, 8, 10, 12)
                        .and(TokenMaskTest.allowing(500, (place, id) -> id % 2 == 0 || place % 3 == 1))))
                .toList();
        try (var plain = open(model, OPTIONS);
                var guessing = guessing(model)) {
            assertThat(tokens(run(guessing, requests))).isEqualTo(tokens(run(plain, requests)));
        }
    }

    @ParameterizedTest
    @MethodSource("everyModelOnEveryBackend")
    void continuesGreedilyAsTheReference(DraftingModels model, Backend backend) {
        assumeTrue(model == DraftingModels.RANDOM, "the reference ran the random weights");
        assumeTrue(backend.missing().isEmpty(), () -> backend.name() + " is missing: " + backend.missing());
        try (var golden = Safetensors.open(DraftingModels.GOLDEN.resolve("golden.safetensors"));
                var engine = open(model, OPTIONS.withBackend(backend.name()).withSpeculation(Speculation.MTP))) {
            for (int s = 0; s < 2; s++) {
                int[] expected = ids(golden, "greedy", s, 24);
                var request = Request.of(ids(golden, "input_ids", s, 40))
                        .withIgnoreStopIds(true)
                        .withMaxTokens(expected.length);
                try (var session = engine.submit(request)) {
                    session.text();
                    assertThat(session.tokens()).isEqualTo(expected);
                }
            }
        }
    }

    private static int[] ids(Safetensors file, String name, int row, int length) {
        var data = Objects.requireNonNull(file.tensors().get(name)).data();
        return IntStream.range(0, length)
                .map(i -> (int) data.get(ValueLayout.JAVA_LONG_UNALIGNED, ((long) row * length + i) * Long.BYTES))
                .toArray();
    }

    @ParameterizedTest
    @EnumSource
    void countsEveryGuessOnce(DraftingModels model) {
        try (var engine = guessing(model)) {
            for (int tokens = 1; tokens < 9; tokens++) {
                try (var session = engine.submit(request(5, tokens))) {
                    session.text();
                    assertThat(session.tokens()).hasSize(tokens);
                    var usage = session.usage();
                    switch (model) {
                        case RANDOM ->
                            assertThat(usage.draftedTokens()).isBetween((tokens - 1) / 2, Math.max(0, tokens - 2));
                        case ALWAYS_RIGHT -> {
                            assertThat(usage.draftedTokens()).isEqualTo((tokens - 1) / 2);
                            assertThat(usage.acceptanceRate()).isEqualTo(tokens < 3 ? 0 : 1);
                        }
                        case ALWAYS_WRONG -> {
                            assertThat(usage.draftedTokens()).isEqualTo(Math.max(0, tokens - 2));
                            assertThat(usage.acceptanceRate()).isZero();
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAtAStopTextWhereverItBegins(DraftingModels model) {
        try (var plain = open(model, OPTIONS);
                var engine = guessing(model)) {
            String whole;
            try (var session = plain.submit(request(4, 20))) {
                whole = session.text();
            }
            for (int from = 0; from + 3 < whole.length(); from++) {
                var stopped = request(4, 20).withStop(whole.substring(from, from + 3));
                try (var expected = plain.submit(stopped);
                        var session = engine.submit(stopped)) {
                    assertThat(session.text()).isEqualTo(expected.text());
                    assertThat(session.tokens()).isEqualTo(expected.tokens());
                    assertThat(session.finishReason()).isEqualTo(FinishReason.STOP);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWhereAConversationEndedAsIfItWereNew(DraftingModels model) {
        try (var engine = guessing(model);
                var plain = open(model, OPTIONS)) {
            for (int answer = 1; answer < 6; answer++) {
                int[] first;
                try (var session = engine.submit(request(9 + answer, answer))) {
                    session.text();
                    first = session.tokens();
                }
                int[] next = Arrays.copyOf(prompt(9 + answer), 9 + 2 * answer + 4);
                System.arraycopy(first, 0, next, 9 + answer, answer);
                var request = Request.of(next).withIgnoreStopIds(true).withMaxTokens(25);
                try (var session = engine.submit(request);
                        var expected = plain.submit(request)) {
                    session.text();
                    expected.text();
                    assertThat(session.tokens()).isEqualTo(expected.tokens());
                    // The last token of the answer had no row yet.
                    assertThat(session.usage().cachedPromptTokens()).isEqualTo(9 + 2 * answer - 1);
                    if (model == DraftingModels.ALWAYS_RIGHT) {
                        assertThat(session.usage().acceptanceRate()).isEqualTo(1);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledAnswerDisturbsNoOther(DraftingModels model) {
        try (var engine = guessing(model);
                var plain = open(model, OPTIONS)) {
            int[] expected;
            try (var session = plain.submit(request(12, 60))) {
                session.text();
                expected = session.tokens();
            }
            for (int round = 0; round < 5; round++) {
                var other = engine.submit(request(12, 60));
                var cancelled = engine.submit(request(5 + round, 0));
                assertThat(cancelled.next()).isPresent();
                cancelled.close();
                other.text();
                assertThat(other.tokens()).isEqualTo(expected);
                var usage = cancelled.usage();
                assertThat(usage.acceptedTokens()).isBetween(0, usage.draftedTokens());
            }
        }
    }

    @Test
    void refusesAModelThatHasNoDraftAndSaysWhatItHas() {
        var options = EngineOptions.defaults().withSpeculation(Speculation.MTP);
        assertThatThrownBy(() -> Engine.open(Demo.MODEL, options))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("speculate is mtp, but demo-model")
                .hasMessageContaining("6 layers and none of multi-token prediction");
    }
}
