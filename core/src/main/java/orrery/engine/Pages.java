package orrery.engine;

import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.spec.Reach;

/** Who has which page of the cache. Counts in runs: {@code pageSize} positions of one sequence in one pool. */
final class Pages {
    private final KvCache cache;
    private final int chunk;

    /**
     * Over an empty cache.
     *
     * @param chunk rows of a sequence in one step at most
     */
    Pages(KvCache cache, int chunk) {
        this.cache = cache;
        this.chunk = chunk;
    }

    int pools() {
        return cache.pools();
    }

    int available(int pool) {
        return cache.available(pool);
    }

    /** Runs that {@code tokens} positions fill. */
    static int runs(long tokens, int pageSize) {
        return Math.toIntExact((tokens + pageSize - 1) / pageSize);
    }

    /**
     * Runs that a sequence of {@code tokens} holds at most at any moment of its life: a window keeps what it sees and one step's rows, and may
     * cut two runs.
     */
    static int peak(Reach reach, long tokens, int chunk, int pageSize) {
        return Math.min(runs(tokens, pageSize), runs(reach.keptOf(tokens) + chunk, pageSize) + 1);
    }

    int peak(int pool, int tokens) {
        return peak(cache.spec(pool).reach(), tokens, chunk, cache.pageSize());
    }

    /** Runs that a sequence holds. */
    static int held(Sequence sequence, int pool) {
        return sequence.pages[pool].length() - sequence.forgotten[pool];
    }

    /** Takes what is missing for positions below {@code end}, in every pool or in none; false if there are too few pages. */
    boolean reserve(Sequence sequence, int end) {
        int runs = runs(end, cache.pageSize());
        for (int pool = 0; pool < pools(); pool++) {
            if (runs - sequence.pages[pool].length() > cache.available(pool)) {
                return false;
            }
        }
        for (int pool = 0; pool < pools(); pool++) {
            while (sequence.pages[pool].length() < runs) {
                sequence.pages[pool].append(cache.take(pool));
            }
        }
        return true;
    }

    /** Gives back what no later row of the sequence can see. */
    void forget(Sequence sequence) {
        for (int pool = 0; pool < pools(); pool++) {
            int seen = cache.spec(pool).reach().firstSeenFrom(sequence.computed) / cache.pageSize();
            int runs = Math.min(seen, sequence.pages[pool].length());
            for (int run = sequence.forgotten[pool]; run < runs; run++) {
                cache.give(pool, sequence.pages[pool].remove(run));
            }
            sequence.forgotten[pool] = Math.max(sequence.forgotten[pool], runs);
        }
    }

    /** Whether every pool still holds all that a row at {@code position} sees. */
    boolean holds(Sequence sequence, int position) {
        for (int pool = 0; pool < pools(); pool++) {
            int first = cache.spec(pool).reach().firstSeenFrom(position) / cache.pageSize();
            if (sequence.forgotten[pool] > first) {
                return false;
            }
        }
        return true;
    }

    /** Gives back all runs after the first {@code positions}. */
    void truncate(Sequence sequence, int positions) {
        int runs = runs(positions, cache.pageSize());
        for (int pool = 0; pool < pools(); pool++) {
            while (sequence.pages[pool].length() > runs) {
                int page = sequence.pages[pool].removeLast();
                if (page != PageTable.ABSENT) {
                    cache.give(pool, page);
                }
            }
            sequence.forgotten[pool] = Math.min(sequence.forgotten[pool], runs);
        }
        sequence.computed = Math.min(sequence.computed, positions);
    }

    /** Gives everything back: the sequence would have to be computed from its first token. */
    void release(Sequence sequence) {
        truncate(sequence, 0);
    }
}
