package orrery.quant;

/**
 * One scale for a group of values, {@code value = scale * number} with numbers that a format has: the scale for which
 * the squares of what is lost, weighted by the values' own squares, are smallest among those that a few guesses lead
 * to. A guess brings the value farthest from zero to one end of the numbers, or a little beyond or before it; for the
 * numbers that a guess chooses, the best scale is a quotient of two sums.
 */
final class SymmetricFit {
    private static final int GUESSES = 9;
    private static final float BETWEEN = 0.006f;

    private SymmetricFit() {}

    /**
     * The scale, with its sign.
     *
     * @param farthest of the values, the one farthest from zero
     * @param ends where it may be brought
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
                // What is lost is the values' own sum of squares less this.
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
