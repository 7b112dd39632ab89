package orrery.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import orrery.catalog.Catalog;
import orrery.kernel.Backend;
import orrery.kernel.Ceilings;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.measure.RandomWeights;
import orrery.measure.WeightType;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.report.TokenCost;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.Experts;
import orrery.spec.LayerSpec;
import orrery.tensor.KvType;

/**
 * Decoding with mixtures of experts, latent attention, FP8 and parallel streams: the bytes that a token must read
 * according to the spec, divided by its time, compared with the bandwidth probed right before and after. Random weights
 * in the releases' shapes, as many layers as fit. Prints medians, quartiles and one line of JSON.
 *
 * <p>Options: {@code --threads n}, {@code --rounds n}, {@code --tokens n} (per round), {@code --warm-up ms},
 * {@code --position n}, {@code --gigabytes n} (of weights), {@code --only text}.
 */
public final class SparseTable {
    private static final long PROBE = 256L << 20;
    /**
     * The vocabulary of every model: the head is a dense product, which the other table measures, and would outweigh
     * the few layers that fit.
     */
    private static final int WORDS = 8192;

    private int threads = Runtime.getRuntime().availableProcessors();
    private int rounds = 9;
    private int tokens = 4;
    private long warmUp = 8000;
    private int position = 512;
    private double gigabytes = 6;
    private String only = "";
    private final List<String> json = new ArrayList<>();
    private String machine = "";

    private SparseTable() {}

    /** See the class. */
    public static void main(String[] arguments) {
        var table = new SparseTable();
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("the option " + arguments[i] + " has no value");
            }
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--threads" -> table.threads = Integer.parseInt(value);
                case "--rounds" -> table.rounds = Integer.parseInt(value);
                case "--tokens" -> table.tokens = Integer.parseInt(value);
                case "--warm-up" -> table.warmUp = Long.parseLong(value);
                case "--position" -> table.position = Integer.parseInt(value);
                case "--gigabytes" -> table.gigabytes = Double.parseDouble(value);
                case "--only" -> table.only = value;
                default ->
                    throw new IllegalArgumentException("unknown option " + arguments[i]
                            + ", expected --threads, --rounds, --tokens, --warm-up, --position, --gigabytes or --only");
            }
        }
        table.print();
    }

    private void print() {
        System.out.printf(
                "%-40s %7s %9s %8s %8s %6s %13s%n", "model", "MB", "ms", "GB/s", "ceiling", "ratio", "quartiles");
        for (var name : List.of("deepseek-v2-lite", "qwen3-30b-a3b", "gemma-3n-e2b")) {
            var spec = Catalog.release(name).orElseThrow().spec();
            model(fitting(spec), WeightType.BF16, spec.layers().size());
        }
        model(oneLayer(Catalog.release("deepseek-v3").orElseThrow().spec()), WeightType.FP8, 1);
        System.out.println("{\"machine\": \"" + machine + "\", \"decoding\": [" + String.join(", ", json) + "]}");
    }

    /** The first layers, as many as fit into memory. */
    private ArchitectureSpec fitting(ArchitectureSpec spec) {
        int count = spec.layers().size();
        while (count > 1 && bytes(layers(spec, count)) > gigabytes * 1e9) {
            count--;
        }
        return layers(spec, count);
    }

    private static long bytes(ArchitectureSpec spec) {
        return TokenCost.of(spec, WeightType.BF16.of(spec), KvType.F32).storedBytes();
    }

    private static ArchitectureSpec layers(ArchitectureSpec spec, int count) {
        return new ArchitectureSpec(
                spec.name(),
                WORDS,
                spec.hiddenSize(),
                spec.maxPositions(),
                spec.embedding(),
                spec.layers().subList(0, count),
                spec.finalNorm(),
                spec.head());
    }

    /** DeepSeek V3's last layer with a quarter of its experts, which makes no difference to a token. */
    private static ArchitectureSpec oneLayer(ArchitectureSpec spec) {
        var last = spec.layers().getLast();
        var experts = last.mlp()
                .experts()
                .orElseThrow(() -> new IllegalStateException(spec.name() + " ends in no mixture of experts"));
        var feedForward = last.feedForward();
        var fewer = new Experts(
                experts.count() / 4, experts.active(), experts.expert(), experts.router(), experts.shared());
        var layer = new LayerSpec.Residual(
                last.mixer(), new Branch(feedForward.before(), fewer, feedForward.after(), feedForward.outer()));
        return new ArchitectureSpec(
                spec.name(),
                WORDS,
                spec.hiddenSize(),
                spec.maxPositions(),
                spec.embedding(),
                List.of(layer),
                spec.finalNorm(),
                spec.head());
    }

    private void model(ArchitectureSpec spec, WeightType type, int layers) {
        String name = spec.name() + " " + type + ", " + spec.layers().size() + " of " + layers + " layers";
        if (!name.contains(only)) {
            return;
        }
        try (var arena = Arena.ofShared();
                var kernels = Backend.best().open(new Backend.Options(threads));
                var cache = new KvCache(spec.caches(), KvCache.DEFAULT_PAGE_SIZE, 4096);
                var ceilings =
                        new Ceilings(threads, arena.allocate(2 * PROBE, 4096).fill((byte) 1), System::nanoTime)) {
            machine = kernels.description();
            var weights = new Weights(spec, new RandomWeights(arena, type.of(spec)).of(spec));
            var decoder = new Decoder(spec, weights, kernels, 64, 1);
            checkMemory(spec, cache);
            var sequence = new Sequence(spec, decoder, cache);
            while (sequence.length < position) {
                sequence.forward(Math.min(64, position - sequence.length));
            }
            long end = System.nanoTime() + warmUp * 1_000_000;
            while (System.nanoTime() < end) {
                sequence.forward(1);
                sequence.back();
            }
            var times = new double[rounds];
            var found = new double[rounds];
            var ratios = new double[rounds];
            long bytes =
                    Math.round(TokenCost.of(spec, type.of(spec), KvType.F32).decodeBytes(sequence.length, 1));
            for (int i = 0; i < rounds; i++) {
                double before = ceilings.bandwidth(0, PROBE);
                long start = System.nanoTime();
                for (int token = 0; token < tokens; token++) {
                    sequence.forward(1);
                    sequence.back();
                }
                times[i] = (System.nanoTime() - start) / 1e9 / tokens;
                found[i] = (before + ceilings.bandwidth(PROBE, PROBE)) / 2;
                ratios[i] = bytes / times[i] / found[i];
            }
            row(name, bytes, times, found, ratios);
        }
    }

    /** Checks that the cache's bytes per token equal the spec's: pages of a pool are exactly that far apart. */
    private static void checkMemory(ArchitectureSpec spec, KvCache cache) {
        long bytes = 0;
        for (int pool = 0; pool < cache.pools(); pool++) {
            int first = cache.take(pool);
            int second = cache.take(pool);
            for (int layer = 0; layer < spec.layers().size(); layer++) {
                if (cache.poolOf(layer) == pool) {
                    if (!cache.slab(layer, first).equals(cache.slab(layer, second))) {
                        throw new IllegalStateException("two pages lie in two slabs, so their distance says nothing");
                    }
                    bytes += cache.base(layer, second) - cache.base(layer, first);
                    break;
                }
            }
            cache.give(pool, second);
            cache.give(pool, first);
        }
        long expected = spec.cacheElementsPerToken() * cache.pageSize() * Float.BYTES;
        if (bytes != expected) {
            throw new IllegalStateException(
                    spec.name() + ": a page of every pool takes " + bytes + " bytes, but the spec counts " + expected);
        }
    }

    private void row(String name, long bytes, double[] times, double[] found, double[] ratios) {
        Arrays.sort(times);
        Arrays.sort(found);
        Arrays.sort(ratios);
        int middle = rounds / 2;
        System.out.printf(
                Locale.ROOT,
                "%-40s %7.0f %9.2f %8.1f %8.1f %5.0f%% %5.0f%% .. %3.0f%%%n",
                name,
                bytes / 1e6,
                times[middle] * 1e3,
                bytes / times[middle] / 1e9,
                found[middle] / 1e9,
                100 * ratios[middle],
                100 * ratios[rounds / 4],
                100 * ratios[rounds - 1 - rounds / 4]);
        json.add(String.format(
                Locale.ROOT,
                "{\"model\": \"%s\", \"position\": %d, \"bytesPerToken\": %d, \"milliseconds\": %.3f, \"ceiling\": %.2f, \"ratio\": %.3f}",
                name,
                position,
                bytes,
                times[middle] * 1e3,
                found[middle] / 1e9,
                ratios[middle]));
    }

    /** One sequence of random tokens whose last token can be undone, so that every round reads the same context. */
    private static final class Sequence {
        private final Decoder decoder;
        private final KvCache cache;
        private final PageTable[] pages;
        private final Step step = new Step(64);
        private final java.util.SplittableRandom random = new java.util.SplittableRandom(1);
        private final int vocabSize;
        private int length;

        Sequence(ArchitectureSpec spec, Decoder decoder, KvCache cache) {
            this.decoder = decoder;
            this.cache = cache;
            vocabSize = spec.vocabSize();
            pages = new PageTable[cache.pools()];
            Arrays.setAll(pages, _ -> new PageTable());
        }

        void forward(int count) {
            step.clear();
            int index = step.addSequence(pages);
            for (int i = 0; i < count; i++) {
                for (int pool = 0; pool < pages.length; pool++) {
                    if (length / cache.pageSize() == pages[pool].length()) {
                        pages[pool].append(cache.take(pool));
                    }
                }
                step.add(index, random.nextInt(vocabSize), length++, i == count - 1);
            }
            decoder.forward(step, cache);
        }

        void back() {
            length--;
        }
    }
}
