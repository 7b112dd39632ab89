package orrery.quant;

/**
 * Fits levels {@code 0..top} to a group of values, {@code value = step * level - depth} with neither negative. It tries
 * several distances between levels; each gives every value a level, and for those levels the best pair solves two
 * linear equations. The result is the pair with the smallest weighted squared error.
 *
 * @param step the distance between levels
 * @param depth how far level 0 is below zero
 * @param explained the weighted sum of the squared values minus the weighted squared error
 */
record AffineFit(float step, float depth, double explained) {
    /** Guesses spread the values over fewer or more levels than there are: clipping an outlier may pay off. */
    private static final int GUESSES = 19;

    private static final float FEWEST = -0.8f;
    private static final float BETWEEN = 0.1f;

    /** The pair for {@code weights.length} values from {@code at} on. */
    static AffineFit of(float[] values, int at, float[] weights, int top) {
        float least = 0;
        float most = values[at];
        double ones = 0;
        double x = 0;
        for (int i = 0; i < weights.length; i++) {
            float value = values[at + i];
            least = Math.min(least, value);
            most = Math.max(most, value);
            ones += weights[i];
            x += (double) weights[i] * value;
        }
        var best = new AffineFit((most - least) / top, -least, Double.NEGATIVE_INFINITY);
        for (int guess = 0; guess < GUESSES && most > least; guess++) {
            // The weighted sums of level, level squared, and level times value. Levels of a guess are not negative, so
            // truncation rounds.
            double l = 0;
            double ll = 0;
            double xl = 0;
            float stretch = (top + FEWEST + BETWEEN * guess) / (most - least);
            for (int i = 0; i < weights.length; i++) {
                float value = values[at + i];
                double level = Math.min(top, (int) ((value - least) * stretch + 0.5f));
                double weighted = weights[i] * level;
                l += weighted;
                ll += weighted * level;
                xl += weighted * value;
            }
            var fit = solved(ones, x, l, ll, xl);
            if (fit.explained > best.explained && fit.step > 0) {
                best = fit;
            }
        }
        return best;
    }

    /** The best pair for the levels with these sums. */
    private static AffineFit solved(double ones, double x, double l, double ll, double xl) {
        double determinant = ones * ll - l * l;
        double depth = (l * xl - ll * x) / determinant;
        if (!(determinant > 0) || depth < 0) {
            return new AffineFit((float) (xl / ll), 0, xl * xl / ll);
        }
        double step = (ones * xl - l * x) / determinant;
        return new AffineFit((float) step, (float) depth, step * xl - depth * x);
    }
}
