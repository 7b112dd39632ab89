package orrery.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orrery.kernel.KvCache;

/**
 * How much of a sequence's beginning is cached: full blocks, which it shares, and perhaps a part of the next run, which
 * it has to copy. At this position every pool still holds all that the next row sees. One object is reused for all
 * searches.
 */
final class Continuation {
    private final KvCache cache;
    private final PrefixCache prefixes;
    private final List<PrefixBlock> blocks = new ArrayList<>();
    private final int[] partial;
    private @Nullable PrefixBlock source;
    private int position;

    Continuation(KvCache cache, PrefixCache prefixes) {
        this.cache = cache;
        this.prefixes = prefixes;
        partial = new int[cache.pools()];
    }

    /** The tokens that need not be computed. */
    int position() {
        return position;
    }

    /** The full blocks to share, from the first on. */
    List<PrefixBlock> blocks() {
        return blocks;
    }

    /** The positions of the run after the blocks to copy. */
    int copied() {
        return position - blocks.size() * cache.pageSize();
    }

    /** The page of a pool to copy them from. */
    int partial(int pool) {
        return partial[pool];
    }

    /** The state to continue from; null if there is none, or at the first token. */
    @Nullable
    SharedPage snapshot() {
        if (source != null) {
            return source.snapshot;
        }
        return blocks.isEmpty() ? null : blocks.getLast().snapshot;
    }

    /** Searches for a sequence that has computed nothing. */
    void find(Sequence sequence, List<Sequence> running) {
        blocks.clear();
        source = null;
        position = 0;
        if (sequence.use != Sequence.RowUse.LAST) {
            return;
        }
        // The last token always has to be computed: its logits were not kept.
        int most = sequence.length() - 1;
        var last = prefixes.root(sequence.turnsAs);
        for (int end = cache.pageSize();
                end <= most && end + prefixes.lookahead() <= sequence.length();
                end += cache.pageSize()) {
            var next = prefixes.child(last, sequence);
            if (next == null) {
                break;
            }
            blocks.add(next);
            last = next;
        }
        position = blocks.size() * cache.pageSize() + searchNext(last, sequence, running, most);
        if (copied() > 0 && holds(position)) {
            return;
        }
        source = null;
        position = blocks.size() * cache.pageSize();
        while (!blocks.isEmpty() && (!holds(position) || !hasState(blocks.getLast()))) {
            blocks.removeLast();
            position -= cache.pageSize();
        }
    }

    /** The most positions that a run after {@code last} has in common with the sequence, and its pages. */
    private int searchNext(PrefixBlock last, Sequence sequence, List<Sequence> running, int end) {
        int from = blocks.size() * cache.pageSize();
        int best = 0;
        for (var block = last.firstChild; block != null; block = block.nextSibling) {
            int common = sequence.common(from, block.tokens);
            int usable = Math.min(Math.min(block.positions, common - prefixes.lookahead()), end - from);
            // There are states only at the ends of blocks.
            boolean reachable = hasState(block) && (!cache.keepsStates() || usable == block.positions);
            if (usable > best && reachable && block.complete()) {
                best = usable;
                source = block;
                for (int pool = 0; pool < partial.length; pool++) {
                    partial[pool] = block.page(pool).number;
                }
            }
        }
        for (int i = 0; i < running.size() && !cache.keepsStates(); i++) {
            var other = running.get(i);
            if (other.blocks.size() != blocks.size() || other.lastBlock(prefixes) != last) {
                continue;
            }
            int usable = Math.min(sequence.usableOf(other, from, prefixes.lookahead()), other.computed) - from;
            if (usable > best) {
                best = usable;
                source = null;
                for (int pool = 0; pool < partial.length; pool++) {
                    partial[pool] = other.pages[pool].page(blocks.size());
                }
            }
        }
        return best;
    }

    /** Whether a block has the state after its end, if the model has states. */
    private boolean hasState(PrefixBlock block) {
        return !cache.keepsStates() || block.snapshot != null;
    }

    /** Whether every pool still holds all that a row at that position sees. */
    private boolean holds(int wanted) {
        for (int pool = 0; pool < cache.pools(); pool++) {
            int first = cache.spec(pool).reach().firstSeenFrom(wanted) / cache.pageSize();
            for (int run = first; run < blocks.size(); run++) {
                if (blocks.get(run).pages[pool] == null) {
                    return false;
                }
            }
        }
        return true;
    }
}
