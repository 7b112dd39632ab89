package orrery.lab.tape;

import java.util.ArrayList;
import java.util.List;
import orrery.kernel.Attention;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.tensor.Tensor;

/**
 * What softmax attention means for gradients. Scores are computed again, one row and head at a time, so that no matrix
 * of them is kept. A KV head of a sequence is one thread's, with its rows in their order.
 */
final class AttentionDerivative {
    private final RowLoops loops;
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
            RowLoops loops, Attention attention, Tensor query, CachedPast past, KvCache cache, int layer, Step step) {
        this.loops = loops;
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
     * @param dOut which is zero afterwards
     * @return the largest score of any row, without its sign
     */
    float add(Tensor dOut, Tensor dQuery) {
        int heads = attention.heads().keyValue();
        var largest = new float[sequences.size() * heads];
        loops.parts(largest.length, (part, room) -> {
            var head = new Head(sequences.get(part / heads), part % heads, room);
            largest[part] = head.add(dOut, dQuery);
        });
        for (var sequence : sequences) {
            for (int row : sequence.rows) {
                RowLoops.segment(dOut, row).fill((byte) 0);
            }
        }
        float most = 0;
        for (float one : largest) {
            most = Math.max(most, one);
        }
        return most;
    }

    /** One KV head of one sequence, with all its query heads. */
    private final class Head {
        private final Sequence sequence;
        private final int head;
        private final int size = attention.heads().size();
        private final int valueSize = attention.valueSize();
        private final int group = attention.heads().query() / attention.heads().keyValue();
        private final int count;
        /** {@code [size, count]}: a query's product with all keys is a sum of rows. */
        private final float[] keysAcross;

        private final float[] valuesAcross;
        private final float[] keyGradients;
        private final float[] valueGradients;
        private final float[] scores;
        private final float[] slopes;
        private final float[] byShare;

        Head(Sequence sequence, int head, RowLoops.Room room) {
            this.sequence = sequence;
            this.head = head;
            count = sequence.past.count();
            keysAcross = room.array(0, size * count);
            valuesAcross = room.array(1, valueSize * count);
            keyGradients = zeros(room.array(2, size * count), size * count);
            valueGradients = zeros(room.array(3, valueSize * count), valueSize * count);
            scores = room.array(4, count);
            slopes = room.array(5, count);
            byShare = room.array(6, count);
            for (int j = 0; j < count; j++) {
                var kept = sequence.past.kept()[j];
                int row = sequence.past.rows()[j];
                for (int i = 0; i < size; i++) {
                    keysAcross[i * count + j] = RowLoops.element(kept.key(), row, head * size + i);
                }
                for (int i = 0; i < valueSize; i++) {
                    valuesAcross[i * count + j] = RowLoops.element(kept.value(), row, head * valueSize + i);
                }
            }
        }

        private static float[] zeros(float[] array, int length) {
            java.util.Arrays.fill(array, 0, length, 0);
            return array;
        }

        float add(Tensor dOut, Tensor dQuery) {
            float largest = 0;
            var one = new float[size];
            var given = new float[valueSize];
            var more = new float[size];
            for (int at = 0; at < sequence.rows.length; at++) {
                int row = sequence.rows[at];
                int from = sequence.firsts[at] - sequence.past.from();
                int end = sequence.lasts[at] - sequence.past.from() + 1;
                for (int q = head * group; q < (head + 1) * group; q++) {
                    for (int i = 0; i < size; i++) {
                        one[i] = RowLoops.element(query, row, q * size + i);
                    }
                    for (int i = 0; i < valueSize; i++) {
                        given[i] = RowLoops.element(dOut, row, q * valueSize + i);
                    }
                    largest = Math.max(largest, shares(one, from, end));
                    spread(one, given, more, from, end);
                    RowLoops.add(dQuery, row, q * size, more, 0, size, 1);
                }
            }
            for (int j = 0; j < count; j++) {
                var kept = sequence.past.kept()[j];
                int row = sequence.past.rows()[j];
                addPiece(kept.keyGradient(), row, head * size, keyGradients, j, size);
                addPiece(kept.valueGradient(), row, head * valueSize, valueGradients, j, valueSize);
            }
            return largest;
        }

        private void addPiece(Tensor gradient, int row, int column, float[] across, int j, int length) {
            for (int i = 0; i < length; i++) {
                RowLoops.addElement(gradient, row, column + i, across[i * count + j]);
            }
        }

        /**
         * Leaves the softmax of the scores in {@code scores}, and what a score changes by its product in {@code
         * slopes}.
         */
        private float shares(float[] one, int from, int end) {
            java.util.Arrays.fill(scores, from, end, 0);
            for (int i = 0; i < size; i++) {
                addScaled(scores, keysAcross, i * count, one[i] * attention.scale(), from, end);
            }
            java.util.Arrays.fill(slopes, from, end, attention.scale());
            float cap = attention.softcap();
            float most = Float.NEGATIVE_INFINITY;
            float largest = 0;
            for (int j = from; j < end; j++) {
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
            for (int j = from; j < end; j++) {
                scores[j] *= inverse;
            }
            return largest;
        }

        /** From the gradient of a head's output to those of its query, of the keys and of the values. */
        private void spread(float[] one, float[] given, float[] more, int from, int end) {
            java.util.Arrays.fill(byShare, from, end, 0);
            for (int i = 0; i < valueSize; i++) {
                addScaled(byShare, valuesAcross, i * count, given[i], from, end);
                addAcross(valueGradients, i * count, scores, given[i], from, end);
            }
            double mean = 0;
            for (int j = from; j < end; j++) {
                mean += (double) scores[j] * byShare[j];
            }
            for (int j = from; j < end; j++) {
                byShare[j] = (float) (scores[j] * (byShare[j] - mean) * slopes[j]);
            }
            for (int i = 0; i < size; i++) {
                addAcross(keyGradients, i * count, byShare, one[i], from, end);
                more[i] = dot(keysAcross, i * count, byShare, from, end);
            }
        }

        private static void addScaled(float[] to, float[] rows, int at, float factor, int from, int end) {
            for (int j = from; j < end; j++) {
                to[j] += rows[at + j] * factor;
            }
        }

        private static void addAcross(float[] to, int at, float[] row, float factor, int from, int end) {
            for (int j = from; j < end; j++) {
                to[at + j] += row[j] * factor;
            }
        }

        private static float dot(float[] rows, int at, float[] row, int from, int end) {
            double sum = 0;
            for (int j = from; j < end; j++) {
                sum += rows[at + j] * row[j];
            }
            return (float) sum;
        }
    }
}
