package orrery.measure;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * Fills the pages of a KV cache with noise, instead of a context that would take minutes to compute: attention takes
 * the same time over both.
 */
final class SyntheticPast {
    private final List<CacheSpec> layers;
    private final KvCache cache;
    private final Noise noise;
    private final List<BitSet> filled = new ArrayList<>();
    private final List<Sequence> sequences = new ArrayList<>();

    /**
     * A sequence with a synthetic past.
     *
     * @param state zeros, if layers have states; otherwise {@link Step#NO_STATE}
     */
    record Sequence(PageTable[] pages, int state) {}

    SyntheticPast(ArchitectureSpec spec, KvCache cache) {
        layers = spec.caches();
        this.cache = cache;
        noise = new Noise(Arena.ofAuto(), noise(cache.type()), new SplittableRandom(2));
        for (int pool = 0; pool < cache.pools(); pool++) {
            filled.add(new BitSet());
        }
    }

    /** A type for random bits of a KV type's pages; for Q8, small halves are valid both as steps and as factors. */
    private static DType noise(KvType type) {
        return switch (type) {
            case F32 -> DType.F32;
            case BF16 -> DType.BF16;
            case F16, Q8 -> DType.F16;
        };
    }

    /**
     * Frees the existing sequences, and creates others with states, and with pages for all that rows from position
     * {@code start} to below {@code end} see.
     */
    List<Sequence> sequences(int count, int start, int end) {
        giveBack();
        for (int i = 0; i < count; i++) {
            var pages = new PageTable[cache.pools()];
            for (int pool = 0; pool < pages.length; pool++) {
                pages[pool] = table(pool, start, end);
            }
            sequences.add(new Sequence(pages, state()));
        }
        return sequences;
    }

    private int state() {
        if (!cache.keepsStates()) {
            return Step.NO_STATE;
        }
        int state = cache.takeState();
        cache.clearState(state);
        return state;
    }

    private PageTable table(int pool, int start, int end) {
        var table = new PageTable();
        int seen = cache.spec(pool).reach().firstSeenFrom(start) / cache.pageSize();
        int runs = Math.ceilDiv(end, cache.pageSize());
        for (int run = 0; run < runs; run++) {
            table.append(run < seen ? PageTable.ABSENT : filledPage(pool));
        }
        return table;
    }

    private int filledPage(int pool) {
        int page = cache.take(pool);
        if (filled.get(pool).get(page)) {
            return page;
        }
        filled.get(pool).set(page);
        for (int layer = 0; layer < layers.size(); layer++) {
            boolean own = switch (layers.get(layer)) {
                case CacheSpec.PerToken _ -> cache.poolOf(layer) == pool;
                case CacheSpec.PerSequence _, CacheSpec.Borrowed _, CacheSpec.None _ -> false;
            };
            if (own) {
                noise.fill(cache.slab(layer, page).asSlice(cache.base(layer, page), cache.layerBytes(layer)));
            }
        }
        return page;
    }

    private void giveBack() {
        for (var sequence : sequences) {
            if (sequence.state != Step.NO_STATE) {
                cache.giveState(sequence.state);
            }
            var pages = sequence.pages;
            for (int pool = 0; pool < pages.length; pool++) {
                for (int run = 0; run < pages[pool].length(); run++) {
                    if (pages[pool].page(run) != PageTable.ABSENT) {
                        cache.give(pool, pages[pool].page(run));
                    }
                }
            }
        }
        sequences.clear();
    }
}
