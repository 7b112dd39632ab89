package orrery.draw.chart;

import java.util.Locale;

/** What numbers along an axis are, and how they are written. */
public enum Unit {
    /** Tokens and other counts in powers of two: {@code 512}, {@code 8k}, {@code 1M}. */
    TOKENS(2, 1024, "", "k", "M", "G"),
    /** {@code 1.5 GiB}. */
    BYTES(2, 1024, " B", " KiB", " MiB", " GiB", " TiB", " PiB"),
    /** {@code 27 GFLOP}. */
    FLOP(10, 1000, " FLOP", " kFLOP", " MFLOP", " GFLOP", " TFLOP", " PFLOP", " EFLOP"),
    /** {@code 20 ms}: the number is in seconds. */
    SECONDS(10, 1000, " ns", " µs", " ms", " s"),
    /** {@code 27B}: parameters and the like. */
    COUNT(10, 1000, "", "k", "M", "B", "T"),
    /** The number as it is. */
    PLAIN(10, Double.POSITIVE_INFINITY, "");

    private static final double NANO = 1e-9;

    private final int base;
    private final double step;
    private final String[] names;

    Unit(int base, double step, String... names) {
        this.base = base;
        this.step = step;
        this.names = names;
    }

    /** 2 where ticks are to be powers of two, else 10. */
    int base() {
        return base;
    }

    /** With three significant digits at most: {@code 1.97 GiB}, {@code 128k}, {@code 0}. */
    public String text(double number) {
        if (number == 0) {
            return "0";
        }
        double value = this == SECONDS ? number / NANO : number;
        int unit = 0;
        while (Math.abs(value) >= step * 0.9995 && unit < names.length - 1) {
            value /= step;
            unit++;
        }
        return digits(value) + names[unit];
    }

    private static String digits(double value) {
        double size = Math.abs(value);
        int decimals = size < 0.0995 ? 3 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return decimals == 0 ? text : text.replaceFirst("\\.?0+$", "");
    }
}
