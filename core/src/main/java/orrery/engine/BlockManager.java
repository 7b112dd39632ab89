package orrery.engine;

import java.util.List;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.spec.Reach;

/**
 * Tracks which sequence holds which page of the KV cache. It counts in runs: {@code pageSize} positions of one sequence
 * in one pool. A fully computed run becomes a block of the {@link PrefixCache}; any number of sequences share its
 * pages, and nothing writes to them again. The runs after those belong to one sequence.
 */
final class BlockManager {
    private final KvCache cache;
    private final int chunk;
    private final PrefixCache prefixes;
    private final Continuation continuation;
    private final StateSlots states;

    /**
     * @param chunk the most rows of a sequence in one step
     * @param lookahead how many tokens after a position its cache entry depends on
     */
    BlockManager(KvCache cache, int chunk, int lookahead) {
        this.cache = cache;
        this.chunk = chunk;
        prefixes = new PrefixCache(cache, lookahead);
        continuation = new Continuation(cache, prefixes);
        states = new StateSlots(cache, prefixes);
    }

    int pools() {
        return cache.pools();
    }

    PrefixCache prefixes() {
        return prefixes;
    }

    StateSlots states() {
        return states;
    }

    /** Free pages of a pool. */
    int available(int pool) {
        return cache.available(pool) + prefixes.unused(pool);
    }

    /** The runs that {@code tokens} positions fill. */
    static int runs(long tokens, int pageSize) {
        return Math.toIntExact((tokens + pageSize - 1) / pageSize);
    }

    /**
     * The most runs that a sequence of {@code tokens} ever holds: a sliding window keeps what it covers and one step's
     * rows, and may cut two runs.
     */
    static int peak(Reach reach, long tokens, int chunk, int pageSize) {
        return Math.min(runs(tokens, pageSize), runs(reach.keptOf(tokens) + chunk, pageSize) + 1);
    }

    int peak(int pool, int tokens) {
        return peak(cache.spec(pool).reach(), tokens, chunk, cache.pageSize());
    }

    /** The runs that a sequence holds. */
    static int held(Sequence sequence, int pool) {
        return sequence.pages[pool].length() - sequence.forgotten[pool];
    }

    /**
     * Finds where a sequence that has computed nothing can continue from cached blocks; valid until the next search.
     */
    Continuation find(Sequence sequence, List<Sequence> running) {
        continuation.find(sequence, running);
        return continuation;
    }

    /** The tokens that a sequence need not compute once the other one has computed their common prefix. */
    int usable(Sequence sequence, Sequence other) {
        return states.reachable(sequence.usableOf(other, 0, prefixes.lookahead()));
    }

    /**
     * The pages of a pool that a sequence of {@code tokens} needs, not counting those that it would share with running
     * sequences.
     */
    int need(Continuation place, int pool, int tokens) {
        int shared = 0;
        switch (cache.spec(pool).reach()) {
            case Reach.Full _ -> {
                for (int run = 0; run < place.blocks().size(); run++) {
                    var page = place.blocks().get(run).pages[pool];
                    shared += page != null && page.users > 0 ? 1 : 0;
                }
            }
            // It gives these back, and later needs the same number of its own.
            case Reach.Window _, Reach.Chunk _ -> {}
        }
        return peak(pool, tokens) - shared;
    }

    /** Continues a sequence from the place found: it shares full blocks, and copies what it needs of the next one. */
    void continueFrom(Continuation place, Sequence sequence) {
        var blocks = place.blocks();
        for (int pool = 0; pool < pools(); pool++) {
            var table = sequence.pages[pool];
            int first = cache.spec(pool).reach().firstSeenFrom(place.position()) / cache.pageSize();
            for (int run = 0; run < blocks.size(); run++) {
                var page = blocks.get(run).pages[pool];
                if (run < first || page == null) {
                    table.append(PageTable.ABSENT);
                } else {
                    prefixes.use(page);
                    table.append(page.number);
                }
            }
            sequence.forgotten[pool] = Math.min(first, blocks.size());
        }
        for (int run = 0; run < blocks.size(); run++) {
            blocks.get(run).holders++;
            sequence.blocks.add(blocks.get(run));
        }
        // The page to copy from may be the one that is evicted for the copy. Its content is still there: this sequence
        // takes one page from each pool, and if it is the same page, the copy changes nothing.
        states.begin(sequence, place.snapshot());
        if (!reserve(sequence, place.position())) {
            throw new IllegalStateException("no page for what is copied, though there is room for the whole sequence");
        }
        for (int pool = 0; place.copied() > 0 && pool < pools(); pool++) {
            cache.copyPage(pool, place.partial(pool), sequence.pages[pool].page(blocks.size()));
        }
        sequence.computed = place.position();
        sequence.reused = place.position();
    }

    /**
     * Allocates the missing pages for positions below {@code end}, in every pool or in none; returns false if there are
     * too few.
     */
    boolean reserve(Sequence sequence, int end) {
        int runs = runs(end, cache.pageSize());
        for (int pool = 0; pool < pools(); pool++) {
            if (runs - sequence.pages[pool].length() > available(pool)) {
                return false;
            }
        }
        for (int pool = 0; pool < pools(); pool++) {
            while (sequence.pages[pool].length() < runs) {
                if (cache.available(pool) == 0) {
                    prefixes.evict(pool);
                }
                sequence.pages[pool].append(cache.take(pool));
            }
        }
        return true;
    }

    /**
     * Adds the runs that are now fully computed to the prefix cache. If two sequences computed the same run, the later
     * one frees its pages.
     */
    void publish(Sequence sequence) {
        for (int end = (sequence.blocks.size() + 1) * cache.pageSize();
                end <= sequence.computed && end + prefixes.lookahead() <= sequence.length();
                end += cache.pageSize()) {
            int run = sequence.blocks.size();
            var before = sequence.lastBlock(prefixes);
            var known = prefixes.child(before, sequence);
            var block = known == null ? prefixes.insert(before, sequence) : known;
            for (int pool = 0; pool < pools(); pool++) {
                int own = sequence.pages[pool].page(run);
                var page = block.pages[pool];
                if (page == null) {
                    prefixes.put(block, pool, own);
                } else {
                    prefixes.use(page);
                    sequence.pages[pool].replace(run, page.number);
                    cache.give(pool, own);
                }
            }
            block.holders++;
            sequence.blocks.add(block);
            states.publish(sequence, block, end);
        }
        states.settle(sequence);
    }

    /** Frees the pages that no later row of the sequence can see. */
    void forget(Sequence sequence) {
        for (int pool = 0; pool < pools(); pool++) {
            int seen = cache.spec(pool).reach().firstSeenFrom(sequence.computed) / cache.pageSize();
            int runs = Math.min(seen, sequence.pages[pool].length());
            for (int run = sequence.forgotten[pool]; run < runs; run++) {
                give(sequence, pool, run, sequence.pages[pool].remove(run));
            }
            sequence.forgotten[pool] = Math.max(sequence.forgotten[pool], runs);
        }
    }

    private void give(Sequence sequence, int pool, int run, int page) {
        if (run < sequence.blocks.size()) {
            prefixes.release(sequence.blocks.get(run).page(pool));
        } else {
            cache.give(pool, page);
        }
    }

    /** Frees all pages; what was computed stays cached until the pages are needed. */
    void retire(Sequence sequence) {
        int run = sequence.blocks.size();
        int positions = sequence.computed - run * cache.pageSize();
        if (positions > 0) {
            var end = prefixes.insertEnd(sequence.lastBlock(prefixes), sequence, positions);
            for (int pool = 0; pool < pools(); pool++) {
                if (sequence.pages[pool].page(run) != PageTable.ABSENT) {
                    prefixes.put(end, pool, sequence.pages[pool].page(run));
                }
            }
            end.holders++;
            sequence.blocks.add(end);
        }
        states.retire(sequence, sequence.lastBlock(prefixes));
        release(sequence);
    }

    /** Frees all pages; of what was computed, only the full blocks stay cached. */
    void release(Sequence sequence) {
        states.release(sequence);
        for (int pool = 0; pool < pools(); pool++) {
            var table = sequence.pages[pool];
            // From the last to the first: see PrefixCache.
            while (table.length() > 0) {
                int page = table.removeLast();
                if (page != PageTable.ABSENT) {
                    give(sequence, pool, table.length(), page);
                }
            }
            sequence.forgotten[pool] = 0;
        }
        while (!sequence.blocks.isEmpty()) {
            var block = sequence.blocks.removeLast();
            block.holders--;
            prefixes.prune(block);
        }
        sequence.computed = 0;
    }
}
