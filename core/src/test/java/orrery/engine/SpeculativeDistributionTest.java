package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.Weights;

/**
 * Sampled answers with speculation have the distribution of the model after all filters and penalties: thousands of
 * answers are counted and compared by Pearson's chi-square with probabilities that this test computes from the model's
 * logits.
 */
final class SpeculativeDistributionTest {
    private static final int ANSWERS = 3200;
    private static final int TOKENS = 4;
    private static final int TOP = 3;
    private static final double REPETITION = 1.5;
    private static final double PRESENCE = 0.6;
    private static final int[] PROMPT = {11, 200, 3};

    @TempDir
    Path folder;

    @Test
    void sampledAnswersHaveTheModelsOwnDistribution() {
        var sampling =
                Sampling.PLAIN.withTopK(TOP).withRepetitionPenalty(REPETITION).withPresencePenalty(PRESENCE);
        for (var model : List.of(DraftingModels.ALWAYS_RIGHT, DraftingModels.RANDOM)) {
            var directory = model.in(folder);
            Map<String, Double> expected = new TreeMap<>();
            var observed = new TreeMap<String, Integer>();
            try (var truth = new Truth(directory)) {
                truth.spread(PROMPT, 1, expected);
            }
            int accepted = 0;
            int drafted = 0;
            var options =
                    EngineOptions.defaults().withThreads(1).withContext(32).withSpeculation(Speculation.MTP);
            try (var engine = Engine.open(directory, options)) {
                for (int from = 0; from < ANSWERS; from += 8) {
                    var sessions = IntStream.range(from, from + 8)
                            .mapToObj(seed -> engine.submit(Request.of(PROMPT)
                                    .withIgnoreStopIds(true)
                                    .withMaxTokens(TOKENS)
                                    .withSampling(sampling.withSeed(seed))))
                            .toList();
                    for (var session : sessions) {
                        session.text();
                        observed.merge(Arrays.toString(session.tokens()), 1, Integer::sum);
                        accepted += session.usage().acceptedTokens();
                        drafted += session.usage().draftedTokens();
                    }
                }
            }
            if (model == DraftingModels.ALWAYS_RIGHT) {
                // Both accepting and rejecting are covered.
                assertThat(accepted).isBetween(drafted / 10, 9 * drafted / 10);
            }
            assertThat(expected.keySet()).containsAll(observed.keySet());
            assertThat(expected.values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum())
                    .isBetween(1 - 1e-9, 1 + 1e-9);
            assertFits(observed, expected);
        }
    }

    private static void assertFits(Map<String, Integer> observed, Map<String, Double> expected) {
        // Cells with an expected count below five are merged, as the test requires.
        double chiSquare = 0;
        double restExpected = 0;
        int restObserved = 0;
        int cells = 0;
        for (var cell : expected.entrySet()) {
            double count = cell.getValue() * ANSWERS;
            int seen = observed.getOrDefault(cell.getKey(), 0);
            if (count < 5) {
                restExpected += count;
                restObserved += seen;
            } else {
                chiSquare += (seen - count) * (seen - count) / count;
                cells++;
            }
        }
        if (restExpected > 0) {
            chiSquare += (restObserved - restExpected) * (restObserved - restExpected) / restExpected;
            cells++;
        }
        // Wilson and Hilferty: the cube root is nearly normal. Three deviations: one in a thousand, and the seeds are
        // fixed.
        int freedom = cells - 1;
        assertThat(freedom).isGreaterThan(10);
        double deviations =
                (Math.cbrt(chiSquare / freedom) - (1 - 2.0 / (9 * freedom))) / Math.sqrt(2.0 / (9 * freedom));
        assertThat(deviations)
                .as("chi-square %.1f with %d degrees of freedom", chiSquare, freedom)
                .isLessThan(3);
    }

    /** The probability of every answer, by running the model on it. */
    private static final class Truth implements AutoCloseable {
        private final ModelFile file;
        private final orrery.kernel.Kernels kernels;
        private final Decoder decoder;

        Truth(Path directory) {
            file = ModelFile.open(directory);
            kernels = Backend.named("scalar").open(new Backend.Options(1));
            var bound = Catalog.open(file);
            var spec = bound.description().spec();
            decoder = new Decoder(spec, new Weights(spec, bound.weights()), kernels, 16, 1);
        }

        void spread(int[] tokens, double probability, Map<String, Double> into) {
            if (tokens.length == PROMPT.length + TOKENS) {
                var answer = Arrays.copyOfRange(tokens, PROMPT.length, tokens.length);
                into.merge(Arrays.toString(answer), probability, Double::sum);
                return;
            }
            distribution(tokens).forEach((token, share) -> {
                int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
                longer[tokens.length] = token;
                spread(longer, probability * share, into);
            });
        }

        private Map<Integer, Double> distribution(int[] tokens) {
            float[] logits = logits(tokens);
            for (int id : Arrays.stream(tokens).distinct().toArray()) {
                double logit = logits[id];
                logit = logit > 0 ? logit / REPETITION : logit * REPETITION;
                boolean answered =
                        Arrays.stream(tokens, PROMPT.length, tokens.length).anyMatch(other -> other == id);
                logits[id] = (float) (answered ? logit - PRESENCE : logit);
            }
            var best = IntStream.range(0, logits.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(id -> -logits[id]))
                    .limit(TOP)
                    .toList();
            double total = best.stream().mapToDouble(id -> Math.exp(logits[id])).sum();
            var shares = new LinkedHashMap<Integer, Double>();
            best.forEach(id -> shares.put(id, Math.exp(logits[id]) / total));
            return shares;
        }

        private float[] logits(int[] tokens) {
            try (var cache = new KvCache(decoder.spec().caches(), 16, 1)) {
                var pages = new PageTable[cache.pools()];
                for (int pool = 0; pool < pages.length; pool++) {
                    pages[pool] = new PageTable();
                    pages[pool].append(cache.take(pool));
                }
                var step = new Step(16);
                int index = step.addSequence(pages);
                for (int i = 0; i < tokens.length; i++) {
                    step.add(index, tokens[i], i, i == tokens.length - 1);
                }
                var row = new float[decoder.spec().vocabSize()];
                kernels.read(row, decoder.forward(step, cache), 0);
                return row;
            }
        }

        @Override
        public void close() {
            kernels.close();
            file.close();
        }
    }
}
