package orrery.lab.tape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * What softmax attention means for gradients. Scores are computed again, for a block of rows and a head at a time, in
 * products of the same kernels: with scores {@code S = Q K^T}, shares {@code P = softmax(S)} and
 * {@code dP = dOut V^T}, {@code dS = P (dP - sum(P dP))}, {@code dV += P^T dOut}, {@code dQ += dS K} and
 * {@code dK += dS^T Q}.
 */
final class AttentionDerivative {
    private static final int ROWS_TOGETHER = 128;

    private final Kernels base;
    private final TapeMemory memory;
    private final RowLoops loops;
    private final ProductDerivative products;
    private final Attention attention;
    private final Tensor query;
    private final List<Sequence> sequences;

    /** The rows of a sequence, and what they see of its past: each row from {@code firsts} to {@code lasts}. */
    private record Sequence(int[] rows, int[] firsts, int[] lasts, CachedPast.Run past) {}

    /**
     * Of one attention.
     *
     * @param query the queries, kept as they were
     */
    AttentionDerivative(
            Kernels base,
            TapeMemory memory,
            RowLoops loops,
            ProductDerivative products,
            Attention attention,
            Tensor query,
            CachedPast past,
            KvCache cache,
            int layer,
            Step step) {
        this.base = base;
        this.memory = memory;
        this.loops = loops;
        this.products = products;
        this.attention = attention;
        this.query = query;
        sequences = sequences(attention, past, cache, layer, step);
    }

    private static List<Sequence> sequences(Attention attention, CachedPast past, KvCache cache, int layer, Step step) {
        var found = new ArrayList<Sequence>();
        int pool = cache.poolOf(layer);
        for (int s = 0; s < step.sequenceCount(); s++) {
            int count = 0;
            for (int r = 0; r < step.rows(); r++) {
                count += step.sequences()[r] == s ? 1 : 0;
            }
            if (count > 0) {
                var rows = new int[count];
                var firsts = new int[count];
                var lasts = new int[count];
                int least = Integer.MAX_VALUE;
                int most = 0;
                int at = 0;
                for (int r = 0; r < step.rows(); r++) {
                    if (step.sequences()[r] == s) {
                        int position = step.positions()[r];
                        rows[at] = r;
                        firsts[at] = attention.reach().firstSeenFrom(position);
                        lasts[at] = attention.reach().lastSeenFrom(position, step.lastSeen()[r]);
                        least = Math.min(least, firsts[at]);
                        most = Math.max(most, lasts[at++]);
                    }
                }
                var run = past.run(cache, layer, step.pages(rows[0], pool), least, most);
                found.add(new Sequence(rows, firsts, lasts, run));
            }
        }
        return found;
    }

    /**
     * Adds to the gradients of queries, keys and values.
     *
     * @param dOut zero afterwards
     * @return the largest score of any row, without its sign
     */
    float add(Tensor dOut, Tensor dQuery) {
        float largest = 0;
        for (var sequence : sequences) {
            for (int head = 0; head < attention.heads().keyValue(); head++) {
                var mark = memory.mark();
                largest = Math.max(largest, new Head(sequence, head).add(dOut, dQuery));
                memory.release(mark);
            }
        }
        for (var sequence : sequences) {
            for (int row : sequence.rows) {
                RowLoops.segment(dOut, row).fill((byte) 0);
            }
        }
        return largest;
    }

    /** One KV head of one sequence, with all its query heads. */
    private final class Head {
        private final Sequence sequence;
        private final int head;
        private final int size = attention.heads().size();
        private final int valueSize = attention.valueSize();
        private final Tensor keys;
        private final Tensor values;
        private final Tensor dKeys;
        private final Tensor dValues;

        Head(Sequence sequence, int head) {
            this.sequence = sequence;
            this.head = head;
            int count = sequence.past.count();
            keys = memory.tensor(count, size);
            values = memory.tensor(count, valueSize);
            dKeys = memory.zeros(count, size);
            dValues = memory.zeros(count, valueSize);
            loops.rows(count, (j, _) -> {
                var kept = sequence.past.kept()[j];
                int row = sequence.past.rows()[j];
                RowLoops.copyPiece(keys, j, 0, kept.key(), row, head * size, size);
                RowLoops.copyPiece(values, j, 0, kept.value(), row, head * valueSize, valueSize);
            });
        }

        float add(Tensor dOut, Tensor dQuery) {
            int group = attention.heads().group();
            float largest = 0;
            for (int query = head * group; query < (head + 1) * group; query++) {
                for (int first = 0; first < sequence.rows.length; first += ROWS_TOGETHER) {
                    int count = Math.min(ROWS_TOGETHER, sequence.rows.length - first);
                    var mark = memory.mark();
                    largest = Math.max(largest, add(dOut, dQuery, query, first, count));
                    memory.release(mark);
                }
            }
            loops.rows(keys.rows() > 0 ? (int) keys.rows() : 0, (j, room) -> {
                var kept = sequence.past.kept()[j];
                int row = sequence.past.rows()[j];
                RowLoops.add(kept.keyGradient(), row, head * size, room.row(0, dKeys, j), 0, size, 1);
                RowLoops.add(kept.valueGradient(), row, head * valueSize, room.row(1, dValues, j), 0, valueSize, 1);
            });
            return largest;
        }

        /** Some rows of one query head. */
        private float add(Tensor dOut, Tensor dQuery, int queryHead, int first, int count) {
            int from = Integer.MAX_VALUE;
            int end = 0;
            for (int i = first; i < first + count; i++) {
                from = Math.min(from, sequence.firsts[i] - sequence.past.from());
                end = Math.max(end, sequence.lasts[i] - sequence.past.from() + 1);
            }
            var some = memory.tensor(count, size);
            var given = memory.tensor(count, valueSize);
            loops.rows(count, (i, _) -> {
                int row = sequence.rows[first + i];
                RowLoops.copyPiece(some, i, 0, query, row, queryHead * size, size);
                RowLoops.copyPiece(given, i, 0, dOut, row, queryHead * valueSize, valueSize);
            });
            int seen = end - from;
            var seenKeys = keys.rows(from, seen);
            var shares = memory.tensor(count, seen);
            base.matmul(shares, some, base.prepareInPlace(Matrix.of(seenKeys)), count);
            var byShare = memory.tensor(count, seen);
            base.matmul(byShare, given, base.prepareInPlace(Matrix.of(values.rows(from, seen))), count);
            var largest = new float[count];
            int start = from + sequence.past.from();
            loops.rows(
                    count,
                    (i, room) -> largest[i] = row(
                            shares,
                            byShare,
                            i,
                            sequence.firsts[first + i] - start,
                            sequence.lasts[first + i] + 1 - start,
                            room));
            products.addTransposed(dValues.rows(from, seen), shares, given, count);
            products.addTransposed(dKeys.rows(from, seen), byShare, some, count);
            var more = memory.tensor(count, size);
            base.matmul(more, byShare, base.prepareInPlace(Matrix.of(seenKeys).transposed()), count);
            loops.rows(
                    count,
                    (i, room) -> RowLoops.add(
                            dQuery, sequence.rows[first + i], queryHead * size, room.row(0, more, i), 0, size, 1));
            float most = 0;
            for (float one : largest) {
                most = Math.max(most, one);
            }
            return most;
        }

        /**
         * Replaces a row of products by its shares, and their gradients by those of the products.
         *
         * @param from the first column that the row sees; columns before it and from {@code end} on become zero
         */
        private float row(Tensor shares, Tensor byShare, int row, int from, int end, RowLoops.Room room) {
            var scores = room.row(0, shares, row);
            var given = room.row(1, byShare, row);
            var slopes = room.array(2, end);
            int columns = (int) shares.columns();
            float cap = attention.softcap();
            float most = Float.NEGATIVE_INFINITY;
            float largest = 0;
            for (int j = from; j < end; j++) {
                scores[j] *= attention.scale();
                slopes[j] = attention.scale();
                if (cap > 0) {
                    double tanh = Math.tanh(scores[j] / (double) cap);
                    scores[j] = (float) (cap * tanh);
                    slopes[j] *= (float) (1 - tanh * tanh);
                }
                most = Math.max(most, scores[j]);
                largest = Math.max(largest, Math.abs(scores[j]));
            }
            double sum = 0;
            for (int j = from; j < end; j++) {
                double share = Math.exp(scores[j] - (double) most);
                scores[j] = (float) share;
                sum += share;
            }
            float inverse = (float) (1 / sum);
            double mean = 0;
            for (int j = from; j < end; j++) {
                scores[j] *= inverse;
                mean += (double) scores[j] * given[j];
            }
            for (int j = from; j < end; j++) {
                given[j] = (float) (scores[j] * (given[j] - mean) * slopes[j]);
            }
            Arrays.fill(scores, 0, from, 0);
            Arrays.fill(scores, end, columns, 0);
            Arrays.fill(given, 0, from, 0);
            Arrays.fill(given, end, columns, 0);
            RowLoops.write(shares, row, scores);
            RowLoops.write(byShare, row, given);
            return largest;
        }
    }
}
