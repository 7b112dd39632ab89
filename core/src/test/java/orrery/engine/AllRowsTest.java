package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that use every row of a prompt: its tokens' log probabilities, and its mean hidden state. */
final class AllRowsTest {
    private static final String TEXT = "In grouped-query attention (GQA) several query heads share one key head.";

    @ParameterizedTest
    @CsvSource({"256, 8", "1, 1", "7, 3", "64, 2"})
    void promptTokensGetTheLogprobsThatTheyWouldHaveAsAnswers(int prefillRows, int maxSequences) {
        var options = EngineOptions.defaults().withPrefillRows(prefillRows).withMaxSequences(maxSequences);
        try (var engine = Demo.open(options)) {
            int[] prompt = engine.promptOf(TEXT);
            // Cached positions must be computed again, or their logits would be missing.
            engine.submit(Request.of(prompt).withMaxTokens(1)).finishReason();
            try (var session = engine.submit(
                    Request.of(prompt).withMaxTokens(2).withLogprobs(2).withPromptLogprobs(true))) {
                session.finishReason();
                var logprobs = session.promptLogprobs();
                assertThat(logprobs).hasSize(prompt.length - 1);
                assertThat(session.usage().cachedPromptTokens()).isZero();
                for (int i = 1; i < prompt.length; i++) {
                    int[] before = Arrays.copyOf(prompt, i);
                    try (var alone =
                            engine.submit(Request.of(before).withMaxTokens(1).withLogprobs(20))) {
                        var best = alone.nextToken()
                                .orElseThrow()
                                .logprobs()
                                .orElseThrow()
                                .best();
                        assertThat(logprobs.get(i - 1).best()).isEqualTo(best.subList(0, 2));
                        int wanted = prompt[i];
                        double own = logprobs.get(i - 1).logprob();
                        best.stream()
                                .filter(one -> one.id() == wanted)
                                .forEach(one -> assertThat(own).isEqualTo(one.logprob(), within(0.0)));
                    }
                }
            }
        }
    }

    @Test
    void askingForPromptLogprobsChangesNoAnswerOfAnybody() {
        try (var engine = Demo.open(EngineOptions.defaults().withMaxSequences(3).withPrefillRows(16))) {
            var sessions = new ArrayList<Session>();
            var conversations = Demo.conversations().subList(0, 6);
            for (int i = 0; i < conversations.size(); i++) {
                sessions.add(engine.submit(
                        engine.chat(conversations.get(i).messages()).withPromptLogprobs(i % 2 == 0)));
            }
            for (int i = 0; i < conversations.size(); i++) {
                assertThat(sessions.get(i).text())
                        .isEqualTo(conversations.get(i).text());
                assertThat(sessions.get(i).promptLogprobs())
                        .hasSize(i % 2 == 0 ? conversations.get(i).promptIds().length - 1 : 0);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "5", "256"})
    void theMeanStateDoesNotDependOnHowThePromptIsCut(int prefillRows) {
        float[] whole;
        try (var engine = Demo.open();
                var state = engine.meanState(engine.promptOf(TEXT))) {
            whole = state.get();
            assertThat(whole).hasSize(engine.description().spec().hiddenSize());
        }
        try (var engine = Demo.open(EngineOptions.defaults().withPrefillRows(prefillRows))) {
            int[] ids = engine.promptOf(TEXT);
            // With another sequence in its steps, and after a cached prefix that the mean must include.
            try (var other = engine.submit(Request.of(ids).withMaxTokens(30));
                    var first = engine.meanState(ids);
                    var second = engine.meanState(Arrays.copyOf(ids, 3))) {
                assertThat(first.get()).containsExactly(whole);
                assertThat(second.get()).isNotEqualTo(whole);
                assertThat(other.tokens()).hasSizeLessThanOrEqualTo(30);
            }
        }
    }

    @Test
    void theMeanStateOfOneTokenIsItsState() {
        try (var engine = Demo.open();
                var one = engine.meanState(2);
                var two = engine.meanState(2, 5)) {
            assertThat(one.get()).isNotEqualTo(two.get());
            assertThatThrownBy(() -> engine.meanState()).hasMessageContaining("the prompt is empty");
            assertThatThrownBy(() -> engine.meanState(-1)).hasMessageContaining("has the id -1");
        }
    }

    @Test
    void aClosedMeanStateSaysSo() {
        try (var engine = Demo.open()) {
            var state = engine.meanState(engine.promptOf(TEXT));
            state.close();
            try {
                state.get();
            } catch (EngineException e) {
                assertThat(e).hasMessage("the mean state was cancelled");
            }
            // The engine still works.
            assertThat(engine.submit(Request.of(2).withMaxTokens(1)).finishReason())
                    .isEqualTo(FinishReason.LENGTH);
        }
    }
}
