package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplerTest {
    private static final int DRAWS = 20_000;
    private static final Candidates SCRATCH = new Candidates(1 << 17);

    @Test
    void takesTheLowestIdOfTheLargest() {
        assertThat(Sampler.GREEDY.sample(new float[] {-3, 2, 5, 5, 1}, History.NONE, SCRATCH))
                .isEqualTo(2);
        assertThat(Sampler.GREEDY.sample(new float[] {-3}, History.NONE, SCRATCH))
                .isZero();
        assertThat(Sampler.GREEDY.sample(new float[] {-3, -3, -4}, History.NONE, SCRATCH))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesALogitThatIsNoFiniteNumber(float wrong) {
        for (var sampling : List.of(Sampling.GREEDY, Sampling.PLAIN, Sampling.PLAIN.withTopK(2))) {
            var sampler = Sampler.of(sampling, 5);
            assertThatThrownBy(
                            () -> sampler.sample(new float[] {1, 2, Float.MAX_VALUE, wrong, 3}, History.NONE, SCRATCH))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining(Float.toString(wrong) + " to token 3");
        }
    }

    @Test
    void dividesOrMultipliesWhatOccurredBefore() {
        // 0 in the prompt, 2 in the answer: 3 / 1.5 = 2 and -1 * 1.5 = -1.5, so 1 wins with 2.5.
        var sampler = Sampler.of(Sampling.GREEDY.withRepetitionPenalty(1.5), 4);
        var logits = new float[] {3, 2.5f, -1, 0};
        assertThat(sampler.sample(logits, new History(1, 0, 2), SCRATCH)).isEqualTo(1);
        assertThat(logits).containsExactly(2, 2.5f, -1.5f, 0);
    }

    @Test
    void subtractsForEveryOccurrenceInTheAnswerAndOnceForAny() {
        var sampling = Sampling.GREEDY.withFrequencyPenalty(0.25).withPresencePenalty(0.5);
        var sampler = Sampler.of(sampling, 4);
        // The prompt is 0, 1, 1: only what follows counts.
        var history = new History(3, 0, 1, 1, 2, 1, 2);
        var logits = new float[] {4, 4, 4, 4};
        assertThat(sampler.sample(logits, history, SCRATCH)).isZero();
        assertThat(logits).containsExactly(4, 3.25f, 3, 4);
        logits = new float[] {0, 4, 4, 4};
        assertThat(sampler.sample(logits, history.and(3), SCRATCH)).isEqualTo(1);
        assertThat(logits).containsExactly(0, 3.25f, 3, 3.25f);
    }

    @Test
    void repeatsBeforeItSubtractsAndBiasesBeforeBoth() {
        var sampling =
                Sampling.GREEDY.withRepetitionPenalty(2).withPresencePenalty(1).withLogitBias(Map.of(1, 3.0));
        var logits = new float[] {0, 1};
        Sampler.of(sampling, 2).sample(logits, new History(0, 1), SCRATCH);
        // (1 + 3) / 2 - 1
        assertThat(logits).containsExactly(0, 1);
    }

    @Test
    void penalisesMoreDistinctTokensThanItFirstHasRoomFor() {
        var tokens = IntStream.range(0, 1000).toArray();
        var logits = new float[1001];
        Arrays.fill(logits, 5);
        var sampler = Sampler.of(Sampling.GREEDY.withRepetitionPenalty(1.1), 1001);
        assertThat(sampler.sample(logits, new History(1000, tokens), SCRATCH)).isEqualTo(1000);
    }

    @Test
    void drawsTheModelsDistribution() {
        float[] logits = logs(0.5, 0.2, 0.2, 0.1);
        assertClose(drawn(Sampling.PLAIN.withSeed(1), logits), 0.5, 0.2, 0.2, 0.1);
    }

    @Test
    void flattensAndSharpensByTheTemperature() {
        float[] logits = logs(0.8, 0.2);
        double hot = Math.sqrt(0.8) / (Math.sqrt(0.8) + Math.sqrt(0.2));
        assertClose(drawn(Sampling.PLAIN.withTemperature(2).withSeed(2), logits), hot, 1 - hot);
        assertClose(drawn(Sampling.PLAIN.withTemperature(0.5).withSeed(3), logits), 0.64 / 0.68, 0.04 / 0.68);
    }

    @Test
    void keepsTheLowestIdsOfEquals() {
        float[] logits = logs(0.1, 0.2, 0.2, 0.2, 0.3);
        assertClose(drawn(Sampling.PLAIN.withTopK(3).withSeed(4), logits), 0, 2 / 7.0, 2 / 7.0, 0, 3 / 7.0);
        assertClose(drawn(Sampling.PLAIN.withTopP(0.65).withSeed(5), logits), 0, 2 / 7.0, 2 / 7.0, 0, 3 / 7.0);
    }

    @Test
    void measuresTheMassAfterTheCount() {
        // Of the remaining two, 0.5 and 0.3, the first has 0.625 of the mass: 0.6 needs no more.
        float[] logits = logs(0.2, 0.5, 0.3);
        assertClose(drawn(Sampling.PLAIN.withTopK(2).withTopP(0.6).withSeed(6), logits), 0, 1, 0);
        assertClose(drawn(Sampling.PLAIN.withTopK(2).withTopP(0.63).withSeed(7), logits), 0, 0.625, 0.375);
    }

    @Test
    void dropsWhatIsImprobableBesideTheMostProbable() {
        float[] logits = logs(0.04, 0.5, 0.3, 0.16);
        assertClose(drawn(Sampling.PLAIN.withMinP(0.3).withSeed(8), logits), 0, 50 / 96.0, 30 / 96.0, 16 / 96.0);
        assertClose(drawn(Sampling.PLAIN.withMinP(1).withSeed(9), logits), 0, 1, 0, 0);
    }

    @Test
    void alwaysKeepsTheMostProbable() {
        float[] logits = logs(0.3, 0.7);
        assertClose(drawn(Sampling.PLAIN.withTopP(1e-9).withSeed(10), logits), 0, 1);
        assertClose(drawn(Sampling.PLAIN.withTopK(1).withSeed(11), logits), 0, 1);
        assertClose(drawn(Sampling.PLAIN.withTemperature(1e-6).withSeed(12), logits), 0, 1);
        assertThat(Sampler.of(Sampling.PLAIN, 1).sample(new float[] {-7}, History.NONE, SCRATCH))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 1, 0",
        "2, 1, 0.5, 0",
        "3, 2, 0.9, 0",
        "17, 5, 1, 0.1",
        "257, 0, 0.9, 0",
        "257, 40, 0.95, 0.05",
        "4099, 0, 0.3, 0",
        "4099, 64, 1, 0",
        "4099, 4098, 0.999, 0.001",
        "4099, 9999, 1, 0.5",
        "4099, 0, 0.999999, 0",
        "4099, 0, 0.5, 0.2",
        "70001, 0, 0.98, 0"
    })
    void choosesOnlyWhatAFullSortWouldKeep(int vocabSize, int topK, double topP, double minP) {
        var random = new Random(vocabSize * 31L + topK);
        for (int round = 0; round < 20; round++) {
            var logits = new float[vocabSize];
            for (int i = 0; i < vocabSize; i++) {
                // Many equals, so that the order of ids matters.
                logits[i] = Math.round(random.nextGaussian() * 8) / 2f;
            }
            var sampling =
                    Sampling.PLAIN.withTopK(topK).withTopP(topP).withMinP(minP).withSeed(round);
            var kept = sorted(logits, sampling);
            var sampler = Sampler.of(sampling, vocabSize);
            var seen = IntStream.range(0, 300)
                    .mapToObj(_ -> sampler.sample(logits, History.NONE, SCRATCH))
                    .distinct()
                    .toList();
            assertThat(kept).containsAll(seen);
            if (kept.size() <= 3) {
                assertThat(seen).hasSameSizeAs(kept);
            }
        }
    }

    /** The definition, by sorting everything. */
    private static List<Integer> sorted(float[] logits, Sampling sampling) {
        var ids = new ArrayList<>(IntStream.range(0, logits.length).boxed().toList());
        ids.sort((a, b) -> logits[a] == logits[b] ? a - b : Float.compare(logits[b], logits[a]));
        if (sampling.topK() > 0 && sampling.topK() < ids.size()) {
            ids.subList(sampling.topK(), ids.size()).clear();
        }
        double most = logits[ids.getFirst()];
        double total =
                ids.stream().mapToDouble(id -> Math.exp(logits[id] - most)).sum();
        double mass = 0;
        int count = 0;
        while (count < ids.size() && mass < sampling.topP() * total - 1e-9) {
            mass += Math.exp(logits[ids.get(count++)] - most);
        }
        ids.subList(Math.max(1, count), ids.size()).clear();
        ids.removeIf(id -> Math.exp(logits[id] - most) < sampling.minP());
        return ids;
    }

    @Test
    void allocatesNothingForAToken() {
        var thread = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        var logits = new float[4096];
        var random = new Random(1);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian();
        }
        for (var sampling : List.of(
                Sampling.GREEDY,
                Sampling.PLAIN,
                Sampling.PLAIN.withTopK(64).withTopP(0.95).withTemperature(0.7),
                Sampling.PLAIN.withTopP(0.9).withMinP(0.01),
                Sampling.PLAIN.withTopK(64).withRepetitionPenalty(1.1))) {
            var sampler = Sampler.of(sampling, logits.length);
            var history = new History(2, 3, 4, 5);
            for (int i = 0; i < 200; i++) {
                sampler.sample(logits, history, SCRATCH);
            }
            long before = thread.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200; i++) {
                sampler.sample(logits, history, SCRATCH);
            }
            assertThat(thread.getCurrentThreadAllocatedBytes() - before)
                    .as("%s", sampling)
                    .isLessThan(200);
        }
    }

    @Test
    void drawsTheSameWithTheSameSeedAndSomethingElseWithAnother() {
        float[] logits = new float[500];
        assertThat(sequence(Sampling.PLAIN.withSeed(5), logits))
                .isEqualTo(sequence(Sampling.PLAIN.withSeed(5), logits));
        assertThat(sequence(Sampling.PLAIN.withSeed(5), logits))
                .isNotEqualTo(sequence(Sampling.PLAIN.withSeed(6), logits));
        assertThat(sequence(Sampling.PLAIN, logits)).isNotEqualTo(sequence(Sampling.PLAIN, logits));
    }

    @Test
    void drawsTheSameOnEveryMachine() {
        assertThat(Arrays.copyOf(sequence(Sampling.PLAIN.withSeed(42), new float[500]), 6))
                .containsExactly(SEEDED);
    }

    /** From an independent SplitMix64 in Python, floor(500 u). */
    private static final int[] SEEDED = {298, 80, 83, 24, 490, 117};

    private static int[] sequence(Sampling sampling, float[] logits) {
        var sampler = Sampler.of(sampling, logits.length);
        return IntStream.range(0, 50)
                .map(_ -> sampler.sample(logits, History.NONE, SCRATCH))
                .toArray();
    }

    private static double[] drawn(Sampling sampling, float[] logits) {
        var sampler = Sampler.of(sampling, logits.length);
        var shares = new double[logits.length];
        for (int i = 0; i < DRAWS; i++) {
            shares[sampler.sample(logits, History.NONE, SCRATCH)] += 1.0 / DRAWS;
        }
        return shares;
    }

    /** Within four standard deviations; tokens with probability 0 are never drawn. */
    private static void assertClose(double[] shares, double... expected) {
        assertThat(shares).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            double deviation = Math.sqrt(expected[i] * (1 - expected[i]) / DRAWS);
            assertThat(shares[i]).as("share of %d", i).isCloseTo(expected[i], within(4 * deviation + 1e-9));
        }
    }

    private static float[] logs(double... probabilities) {
        var logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]) + 3;
        }
        return logits;
    }

    @Test
    void theFastExponentialIsExactToThirteenDigits() {
        var random = new Random(5);
        for (int i = 0; i < 1_000_000; i++) {
            double x = -700 * Math.pow(random.nextDouble(), 4);
            assertThat(Math.abs(FastExp.of(x) / Math.exp(x) - 1)).isLessThan(1e-13);
        }
        assertThat(FastExp.of(0)).isEqualTo(1);
        assertThat(FastExp.of(-701)).isZero();
        assertThat(FastExp.of(Double.NEGATIVE_INFINITY)).isZero();
    }
}
