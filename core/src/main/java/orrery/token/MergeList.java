package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * Reads merges as their file spells them, and finds the ids of their tokens. These lookups miss the cache more than
 * anything else in loading a tokenizer, so other threads do them, a few thousand merges at a time, while the file is
 * read.
 */
final class MergeList {
    private static final int MANY = 8192;

    /** The error for a merge whose parts are not tokens, in the file's terms. */
    @FunctionalInterface
    interface Unknown {
        /** @param index of the merge */
        TokenizerException unknown(int index, String merged, String lacking);
    }

    private final Spellings spellings;
    private final Unknown unknown;
    private final List<ForkJoinTask<Batch>> tasks = new ArrayList<>();
    private Batch batch = new Batch();

    /** @param spellings complete */
    MergeList(Spellings spellings, Unknown unknown) {
        this.spellings = spellings;
        this.unknown = unknown;
    }

    /** Starts the next merge with its left half. */
    void left(byte[] source, int from, int to) {
        batch.put(source, from, to);
        batch.middles[batch.count] = batch.starts[batch.count] + to - from;
    }

    /** Adds the right half. */
    void right(byte[] source, int from, int to) {
        batch.put(source, from, to);
        batch.starts[++batch.count] = batch.filled;
        if (batch.count == MANY) {
            hand();
            batch = new Batch();
        }
    }

    private void hand() {
        Batch full = batch;
        tasks.add(ForkJoinPool.commonPool().submit(() -> full.find(spellings)));
    }

    /** @throws TokenizerException if a merge names a text that is not a token */
    ListedMerges merges() {
        hand();
        var left = new Ids(tasks.size() * MANY);
        var right = new Ids(tasks.size() * MANY);
        var whole = new Ids(tasks.size() * MANY);
        for (ForkJoinTask<Batch> task : tasks) {
            Batch found = task.join();
            found.require(left.count(), unknown);
            left.add(found.left, found.count);
            right.add(found.right, found.count);
            whole.add(found.whole, found.count);
        }
        return new ListedMerges(left.toArray(), right.toArray(), whole.toArray());
    }

    /** A batch of merges, their halves one after another; later, the ids of their tokens. */
    private static final class Batch {
        private byte[] text = new byte[1 << 17];
        private final int[] starts = new int[MANY + 1];
        private final int[] middles = new int[MANY];
        private final int[] left = new int[MANY];
        private final int[] right = new int[MANY];
        private final int[] whole = new int[MANY];
        private int count;
        private int filled;

        void put(byte[] source, int from, int to) {
            if (filled + to - from > text.length) {
                text = Arrays.copyOf(text, Math.max(2 * text.length, filled + to - from));
            }
            System.arraycopy(source, from, text, filled, to - from);
            filled += to - from;
        }

        Batch find(Spellings spellings) {
            int likely = Spellings.NONE;
            for (int i = 0; i < count; i++) {
                left[i] = spellings.find(text, starts[i], middles[i]);
                right[i] = spellings.find(text, middles[i], starts[i + 1]);
                // Most files list merges in the order of the tokens that they produce.
                likely = spellings.entry(text, starts[i], starts[i + 1], likely);
                whole[i] = likely == Spellings.NONE ? likely : spellings.id(likely);
            }
            return this;
        }

        void require(int before, Unknown unknown) {
            for (int i = 0; i < count; i++) {
                if (left[i] == Spellings.NONE || right[i] == Spellings.NONE || whole[i] == Spellings.NONE) {
                    String merged = text(starts[i], starts[i + 1]);
                    String lacking = left[i] == Spellings.NONE
                            ? text(starts[i], middles[i])
                            : right[i] == Spellings.NONE ? text(middles[i], starts[i + 1]) : merged;
                    throw unknown.unknown(before + i, merged, lacking);
                }
            }
        }

        private String text(int from, int to) {
            return new String(text, from, to - from, UTF_8);
        }
    }
}
