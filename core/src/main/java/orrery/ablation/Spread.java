package orrery.ablation;

import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.Locale;

/**
 * The same measure of runs that differ in their seeds alone.
 *
 * @param mean of all
 * @param lowest of them
 * @param highest of them
 * @param count how many runs there are, 1 or more
 */
public record Spread(double mean, double lowest, double highest, int count) {
    /** Sums up numbers, of which there has to be at least one. */
    public static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a spread of no numbers");
        }
        var all = new DoubleSummaryStatistics();
        values.forEach(all::accept);
        return new Spread(all.getAverage(), all.getMin(), all.getMax(), values.size());
    }

    /** How runs of two kinds lie to each other. */
    public enum Order {
        /** Every run of this is below every run of the other. */
        BELOW,
        /** Every run of this is above every run of the other. */
        ABOVE,
        /** Neither. */
        MIXED,
        /** There is only one run of one of them, which says nothing about a spread. */
        UNKNOWN
    }

    /** How the runs of this lie to those of the other. */
    public Order to(Spread other) {
        if (count == 1 || other.count == 1) {
            return Order.UNKNOWN;
        }
        return highest < other.lowest ? Order.BELOW : lowest > other.highest ? Order.ABOVE : Order.MIXED;
    }

    /** The same of the negative numbers. */
    Spread negated() {
        return new Spread(-mean, -highest, -lowest, count);
    }

    /** {@code 2.51}, or with several runs {@code 2.51 (2.49 to 2.53)}. */
    public String text() {
        return count == 1 ? two(mean) : two(mean) + " (" + two(lowest) + " to " + two(highest) + ")";
    }

    /** With two digits after the point, or three significant digits for what is large. */
    public static String two(double number) {
        double shown = Math.abs(number) < 0.005 ? 0 : number; // no -0.00
        return Math.abs(shown) < 99.995
                ? String.format(Locale.ROOT, "%.2f", shown)
                : String.format(Locale.ROOT, "%,.0f", shown);
    }
}
