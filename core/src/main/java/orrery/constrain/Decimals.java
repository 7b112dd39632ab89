package orrery.constrain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers as JSON writes them without an exponent. Every set has all spellings of its numbers, which differ in zeros
 * at the end of the fraction and in the sign of zero, so that sets can be intersected and subtracted.
 */
final class Decimals {
    private static final Regex MINUS = Regex.text("-");
    private static final Regex POINT = Regex.text(".");
    private static final Regex ZERO = Regex.text("0");
    private static final Regex DIGITS = Regex.star(digit(0, 9));
    private static final Regex FRACTION = Regex.optional(Regex.sequence(POINT, digit(0, 9), DIGITS));
    private static final Regex NO_FRACTION = zeros(ZERO);
    private static final Regex WHOLE = Regex.union(ZERO, Regex.sequence(digit(1, 9), DIGITS));
    private static final Regex UNSIGNED = Regex.sequence(WHOLE, FRACTION);

    /** Every number. */
    static final Regex ALL = Regex.sequence(Regex.optional(MINUS), UNSIGNED);

    static final Regex INTEGERS = Regex.sequence(Regex.optional(MINUS), WHOLE, NO_FRACTION);

    /** Integers as they are up to draft-04, where 1.0 is none. */
    static final Regex WITHOUT_POINT = Regex.sequence(Regex.optional(MINUS), WHOLE);

    /** Spellings without needless zeros; an integer may have one, since some write {@code 1.0}. */
    static final Regex TIDY = Regex.sequence(
            Regex.optional(MINUS),
            WHOLE,
            Regex.optional(Regex.union(Regex.text(".0"), Regex.sequence(POINT, DIGITS, digit(1, 9)))));

    /** An exponent that leaves a number in the range of a double. */
    private static final Regex EXPONENT = Regex.sequence(
            new Regex.Bytes(ByteSet.of('e').union(ByteSet.of('E'))),
            Regex.optional(new Regex.Bytes(ByteSet.of('+').union(ByteSet.of('-')))),
            Regex.optional(digit(0, 2)),
            Regex.optional(digit(0, 9)),
            digit(0, 9));

    /** Spellings with an exponent of all numbers but zero, without their sign. */
    static final Regex WITH_EXPONENT = Regex.sequence(
            Regex.union(
                    Regex.sequence(digit(1, 9), DIGITS, FRACTION),
                    Regex.sequence(Regex.text("0."), DIGITS, digit(1, 9), DIGITS)),
            EXPONENT);

    /** Every number as an answer may write it. */
    static final Regex ANY_SPELLING = Regex.sequence(Regex.optional(MINUS), WHOLE, FRACTION, Regex.optional(EXPONENT));

    /** Every integer as an answer may write it. */
    static final Regex ANY_INTEGER = Regex.sequence(Regex.optional(MINUS), WHOLE, Regex.optional(Regex.text(".0")));

    private Decimals() {}

    private static Regex digit(int first, int last) {
        return new Regex.Bytes(ByteSet.range('0' + first, '0' + last));
    }

    /** Nothing, or a point and zeros. */
    private static Regex zeros(Regex zero) {
        return Regex.optional(Regex.sequence(POINT, zero, Regex.star(zero)));
    }

    static Regex and(Regex a, Regex b) {
        if (a.equals(ALL)) {
            return b;
        }
        if (b.equals(ALL) || a.equals(b)) {
            return a;
        }
        return new Regex.Intersection(List.of(a, b));
    }

    static Regex not(Regex a) {
        return a.equals(ALL) ? Regex.NOTHING : new Regex.Intersection(List.of(ALL, new Regex.Complement(a)));
    }

    static Regex equalTo(BigDecimal value) {
        var digits = Digits.of(value);
        var spelled = Regex.sequence(
                Regex.text(digits.whole),
                digits.fraction.isEmpty()
                        ? NO_FRACTION
                        : Regex.sequence(Regex.text("." + digits.fraction), Regex.star(ZERO)));
        return switch (value.signum()) {
            case 0 -> Regex.sequence(Regex.optional(MINUS), spelled);
            case 1 -> spelled;
            default -> Regex.sequence(MINUS, spelled);
        };
    }

    /** Numbers whose fraction has at most so many digits, zeros at its end left out. */
    static Regex ofScale(int scale) {
        if (scale == 0) {
            return INTEGERS;
        }
        var fraction = Regex.sequence(POINT, new Regex.Repeat(digit(0, 9), 1, scale), Regex.star(ZERO));
        return Regex.sequence(Regex.optional(MINUS), WHOLE, Regex.optional(fraction));
    }

    static Regex atLeast(BigDecimal bound, boolean exclusive) {
        var digits = Digits.of(bound);
        if (bound.signum() >= 0) {
            var above = digits.above(!exclusive);
            return bound.signum() > 0 || exclusive ? above : Regex.union(above, equalTo(BigDecimal.ZERO));
        }
        return Regex.union(UNSIGNED, Regex.sequence(MINUS, digits.below(!exclusive)));
    }

    static Regex atMost(BigDecimal bound, boolean exclusive) {
        var digits = Digits.of(bound);
        if (bound.signum() > 0) {
            return Regex.union(Regex.sequence(MINUS, UNSIGNED), digits.below(!exclusive));
        }
        if (bound.signum() < 0) {
            return Regex.sequence(MINUS, digits.above(!exclusive));
        }
        var below = Regex.sequence(MINUS, digits.above(false));
        return exclusive ? below : Regex.union(below, equalTo(BigDecimal.ZERO));
    }

    /** A number's digits without its sign, and the unsigned numbers on its two sides. */
    private record Digits(String whole, String fraction) {
        private static Digits of(BigDecimal value) {
            String plain = value.abs().stripTrailingZeros().toPlainString();
            int point = plain.indexOf('.');
            return point < 0
                    ? new Digits(plain, "")
                    : new Digits(plain.substring(0, point), plain.substring(point + 1));
        }

        private Regex above(boolean orEqual) {
            int length = whole.length();
            var parts = new ArrayList<Regex>();
            parts.add(Regex.sequence(digit(1, 9), new Regex.Repeat(digit(0, 9), length, Regex.UNBOUNDED), FRACTION));
            for (int i = 0; i < length; i++) {
                int digit = whole.charAt(i) - '0';
                if (digit < 9) {
                    parts.add(Regex.sequence(
                            Regex.text(whole.substring(0, i)),
                            digit(digit + 1, 9),
                            new Regex.Repeat(digit(0, 9), length - 1 - i, length - 1 - i),
                            FRACTION));
                }
            }
            var more = new ArrayList<Regex>();
            for (int i = 0; i < fraction.length(); i++) {
                int digit = fraction.charAt(i) - '0';
                if (digit < 9) {
                    more.add(Regex.sequence(Regex.text(fraction.substring(0, i)), digit(digit + 1, 9), DIGITS));
                }
            }
            more.add(Regex.sequence(Regex.text(fraction), DIGITS, digit(1, 9), DIGITS));
            if (orEqual) {
                more.add(Regex.sequence(
                        Regex.text(fraction), fraction.isEmpty() ? ZERO : Regex.EMPTY, Regex.star(ZERO)));
                if (fraction.isEmpty()) {
                    parts.add(Regex.text(whole));
                }
            }
            parts.add(Regex.sequence(Regex.text(whole), POINT, new Regex.Union(more)));
            return new Regex.Union(parts);
        }

        private Regex below(boolean orEqual) {
            int length = whole.length();
            var parts = new ArrayList<Regex>();
            if (length > 1) {
                parts.add(Regex.sequence(ZERO, FRACTION));
                parts.add(Regex.sequence(digit(1, 9), new Regex.Repeat(digit(0, 9), 0, length - 2), FRACTION));
            }
            for (int i = 0; i < length; i++) {
                int digit = whole.charAt(i) - '0';
                int first = i == 0 && length > 1 ? 1 : 0;
                if (digit > first) {
                    parts.add(Regex.sequence(
                            Regex.text(whole.substring(0, i)),
                            digit(first, digit - 1),
                            new Regex.Repeat(digit(0, 9), length - 1 - i, length - 1 - i),
                            FRACTION));
                }
            }
            if (fraction.isEmpty()) {
                if (orEqual) {
                    parts.add(Regex.sequence(Regex.text(whole), NO_FRACTION));
                }
                return new Regex.Union(parts);
            }
            parts.add(Regex.text(whole));
            var less = new ArrayList<Regex>();
            for (int i = 0; i < fraction.length(); i++) {
                int digit = fraction.charAt(i) - '0';
                var same = Regex.text(fraction.substring(0, i));
                if (digit > 0) {
                    less.add(Regex.sequence(same, digit(0, digit - 1), DIGITS));
                }
                if (i > 0) {
                    less.add(same);
                }
            }
            if (orEqual) {
                less.add(Regex.sequence(Regex.text(fraction), Regex.star(ZERO)));
            }
            parts.add(Regex.sequence(Regex.text(whole), POINT, new Regex.Union(less)));
            return new Regex.Union(parts);
        }
    }
}
