package orrery.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
    private static final String[] BINARY = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Numbers() {}

    /** All digits, in groups of three: {@code 27,009,002,240}. */
    public static String exact(long number) {
        // A formatter costs a cold JVM more time than all that a card computes.
        String digits = Long.toString(number);
        var text = new StringBuilder(digits);
        for (int at = digits.length() - 3; at > (number < 0 ? 1 : 0); at -= 3) {
            text.insert(at, ',');
        }
        return text.toString();
    }

    /** Three significant digits in powers of 1,000: {@code 27.0B}, {@code 135M}. */
    public static String rounded(long number) {
        double value = number;
        String unit = "";
        for (String larger : new String[] {"K", "M", "B", "T"}) {
            if (value < 999.5) {
                break;
            }
            value /= 1000;
            unit = larger;
        }
        return unit.isEmpty() ? Long.toString(number) : digits(value) + unit;
    }

    /** Three significant digits in powers of 1,024: {@code 992 KiB}. */
    public static String bytes(long number) {
        double value = number;
        int unit = 0;
        while (value >= 1023.5 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 ? Long.toString(number) : digits(value)) + " " + BINARY[unit];
    }

    /** Three significant digits in powers of 1,000, with a unit: {@code 31.2 GB/s}, {@code 512 GFLOP}. */
    public static String scaled(double number, String unit) {
        double value = number;
        String prefix = "";
        for (String larger : new String[] {"k", "M", "G", "T", "P", "E"}) {
            if (value < 999.5) {
                break;
            }
            value /= 1000;
            prefix = larger;
        }
        return digits(value) + " " + prefix + unit;
    }

    private static String digits(double value) {
        return fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
    }

    /** With this many digits after the point: {@code 4.50}. */
    static String fixed(double number, int decimals) {
        return BigDecimal.valueOf(number)
                .setScale(decimals, RoundingMode.HALF_UP)
                .toPlainString();
    }

    /** Without digits that say nothing: {@code 1,000,000}, {@code 0.0883883}, {@code 1e-06}. */
    public static String plain(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return exact((long) number);
        }
        if (Math.abs(number) < 1e-3) {
            return String.format(Locale.ROOT, "%.2e", number).replaceFirst("\\.?0+e", "e");
        }
        String text = String.format(Locale.ROOT, "%.6f", number);
        return text.replaceFirst("\\.?0+$", "");
    }

    /** {@code 1 layer}, {@code 48 layers}. */
    public static String count(long number, String what) {
        return exact(number) + " " + what + (number == 1 ? "" : "s");
    }
}
