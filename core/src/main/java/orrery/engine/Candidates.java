package orrery.engine;

import java.util.Arrays;

/**
 * The tokens that are left to choose from. It scans a vocabulary of 262,144 a few times and never sorts it. For top-p,
 * it first counts tokens of about the same probability as one, and then separates only those at the border. Of equal
 * logits, the lower id ranks first. The arrays are allocated once and belong to one thread.
 */
final class Candidates {
    /** Sixty-fourths of powers of two from 2^-128, below which a weight is negligible, to 1. */
    private static final int MASSES = 64 * 128 + 1;

    private static final int MOST = (1023 << 6) - MASSES + 1;

    private final int[] ids;
    /** By token id: its probability relative to the most probable token's. */
    private final double[] weights;

    /** Used beside {@link #ids} while they are partitioned. */
    private final int[] better;

    /** The total probability of the tokens in each sixty-fourth of a power of two. */
    private final double[] mass = new double[MASSES];

    /** The candidates are {@code ids[from]} to {@code ids[to - 1]}. */
    private int from;

    private int to;

    /** How many candidates are more probable than those at the border. */
    private int betterCount;

    /** @param vocabSize the most logits of a row */
    Candidates(int vocabSize) {
        ids = new int[vocabSize];
        weights = new double[vocabSize];
        better = new int[vocabSize];
    }

    /**
     * Draws a token.
     *
     * @param logits finite, one per token id
     * @param largest the id of the largest logit
     * @param sampling temperature above 0, and the three limits
     * @param chance a uniform random number from 0 to below 1
     */
    int draw(float[] logits, int largest, Sampling sampling, double chance) {
        from = 0;
        boolean limited = sampling.topK() > 0 && sampling.topK() < logits.length;
        if (limited) {
            keepLargest(logits, sampling.topK());
        } else {
            keepAll(logits.length);
        }
        double total = weigh(logits, logits[largest], sampling.temperature());
        if (sampling.topP() < 1) {
            total = keepMass(logits, sampling.topP(), total);
        }
        if (sampling.minP() > 0) {
            total = keepProbable(sampling.minP());
        }
        double left = chance * total;
        for (int i = from; i < to; i++) {
            left -= weights[ids[i]];
            if (left < 0) {
                return ids[i];
            }
        }
        // Rounding left a remainder.
        int last = to - 1;
        while (weights[ids[last]] == 0) {
            last--;
        }
        return ids[last];
    }

    private void keepAll(int count) {
        to = count;
        for (int id = 0; id < count; id++) {
            ids[id] = id;
        }
    }

    /** Keeps the {@code count} best so far in a heap with the worst on top, and offers it the rest. */
    private void keepLargest(float[] logits, int count) {
        to = count;
        for (int id = 0; id < count; id++) {
            ids[id] = id;
        }
        for (int i = count / 2 - 1; i >= 0; i--) {
            siftWorst(logits, i);
        }
        for (int id = count; id < logits.length; id++) {
            // A candidate that only equals the worst has the higher id.
            if (logits[id] > logits[ids[0]]) {
                ids[0] = id;
                siftWorst(logits, 0);
            }
        }
    }

    private double weigh(float[] logits, float largest, double temperature) {
        double total = 0;
        for (int i = from; i < to; i++) {
            double weight = FastExp.of(((double) logits[ids[i]] - largest) / temperature);
            weights[ids[i]] = weight;
            total += weight;
        }
        return total;
    }

    /** Keeps the fewest of the best candidates that have {@code share} of {@code total} together; returns their sum. */
    private double keepMass(float[] logits, double share, double total) {
        // Candidates below an equal part of what may be missing are not needed, even all together.
        double least = (1 - share) * total / (to - from);
        int kept = from;
        for (int i = from; i < to; i++) {
            if (weights[ids[i]] >= least) {
                ids[kept++] = ids[i];
            }
        }
        to = kept;
        double wanted = share * total;
        double known = part(wanted);
        int border = to;
        for (int i = to / 2 - 1; i >= 0; i--) {
            siftBest(logits, i, to);
        }
        while (border > 0 && known < wanted) {
            known += weights[ids[0]];
            border--;
            swap(0, border);
            siftBest(logits, 0, border);
        }
        from = border;
        to += betterCount;
        return known;
    }

    /**
     * Partitions the candidates: those at the border stay, among them the last one wanted; the {@code betterCount} more
     * probable ones move behind them; the others are dropped.
     *
     * @return the sum of the more probable ones, less than {@code wanted}
     */
    private double part(double wanted) {
        Arrays.fill(mass, 0);
        for (int i = 0; i < to; i++) {
            double weight = weights[ids[i]];
            mass[place(weight)] += weight;
        }
        double known = 0;
        int border = MASSES - 1;
        while (border > 0 && known + mass[border] < wanted) {
            known += mass[border--];
        }
        int kept = 0;
        betterCount = 0;
        for (int i = 0; i < to; i++) {
            int place = place(weights[ids[i]]);
            if (place == border) {
                ids[kept++] = ids[i];
            } else if (place > border) {
                better[betterCount++] = ids[i];
            }
        }
        System.arraycopy(better, 0, ids, kept, betterCount);
        to = kept;
        return known;
    }

    /** The index in {@code mass} of a weight: its exponent and the first six bits of its fraction. */
    private static int place(double weight) {
        return Math.max(0, (int) (Double.doubleToRawLongBits(weight) >>> 46) - MOST);
    }

    private double keepProbable(double least) {
        double total = 0;
        int kept = from;
        for (int i = from; i < to; i++) {
            int id = ids[i];
            if (weights[id] >= least) {
                ids[kept++] = id;
                total += weights[id];
            }
        }
        to = kept;
        return total;
    }

    private void siftBest(float[] logits, int start, int end) {
        int parent = start;
        while (2 * parent + 1 < end) {
            int child = 2 * parent + 1;
            if (child + 1 < end && better(logits, ids[child + 1], ids[child])) {
                child++;
            }
            if (!better(logits, ids[child], ids[parent])) {
                return;
            }
            swap(parent, child);
            parent = child;
        }
    }

    private void siftWorst(float[] logits, int start) {
        int parent = start;
        while (2 * parent + 1 < to) {
            int child = 2 * parent + 1;
            if (child + 1 < to && better(logits, ids[child], ids[child + 1])) {
                child++;
            }
            if (!better(logits, ids[parent], ids[child])) {
                return;
            }
            swap(parent, child);
            parent = child;
        }
    }

    private static boolean better(float[] logits, int id, int other) {
        return logits[id] > logits[other] || (logits[id] == logits[other] && id < other);
    }

    private void swap(int i, int j) {
        int id = ids[i];
        ids[i] = ids[j];
        ids[j] = id;
    }
}
