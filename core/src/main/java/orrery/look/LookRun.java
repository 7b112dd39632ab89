package orrery.look;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Routing;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.tensor.KvType;

/**
 * Runs a text through a model once, in one step, with all observers. The attention of every head of every layer is in
 * memory: a float for each pair of tokens.
 */
public final class LookRun {
    /** The longest text that is looked at, in tokens. */
    public static final int LONGEST = 128;

    private final Decoder decoder;
    private final int[] ids;
    private final IntFunction<String> words;
    private final int guesses;
    private final List<float[]> depths = new ArrayList<>();
    private final Map<Integer, Look.Routing> routings = new TreeMap<>();

    private LookRun(Decoder decoder, int[] ids, IntFunction<String> words, int guesses) {
        this.decoder = decoder;
        this.ids = ids;
        this.words = words;
        this.guesses = guesses;
    }

    /**
     * Checks the length of a text, which is cheap, before a model is loaded for it.
     *
     * @param positions the most tokens that the model supports
     * @throws LookException if there is no token, more than {@link #LONGEST}, or more than the model supports
     */
    public static void requireLength(int tokens, int positions) {
        if (tokens == 0) {
            throw new LookException("the text is empty, expected at least one token");
        }
        int most = Math.min(LONGEST, positions);
        if (tokens > most) {
            throw new LookException("the text has " + tokens + " tokens, expected at most " + most
                    + (positions < LONGEST ? ", the model's context" : ": every pair of tokens has a weight per head"));
        }
    }

    /**
     * Checks that a model has some layers and a head, before it is loaded.
     *
     * @throws LookException as {@link Look#only} does
     */
    public static void requireParts(ArchitectureSpec spec, List<Integer> layers, OptionalInt head) {
        var heads = new TreeMap<Integer, Integer>();
        for (int i = 0; i < spec.layers().size(); i++) {
            heads.put(i, spec.layers().get(i).attention().queryHeads());
        }
        Look.requireParts(spec.name(), heads, layers, head);
    }

    /**
     * Looks at a text.
     *
     * @param decoder of a model that was bound for at least as many rows as there are tokens
     * @param kvType the type of the KV cache
     * @param ids the text's tokens
     * @param words a token's text, by its id
     * @param guesses how many next tokens are wanted at each depth
     * @throws LookException as {@link #requireLength} does
     */
    public static Look of(Decoder decoder, KvType kvType, int[] ids, IntFunction<String> words, int guesses) {
        requireLength(ids.length, decoder.spec().maxPositions());
        return new LookRun(decoder, ids, words, guesses).look(kvType);
    }

    private Look look(KvType kvType) {
        int pages = ids.length / KvCache.DEFAULT_PAGE_SIZE + 1;
        var spec = decoder.spec();
        try (var cache = new KvCache(spec.cachesWithDraft(), kvType, KvCache.DEFAULT_PAGE_SIZE, pages)) {
            var step = step(cache);
            var recorder = new AttentionRecorder(decoder.kernels(), step, cache);
            var logits = new float[spec.vocabSize()];
            decoder.kernels()
                    .read(
                            logits,
                            decoder.forward(
                                    step,
                                    cache,
                                    (_, _, _) -> {
                                        var depth = new float[spec.vocabSize()];
                                        decoder.kernels().read(depth, decoder.lens(), 0);
                                        depths.add(depth);
                                    },
                                    this::routed,
                                    recorder),
                            0);
            var next = guesses(probabilities(logits));
            int best = next.getFirst().id();
            var lens = new ArrayList<Look.Depth>();
            for (int depth = 0; depth < depths.size(); depth++) {
                double[] likely = probabilities(depths.get(depth));
                lens.add(new Look.Depth(depth, likely[best], guesses(likely)));
            }
            var layers = IntStream.range(0, spec.layers().size())
                    .mapToObj(i -> layer(
                            spec.layers().get(i),
                            Objects.requireNonNull(recorder.layers().get(i)),
                            step,
                            cache))
                    .toList();
            var tokens = IntStream.of(ids)
                    .mapToObj(id -> new Look.Token(id, words.apply(id)))
                    .toList();
            return new Look(spec.name(), tokens, layers, lens, next);
        }
    }

    private Step step(KvCache cache) {
        var pages = new PageTable[cache.pools()];
        for (int pool = 0; pool < pages.length; pool++) {
            pages[pool] = new PageTable();
            while (pages[pool].length() * cache.pageSize() < ids.length) {
                pages[pool].append(cache.take(pool));
            }
        }
        int state = Step.NO_STATE;
        if (cache.keepsStates()) {
            state = cache.takeState();
            cache.clearState(state);
        }
        var step = new Step(ids.length);
        int sequence = step.addSequence(pages, state);
        for (int position = 0; position < ids.length; position++) {
            step.add(sequence, ids[position], position, position == ids.length - 1);
        }
        return step;
    }

    private void routed(int layer, Routing routing, int rows) {
        var chosen = new ArrayList<List<Look.Chosen>>();
        for (int r = 0; r < rows; r++) {
            chosen.add(new ArrayList<>());
        }
        for (int i = 0; i < routing.count(); i++) {
            chosen.get(routing.rows()[i]).add(new Look.Chosen(routing.grouped()[i], routing.weights()[i]));
        }
        chosen.forEach(
                one -> one.sort(Comparator.comparingDouble(Look.Chosen::weight).reversed()));
        routings.put(layer, new Look.Routing(routing.experts(), chosen));
    }

    private Look.Layer layer(LayerSpec spec, AttentionWeights weights, Step step, KvCache cache) {
        var attention = spec.attention();
        return new Look.Layer(
                Words.abbreviation(attention),
                attention.reach(),
                attention.queryHeads(),
                attention.grouped().map(one -> one.heads().keyValue()).orElse(1),
                attention.cache().lender(),
                weights,
                attention.latent().map(latent -> latents(latent, weights.layer(), step, cache)),
                Optional.ofNullable(routings.get(weights.layer())));
    }

    private static Look.Latents latents(Latent spec, int layer, Step step, KvCache cache) {
        var cached = new CachedHead(cache, step.pagesOf(0), layer, 0);
        var latents = new ArrayList<Double>();
        var keys = new ArrayList<Double>();
        for (int position = 0; position < step.rows(); position++) {
            float[] key = cached.key(position);
            latents.add(norm(key, 0, spec.latentRank()));
            keys.add(norm(key, spec.latentRank(), key.length));
        }
        return new Look.Latents(latents, keys);
    }

    private static double norm(float[] vector, int from, int to) {
        double squares = 0;
        for (int i = from; i < to; i++) {
            squares += (double) vector[i] * vector[i];
        }
        return Math.sqrt(squares);
    }

    private double[] probabilities(float[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        var likely = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < likely.length; i++) {
            likely[i] = Math.exp(logits[i] - most);
            sum += likely[i];
        }
        if (!Double.isFinite(sum)) {
            throw new LookException("a logit of " + decoder.spec().name() + " is not a number, or infinite");
        }
        for (int i = 0; i < likely.length; i++) {
            likely[i] /= sum;
        }
        return likely;
    }

    /** The most probable tokens; of equal ones the lowest id first. */
    private List<Look.Guess> guesses(double[] likely) {
        var best = new ArrayList<Look.Guess>();
        var taken = new boolean[likely.length];
        while (best.size() < Math.min(guesses, likely.length)) {
            int found = -1;
            for (int id = 0; id < likely.length; id++) {
                if (!taken[id] && (found < 0 || likely[id] > likely[found])) {
                    found = id;
                }
            }
            taken[found] = true;
            best.add(new Look.Guess(found, words.apply(found), likely[found]));
        }
        return best;
    }
}
