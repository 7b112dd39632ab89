package orrery.measure;

import java.util.Arrays;

/** The quartiles of some numbers: their middle and spread, without the outliers. */
public record Quartiles(double lower, double median, double upper) {

    /**
     * Of at least one number, in any order: a quarter of them is at or below the lower, half at or below the median.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Quartiles of(double... numbers) {
        if (numbers.length == 0) {
            throw new IllegalArgumentException("no numbers have no quartiles");
        }
        var sorted = numbers.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return new Quartiles(sorted[sorted.length / 4], middle(sorted), sorted[last - sorted.length / 4]);
    }

    private static double middle(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
