package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokens that a session delivers. */
final class GeneratedTokenTest {
    private static Engine engine;

    @BeforeAll
    static void open() {
        engine = Demo.open();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static List<GeneratedToken> read(Session session) {
        var tokens = new ArrayList<GeneratedToken>();
        for (var token = session.nextToken(); token.isPresent(); token = session.nextToken()) {
            tokens.add(token.get());
        }
        return tokens;
    }

    @Test
    void tokensCarryTheirIdsAndTogetherTheWholeText() {
        var conversation = Demo.conversations().getFirst();
        try (var session = engine.submit(engine.chat(conversation.messages()))) {
            var tokens = read(session);

            assertThat(tokens.stream().mapToInt(GeneratedToken::id).toArray()).isEqualTo(conversation.greedyIds());
            assertThat(String.join("", tokens.stream().map(GeneratedToken::text).toList()))
                    .isEqualTo(conversation.text());
            assertThat(tokens).allMatch(token -> token.logprobs().isEmpty());
            assertThat(engine.tokenizer().isSpecial(tokens.getLast().id())).isTrue();
            assertThat(session.nextToken()).isEmpty();
            assertThat(session.next()).isEmpty();
        }
    }

    @Test
    void aTokenIsReadAsTextOrAsATokenAndNeverTwice() {
        var conversation = Demo.conversations().getFirst();
        try (var session = engine.submit(engine.chat(conversation.messages()))) {
            var first = session.nextToken().orElseThrow();
            assertThat(first.text() + session.text()).isEqualTo(conversation.text());
        }
    }

    @Test
    void whatAStopTextHeldBackComesWithTheLastToken() {
        var conversation = Demo.conversations().getFirst();
        String never = conversation.text().substring(conversation.text().length() - 3) + "\u0000";
        try (var session = engine.submit(engine.chat(conversation.messages()).withStop(never))) {
            var tokens = read(session);
            assertThat(tokens.getLast().text()).isEqualTo(never.substring(0, 3));
            assertThat(String.join("", tokens.stream().map(GeneratedToken::text).toList()))
                    .isEqualTo(conversation.text());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 20})
    void logprobsAreThoseOfTheModelWhateverIsSampled(int best) {
        var plain = engine.chat(Demo.conversations().getFirst().messages()).withMaxTokens(9);
        var hot = plain.withSampling(Sampling.GREEDY
                        .withTemperature(1.7)
                        .withTopK(3)
                        .withRepetitionPenalty(1.4)
                        .withSeed(3))
                .withLogprobs(best);
        List<GeneratedToken> tokens;
        try (var session = engine.submit(hot)) {
            tokens = read(session);
        }

        int[] prompt = plain.prompt();
        for (var token : tokens) {
            var logprobs = token.logprobs().orElseThrow();
            assertThat(logprobs.best()).hasSize(best);
            assertThat(logprobs.logprob()).isNegative();
            // The greedy distribution at the same place, asked for by itself.
            try (var session = engine.submit(Request.of(prompt).withMaxTokens(1).withLogprobs(20))) {
                var alone = session.nextToken().orElseThrow();
                var reference = alone.logprobs().orElseThrow();
                assertThat(reference.best().getFirst().id()).isEqualTo(alone.id());
                assertThat(reference.best().subList(0, best)).isEqualTo(logprobs.best());
                reference.best().stream()
                        .filter(alternative -> alternative.id() == token.id())
                        .forEach(same -> assertThat(same.logprob()).isEqualTo(logprobs.logprob(), within(0.0)));
            }
            prompt = java.util.Arrays.copyOf(prompt, prompt.length + 1);
            prompt[prompt.length - 1] = token.id();
        }
    }

    @Test
    void logprobsNameTheBestInOrderAndTheLowestIdOfEquals() {
        var logprobs = TokenLogprobs.of(new float[] {1, 3, 3, -2, 2.5f, 3}, 4, 5);

        double norm = Math.log(Math.exp(1) + 3 * Math.exp(3) + Math.exp(-2) + Math.exp(2.5));
        assertThat(logprobs.logprob()).isEqualTo(2.5 - norm, within(1e-12));
        assertThat(logprobs.best().stream().map(TokenLogprobs.Alternative::id)).containsExactly(1, 2, 5, 4, 0);
        assertThat(logprobs.best().getLast().logprob()).isEqualTo(1 - norm, within(1e-12));
        assertThat(TokenLogprobs.of(new float[] {7}, 0, 3).best()).hasSize(1);
        assertThat(TokenLogprobs.of(new float[] {7, 8}, 0, 0).best()).isEmpty();
    }

    @Test
    void anImpossibleNumberOfAlternativesIsRefused() {
        assertThatThrownBy(() -> Request.of(1).withLogprobs(21))
                .isInstanceOf(EngineException.class)
                .hasMessage("logprobs is 21, expected 0 to 20");
        assertThatThrownBy(() -> Request.of(1).withLogprobs(-1)).hasMessageContaining("logprobs is -1");
    }
}
