package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplingTest {
    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.001, 1e9})
    void refusesWhatIsNoNumberOrOutOfRange(double value) {
        refused("temperature", () -> Sampling.PLAIN.withTemperature(value));
        refused("top_p", () -> Sampling.PLAIN.withTopP(value));
        refused("min_p", () -> Sampling.PLAIN.withMinP(value));
        refused("repetition_penalty", () -> Sampling.PLAIN.withRepetitionPenalty(value));
        if (value != -0.001) {
            refused("presence_penalty", () -> Sampling.PLAIN.withPresencePenalty(value));
            refused("frequency_penalty", () -> Sampling.PLAIN.withFrequencyPenalty(value));
            refused("logit_bias of token 7", () -> Sampling.PLAIN.withLogitBias(Map.of(7, value)));
        }
    }

    @Test
    void refusesLimitsThatKeepNothing() {
        refused("top_p is 0,", () -> Sampling.PLAIN.withTopP(0));
        refused("top_p is 1.5, expected 0.0 to 1.0", () -> Sampling.PLAIN.withTopP(1.5));
        refused("top_k is -2, expected 0 or -1 (no limit), or more", () -> Sampling.PLAIN.withTopK(-2));
        refused("repetition_penalty is 0.0", () -> Sampling.PLAIN.withRepetitionPenalty(0));
        refused("token id -3", () -> Sampling.PLAIN.withLogitBias(Map.of(-3, 1.0)));
    }

    @Test
    void aTopKOfMinusOneIsNoLimit() {
        assertThat(Sampling.PLAIN.withTopK(5).withTopK(-1)).isEqualTo(Sampling.PLAIN);
    }

    @Test
    void refusesABiasOfATokenThatTheModelDoesNotHave() {
        var sampling = Sampling.GREEDY.withLogitBias(Map.of(3, 1.0, 10, 1.0));
        assertThatThrownBy(() -> Sampler.of(sampling, 10))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("token id 10, expected 0 to 9");
        assertThat(Sampler.of(sampling, 11).sample(new float[11], History.NONE, new Candidates(11)))
                .isEqualTo(3);
    }

    @Test
    void keepsWhatWasSetWhenSomethingElseIsChanged() {
        var sampling = Sampling.PLAIN
                .withSeed(1)
                .withLogitBias(Map.of(2, 3.0))
                .withFrequencyPenalty(0.4)
                .withPresencePenalty(0.5)
                .withRepetitionPenalty(1.6)
                .withMinP(0.7)
                .withTopP(0.8)
                .withTopK(9)
                .withTemperature(1.25);
        assertThat(sampling)
                .hasToString("Sampling[temperature=1.25, topK=9, topP=0.8, minP=0.7, repetitionPenalty=1.6,"
                        + " presencePenalty=0.5, frequencyPenalty=0.4, logitBias={2=3.0}, seed=OptionalLong[1]]");
    }

    private static void refused(String what, Runnable make) {
        assertThatExceptionOfType(EngineException.class).isThrownBy(make::run).withMessageContaining(what);
    }
}
