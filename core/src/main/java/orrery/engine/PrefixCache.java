package orrery.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orrery.kernel.KvCache;
import orrery.spec.Reach;

/**
 * What was computed for the prefixes of sequences, found by their token ids: a tree of {@link PrefixBlock}s, with an
 * index of the full ones by a hash over all tokens up to their end, as in vLLM's automatic prefix caching. The hash
 * only finds candidates: a block matches if it follows the same block and its ids are equal.
 *
 * <p>A page that no sequence holds stays cached until its pool needs it; then the least recently used page of the pool
 * is evicted. A sequence holds all blocks of its past in the pools with full attention and releases the last ones
 * first. So in such a pool a block is never evicted before those after it, and every cached block can be reached from
 * the root. A sliding window's pages may be evicted in any order, since a block needs them only as far back as later
 * rows can see: {@link Continuation} checks that.
 */
final class PrefixCache {
    /** A hash of the tokens of a run, combined with the hash of all tokens before it. */
    interface Hash {
        long of(long before, Sequence sequence, int from, int to);
    }

    private final KvCache cache;
    private final int lookahead;
    private final Hash hash;
    private final List<PrefixBlock> roots = new ArrayList<>(2);
    private final UnusedPages[] unused;
    private final UnusedPages snapshots = new UnusedPages();
    private @Nullable PrefixBlock[] buckets = new PrefixBlock[64];
    private int blocks;

    /**
     * For an empty cache.
     *
     * @param lookahead how many tokens after a position its cache entry depends on
     */
    PrefixCache(KvCache cache, int lookahead) {
        this(cache, lookahead, PrefixCache::mixed);
    }

    PrefixCache(KvCache cache, int lookahead, Hash hash) {
        this.cache = cache;
        this.lookahead = lookahead;
        this.hash = hash;
        unused = new UnusedPages[cache.pools()];
        Arrays.setAll(unused, _ -> new UnusedPages());
    }

    private static long mixed(long before, Sequence sequence, int from, int to) {
        long hash = before;
        for (int i = from; i < to; i++) {
            hash = (hash ^ sequence.token(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return hash;
    }

    /**
     * The parent of the first block of every sequence with this key rotation ({@link Sequence#turnsAs}): only such
     * sequences share prefixes.
     */
    PrefixBlock root(int turnsAs) {
        // By index: an iterator, or a boxed key, would be allocated in every step.
        for (int i = 0; i < roots.size(); i++) {
            if (roots.get(i).hash == turnsAs) {
                return roots.get(i);
            }
        }
        var root = new PrefixBlock(null, 0, new int[0], turnsAs, unused.length);
        roots.add(root);
        return root;
    }

    int lookahead() {
        return lookahead;
    }

    /** The number of full blocks. */
    int blocks() {
        return blocks;
    }

    /** Pages of a pool that no sequence uses and that can be evicted. */
    int unused(int pool) {
        return unused[pool].count();
    }

    /** The number of state snapshots, all of which can be evicted. */
    int snapshots() {
        return snapshots.count();
    }

    /**
     * The full block after {@code parent} with the tokens that the sequence has there; the sequence must be long
     * enough.
     */
    @Nullable
    PrefixBlock child(PrefixBlock parent, Sequence sequence) {
        int from = (parent.run + 1) * cache.pageSize();
        int count = cache.pageSize() + lookahead;
        long wanted = hash.of(parent.hash, sequence, from, from + count);
        for (var block = buckets[bucket(wanted)]; block != null; block = block.nextInBucket) {
            if (block.parent == parent && block.hash == wanted && sequence.common(from, block.tokens) == count) {
                return block;
            }
        }
        return null;
    }

    /** Adds the sequence's next full block after {@code parent}, without pages. */
    PrefixBlock insert(PrefixBlock parent, Sequence sequence) {
        int from = (parent.run + 1) * cache.pageSize();
        int to = from + cache.pageSize() + lookahead;
        long own = hash.of(parent.hash, sequence, from, to);
        var block = new PrefixBlock(parent, cache.pageSize(), sequence.tokens(from, to), own, unused.length);
        if (++blocks > buckets.length) {
            grow();
        }
        link(block);
        dropWithin(parent, block);
        parent.addChild(block);
        return block;
    }

    /** Adds the partial block that an ended sequence leaves after its full blocks, without pages. */
    PrefixBlock insertEnd(PrefixBlock parent, Sequence sequence, int positions) {
        int from = (parent.run + 1) * cache.pageSize();
        int to = Math.min(sequence.length(), from + positions + lookahead);
        var block = new PrefixBlock(parent, positions, sequence.tokens(from, to), 0, unused.length);
        dropWithin(parent, block);
        parent.addChild(block);
        return block;
    }

    /** Removes the unused partial blocks after {@code parent} that the new block contains completely. */
    private void dropWithin(PrefixBlock parent, PrefixBlock block) {
        for (var end = parent.firstChild; end != null; ) {
            var next = end.nextSibling;
            if (end.positions < cache.pageSize()
                    && end.positions <= block.positions
                    && beginsWith(block.tokens, end.tokens)
                    && end.snapshot == null
                    && unusedEverywhere(end)) {
                remove(end);
            }
            end = next;
        }
    }

    private static boolean beginsWith(int[] tokens, int[] first) {
        int common = Arrays.mismatch(tokens, first);
        return common < 0 || common == first.length;
    }

    private static boolean unusedEverywhere(PrefixBlock block) {
        for (var page : block.pages) {
            if (page != null && page.users > 0) {
                return false;
            }
        }
        return block.holders == 0;
    }

    /** Gives a block a page that one sequence holds. */
    void put(PrefixBlock block, int pool, int page) {
        block.pages[pool] = new SharedPage(block, pool, page, 1);
    }

    /** One more sequence holds the page. */
    void use(SharedPage page) {
        if (page.users++ == 0) {
            unused[page.pool].remove(page);
        }
    }

    /** One sequence fewer holds the page. */
    void release(SharedPage page) {
        if (--page.users == 0) {
            unused[page.pool].addNewest(page);
        }
    }

    /**
     * Evicts the least recently used page of a pool, and what is useless without it; returns false if there is none.
     */
    boolean evict(int pool) {
        var page = unused[pool].oldest();
        if (page == null) {
            return false;
        }
        switch (cache.spec(pool).reach()) {
            // Nothing can continue after a block without it.
            case Reach.Full _ -> remove(page.block);
            case Reach.Window _, Reach.Chunk _ -> {
                drop(page);
                prune(page.block);
            }
        }
        return true;
    }

    /** Gives a block without a snapshot the state after its last position. */
    void putSnapshot(PrefixBlock block, int slot) {
        block.snapshot = new SharedPage(block, SharedPage.STATE, slot, 0);
        snapshots.addNewest(block.snapshot);
    }

    /** Marks a snapshot as recently used. */
    void touchSnapshot(SharedPage snapshot) {
        snapshots.remove(snapshot);
        snapshots.addNewest(snapshot);
    }

    /**
     * Moves the snapshot before a block's to the front of the eviction order, if nothing else continues from it: a long
     * prompt must not evict the snapshots of all others.
     */
    void demotePassed(PrefixBlock block) {
        var before = block.parent;
        if (before != null && before.snapshot != null && block.alone()) {
            snapshots.remove(before.snapshot);
            snapshots.addOldest(before.snapshot);
        }
    }

    /**
     * Evicts the least recently used snapshot, and a partial block that is useless without it; returns false if there
     * is none.
     */
    boolean evictSnapshot() {
        var snapshot = snapshots.oldest();
        if (snapshot == null) {
            return false;
        }
        var block = snapshot.block;
        dropSnapshot(block);
        if (block.positions < cache.pageSize() && unusedEverywhere(block)) {
            remove(block);
        } else {
            prune(block);
        }
        return true;
    }

    private void dropSnapshot(PrefixBlock block) {
        if (block.snapshot != null) {
            snapshots.remove(block.snapshot);
            cache.giveState(block.snapshot.number);
            block.snapshot = null;
        }
    }

    private void drop(SharedPage page) {
        unused[page.pool].remove(page);
        page.block.pages[page.pool] = null;
        cache.give(page.pool, page.number);
    }

    private void remove(PrefixBlock block) {
        for (var page : block.pages) {
            if (page != null) {
                drop(page);
            }
        }
        dropSnapshot(block);
        prune(block);
    }

    /** Removes a block that holds nothing and has no children, and its ancestors that are then in the same state. */
    void prune(PrefixBlock block) {
        for (var one = block; one.parent != null && one.empty(); one = one.parent) {
            one.parent.removeChild(one);
            if (one.positions == cache.pageSize()) {
                unlink(one);
                blocks--;
            }
        }
    }

    private int bucket(long hash) {
        return (int) (hash ^ hash >>> 32) & (buckets.length - 1);
    }

    private void link(PrefixBlock block) {
        int bucket = bucket(block.hash);
        block.nextInBucket = buckets[bucket];
        buckets[bucket] = block;
    }

    private void unlink(PrefixBlock block) {
        int bucket = bucket(block.hash);
        if (buckets[bucket] == block) {
            buckets[bucket] = block.nextInBucket;
            return;
        }
        for (var before = buckets[bucket]; before != null; before = before.nextInBucket) {
            if (before.nextInBucket == block) {
                before.nextInBucket = block.nextInBucket;
                return;
            }
        }
    }

    private void grow() {
        var old = buckets;
        buckets = new PrefixBlock[2 * old.length];
        for (var first : old) {
            for (var block = first; block != null; ) {
                var next = block.nextInBucket;
                link(block);
                block = next;
            }
        }
    }
}
