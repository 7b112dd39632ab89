package orrery.report;

/**
 * How well rows of numbers agree with a reference's, gathered row by row: largest and mean absolute difference, and for
 * logits the divergence of the distributions and the share of equal best entries. Not for several threads at once.
 */
public final class Agreement {
    private double largest;
    private int[] largestAt = {0, 0, 0};
    private double sum;
    private long elements;
    private double divergenceSum;
    private double divergenceMost;
    private long rows;
    private long sameBest;

    /**
     * Takes the logits of one position.
     *
     * @param actual {@code [vocabSize]}
     * @param expected as long
     */
    public void addLogits(float[] actual, float[] expected, int sequence, int position) {
        addLogits(actual, logSum(actual), expected, logSum(expected), sequence, position);
    }

    /** The same where the {@link #logSum} of each row is known. */
    public void addLogits(
            float[] actual, double actualLog, float[] expected, double expectedLog, int sequence, int position) {
        add(actual, expected, sequence, position);
        double divergence = divergence(expected, expectedLog, actual, actualLog);
        divergenceSum += divergence;
        divergenceMost = larger(divergenceMost, divergence);
        rows++;
        if (best(actual) == best(expected)) {
            sameBest++;
        }
    }

    /** Takes a vector that is no distribution. */
    public void add(float[] actual, float[] expected, int sequence, int position) {
        if (actual.length != expected.length) {
            throw new IllegalArgumentException(actual.length + " numbers against " + expected.length);
        }
        for (int i = 0; i < actual.length; i++) {
            // Equal infinities agree, though their difference is no number.
            double difference = actual[i] == expected[i] ? 0 : Math.abs((double) actual[i] - expected[i]);
            sum += difference;
            // Written so that no number at all counts as the largest difference and stays it.
            if (!(difference <= largest) && !Double.isNaN(largest)) {
                largest = difference;
                largestAt = new int[] {sequence, position, i};
            }
        }
        elements += actual.length;
    }

    private static double larger(double one, double other) {
        return Double.isNaN(one) || Double.isNaN(other) ? Double.NaN : Math.max(one, other);
    }

    /** The index of the largest entry, the first of equals. */
    public static int best(float[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            if (row[i] > row[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Kullback-Leibler divergence in nats of softmax(actual) from softmax(expected): 0 where they are the same. */
    private static double divergence(float[] expected, double expectedLog, float[] actual, double actualLog) {
        double divergence = 0;
        for (int i = 0; i < expected.length; i++) {
            double share = Math.exp(expected[i] - expectedLog);
            if (share != 0) {
                divergence += share * ((expected[i] - expectedLog) - (actual[i] - actualLog));
            }
        }
        // Rounding takes equal distributions a little below zero.
        return divergence < 0 ? 0 : divergence;
    }

    /** The logarithm of the sum of e to the power of each: what softmax takes from a logit. */
    public static double logSum(float[] row) {
        float most = row[best(row)];
        double sum = 0;
        for (float entry : row) {
            sum += Math.exp((double) entry - most);
        }
        return most + Math.log(sum);
    }

    /** The largest absolute difference; NaN if one of them is no number. */
    public double largest() {
        return largest;
    }

    /** Where it is: sequence, position, element. */
    public int[] largestAt() {
        return largestAt.clone();
    }

    /** The mean absolute difference; 0 if nothing was added. */
    public double mean() {
        return elements == 0 ? 0 : sum / elements;
    }

    /** Mean divergence of a position, in nats. */
    public double meanDivergence() {
        return rows == 0 ? 0 : divergenceSum / rows;
    }

    /** Divergence of the worst position, in nats. */
    public double largestDivergence() {
        return divergenceMost;
    }

    /** Positions compared. */
    public long rows() {
        return rows;
    }

    /** Share of positions whose best token is the reference's, 0 to 1. */
    public double sameBestShare() {
        return rows == 0 ? 1 : (double) sameBest / rows;
    }
}
