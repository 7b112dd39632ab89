package orrery.quant;

/**
 * Fits one scale to a group of values, {@code value = scale * number} with the numbers of a format. It tries several
 * scales that map the value farthest from zero to one end of the numbers, or slightly beyond or before it; for the
 * numbers that a trial chooses, the best scale is a quotient of two sums. The result is the scale with the smallest
 * squared error, weighted by the squared values.
 */
final class SymmetricFit {
    private static final int GUESSES = 9;
    private static final float BETWEEN = 0.006f;

    private SymmetricFit() {}

    /**
     * The scale, with its sign.
     *
     * @param farthest the value farthest from zero
     * @param ends the numbers that it may map to
     */
    static float scale(float[] values, int at, int count, float farthest, NearestNumber nearest, int... ends) {
        if (farthest == 0) {
            return 0;
        }
        var squared = new double[count];
        for (int i = 0; i < count; i++) {
            squared[i] = (double) values[at + i] * values[at + i];
        }
        double best = (double) farthest / ends[0];
        double most = -1;
        for (int end : ends) {
            for (int guess = -GUESSES; guess <= GUESSES; guess++) {
                double stretch = end * (1 + BETWEEN * guess) / farthest;
                double products = 0;
                double squares = 0;
                for (int i = 0; i < count; i++) {
                    double value = values[at + i];
                    int number = nearest.number((float) (value * stretch));
                    products += squared[i] * value * number;
                    squares += squared[i] * (number * number);
                }
                // The error is the values' own sum of squares minus this.
                double explained = products * products / squares;
                if (explained > most) {
                    most = explained;
                    best = products / squares;
                }
            }
        }
        return (float) best;
    }
}
