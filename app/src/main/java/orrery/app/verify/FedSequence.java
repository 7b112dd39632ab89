package orrery.app.verify;

import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;

/** The only sequence in a cache: takes pages as it grows, and frees them when no row can see them any more. */
public final class FedSequence implements AutoCloseable {
    private final KvCache cache;
    private final PageTable[] pages;
    private final int state;
    private int expected;
    private int length;

    /**
     * @param cache holds nothing else, and has room for all tokens that will be filled in
     * @param expected total number of tokens known in advance: some kinds of RoPE depend on a sequence's length
     */
    public FedSequence(KvCache cache, int expected) {
        this.cache = cache;
        this.expected = expected;
        pages = new PageTable[cache.pools()];
        for (int pool = 0; pool < pages.length; pool++) {
            pages[pool] = new PageTable();
        }
        state = cache.keepsStates() ? cache.takeState() : Step.NO_STATE;
        if (state != Step.NO_STATE) {
            cache.clearState(state);
        }
    }

    /** Fills a step with rows for the next tokens; all of them want logits. */
    public void fill(Step step, int... tokens) {
        step.clear();
        int index = step.addSequence(pages, state);
        step.expect(index, expected);
        for (int token : tokens) {
            for (int pool = 0; pool < pages.length; pool++) {
                if (length / cache.pageSize() == pages[pool].length()) {
                    pages[pool].append(cache.take(pool));
                }
            }
            step.add(index, token, length++, true);
        }
        step.keepState(state);
    }

    /** Tokens that were filled in. */
    public int length() {
        return length;
    }

    /** Starts again without any tokens. */
    public void restart(int expectedNow) {
        for (int pool = 0; pool < pages.length; pool++) {
            giveBack(pool, pages[pool].length());
            pages[pool] = new PageTable();
        }
        if (state != Step.NO_STATE) {
            cache.clearState(state);
        }
        expected = expectedNow;
        length = 0;
    }

    /** Frees the pages that no later row can see. */
    public void forget() {
        for (int pool = 0; pool < pages.length; pool++) {
            int seen = cache.spec(pool).reach().firstSeenFrom(length);
            giveBack(pool, seen / cache.pageSize());
        }
    }

    private void giveBack(int pool, int runs) {
        for (int run = 0; run < Math.min(runs, pages[pool].length()); run++) {
            if (pages[pool].page(run) != PageTable.ABSENT) {
                cache.give(pool, pages[pool].remove(run));
            }
        }
    }

    @Override
    public void close() {
        for (int pool = 0; pool < pages.length; pool++) {
            giveBack(pool, pages[pool].length());
        }
        if (state != Step.NO_STATE) {
            cache.giveState(state);
        }
    }
}
