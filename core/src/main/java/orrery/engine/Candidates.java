package orrery.engine;

/**
 * The tokens that are left to choose from. Nothing is sorted: a heap gives up the best ones until enough probability is
 * together, so a vocabulary of 262,144 is walked through once or twice and no more. Of equal logits the lower id is the
 * better. The arrays are made once and belong to one thread.
 */
final class Candidates {
    private final int[] ids;
    /** By token id: its probability relative to the most probable token's. */
    private final double[] weights;

    /** The candidates are {@code ids[from]} to {@code ids[to - 1]}. */
    private int from;

    private int to;

    /** For rows of up to so many logits. */
    Candidates(int vocabSize) {
        ids = new int[vocabSize];
        weights = new double[vocabSize];
    }

    /**
     * Draws a token.
     *
     * @param logits finite, one a token id
     * @param largest the id of the largest
     * @param sampling temperature above 0, and the three limits
     * @param chance from 0 to below 1
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
        // Rounding left a crumb.
        return ids[to - 1];
    }

    private void keepAll(int count) {
        to = count;
        for (int id = 0; id < count; id++) {
            ids[id] = id;
        }
    }

    /** A heap of the {@code count} best so far, the worst of them on top, past which the rest is led. */
    private void keepLargest(float[] logits, int count) {
        to = count;
        for (int id = 0; id < count; id++) {
            ids[id] = id;
        }
        for (int i = count / 2 - 1; i >= 0; i--) {
            siftWorst(logits, i);
        }
        for (int id = count; id < logits.length; id++) {
            // One that only equals the worst has the higher id.
            if (logits[id] > logits[ids[0]]) {
                ids[0] = id;
                siftWorst(logits, 0);
            }
        }
    }

    private double weigh(float[] logits, float largest, double temperature) {
        double total = 0;
        for (int i = from; i < to; i++) {
            double weight = Math.exp(((double) logits[ids[i]] - largest) / temperature);
            weights[ids[i]] = weight;
            total += weight;
        }
        return total;
    }

    /** Keeps the fewest of the best that have {@code share} of {@code total} together; gives what they have. */
    private double keepMass(float[] logits, double share, double total) {
        // Those below an equal part of what may be missing are not needed, even all together.
        double least = (1 - share) * total / (to - from);
        int kept = from;
        for (int i = from; i < to; i++) {
            if (weights[ids[i]] >= least) {
                ids[kept++] = ids[i];
            }
        }
        to = kept;
        for (int i = to / 2 - 1; i >= 0; i--) {
            siftBest(logits, i, to);
        }
        double mass = 0;
        int heap = to;
        while (heap > 0 && mass < share * total) {
            mass += weights[ids[0]];
            heap--;
            swap(0, heap);
            siftBest(logits, 0, heap);
        }
        from = heap;
        return mass;
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
