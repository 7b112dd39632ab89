package orrery.token.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Python's format specification, {@code [[fill]align][sign][#][0][width][,][.precision][type]}.
 *
 * @param align one of {@code < > ^ =}, or a blank for the type's default
 * @param type the letter, or a blank
 */
record FormatSpec(
        int fill,
        char align,
        char sign,
        boolean alternate,
        int width,
        boolean grouped,
        OptionalInt precision,
        char type) {
    private static final Pattern SPEC = Pattern.compile(
            "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?([0-9]{1,9})?([,_])?(?:\\.([0-9]{1,9}))?([a-zA-Z%])?", Pattern.DOTALL);
    private static final int LARGEST_PRECISION = 1_000;

    /** Parses a specification, without the colon of a replacement field. */
    static FormatSpec parse(String spec) {
        Matcher matcher = SPEC.matcher(spec);
        if (!matcher.matches()) {
            throw new TemplateException("invalid format specifier '" + spec + "'");
        }
        boolean zero = matcher.group(5) != null;
        int fill = matcher.group(1) != null ? matcher.group(1).codePointAt(0) : zero ? '0' : ' ';
        char align = matcher.group(2) != null ? matcher.group(2).charAt(0) : zero ? '=' : ' ';
        return new FormatSpec(
                fill,
                align,
                matcher.group(3) == null ? '-' : matcher.group(3).charAt(0),
                matcher.group(4) != null,
                matcher.group(6) == null ? 0 : Integer.parseInt(matcher.group(6)),
                matcher.group(7) != null,
                matcher.group(8) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(matcher.group(8))),
                matcher.group(9) == null ? ' ' : matcher.group(9).charAt(0));
    }

    FormatSpec {
        if (precision.isPresent() && precision.getAsInt() > LARGEST_PRECISION) {
            throw new TemplateException("a precision of " + precision.getAsInt() + " is beyond " + LARGEST_PRECISION);
        }
    }

    /** A string, truncated to the precision and padded. */
    String text(String text, Budget budget) {
        if (type != ' ' && type != 's') {
            throw new TemplateException("unknown format code '" + type + "' for a str");
        }
        int length = text.codePointCount(0, text.length());
        String cut = precision.isPresent() && precision.getAsInt() < length
                ? text.substring(0, text.offsetByCodePoints(0, precision.getAsInt()))
                : text;
        return padded("", cut, '<', budget);
    }

    /** An int, a bool as its number, or a float. */
    String number(Value value, Budget budget) {
        boolean integral = !(value instanceof Value.Real);
        if (integral && "bcdoxXn ".indexOf(type) >= 0) {
            return integer(JinjaNumbers.integer(value), budget);
        }
        return real(JinjaNumbers.real(value), budget);
    }

    private String integer(BigInteger number, Budget budget) {
        BigInteger size = number.abs();
        String digits = switch (type) {
            case 'b' -> size.toString(2);
            case 'o' -> size.toString(8);
            case 'x' -> size.toString(16);
            case 'X' -> size.toString(16).toUpperCase(java.util.Locale.ROOT);
            case 'c' -> character(number);
            default -> size.toString();
        };
        String prefix = alternate && "boxX".indexOf(type) >= 0 ? "0" + type : "";
        return padded(sign(number.signum() < 0) + prefix, grouped ? grouped(digits) : digits, '>', budget);
    }

    private static String character(BigInteger number) {
        if (number.signum() < 0 || number.bitLength() > 21 || number.intValue() > Character.MAX_CODE_POINT) {
            throw new TemplateException("%c takes a character's number, not " + number);
        }
        return Character.toString(number.intValue());
    }

    private String real(double number, Budget budget) {
        String sign = sign(number < 0 || (number == 0 && 1 / number < 0));
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            String name = Double.isNaN(number) ? "nan" : "inf";
            return padded(
                    sign, Character.isUpperCase(type) ? name.toUpperCase(java.util.Locale.ROOT) : name, '>', budget);
        }
        BigDecimal exact = new BigDecimal(Math.abs(number));
        String digits = switch (type) {
            case 'f', 'F' -> fixed(exact);
            case '%' -> fixed(new BigDecimal(Math.abs(number * 100))) + "%";
            case 'e', 'E' -> scientific(exact, precision.orElse(6));
            case 'g', 'G', 'n' -> general(exact, Math.max(1, precision.orElse(6)));
            case ' ' ->
                precision.isEmpty()
                        ? PythonText.of(Math.abs(number))
                        : withPoint(general(exact, Math.max(1, precision.getAsInt())));
            default -> throw new TemplateException("unknown format code '" + type + "' for a float");
        };
        String cased = Character.isUpperCase(type) ? digits.toUpperCase(java.util.Locale.ROOT) : digits;
        return padded(sign, grouped ? grouped(cased) : cased, '>', budget);
    }

    private static String withPoint(String digits) {
        return digits.indexOf('.') < 0 && digits.indexOf('e') < 0 ? digits + ".0" : digits;
    }

    private String fixed(BigDecimal exact) {
        return exact.setScale(precision.orElse(6), RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String scientific(BigDecimal exact, int places) {
        if (exact.signum() == 0) {
            return (places == 0 ? "0" : "0." + "0".repeat(places)) + "e+00";
        }
        BigDecimal rounded = exact.round(new java.math.MathContext(places + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - 1 - rounded.scale();
        String digits = rounded.unscaledValue().toString();
        digits += "0".repeat(Math.max(0, places + 1 - digits.length()));
        String fraction = places == 0 ? "" : "." + digits.substring(1, places + 1);
        return digits.charAt(0) + fraction + "e" + PythonText.exponent(exponent);
    }

    private String general(BigDecimal exact, int significant) {
        if (exact.signum() == 0) {
            return "0";
        }
        BigDecimal rounded = exact.round(new java.math.MathContext(significant, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - 1 - rounded.scale();
        // A float without a type switches to exponents one digit earlier than with 'g'.
        int plainBelow = type == ' ' ? significant - 1 : significant;
        if (exponent >= -4 && exponent < Math.max(1, plainBelow)) {
            BigDecimal plain = rounded.stripTrailingZeros();
            return plain.scale() < 0 ? plain.setScale(0).toPlainString() : plain.toPlainString();
        }
        String digits = rounded.stripTrailingZeros().unscaledValue().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return digits.charAt(0) + fraction + "e" + PythonText.exponent(exponent);
    }

    private String sign(boolean negative) {
        return negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
    }

    private static String grouped(String digits) {
        int whole = 0;
        while (whole < digits.length() && Character.isDigit(digits.charAt(whole))) {
            whole++;
        }
        StringBuilder out = new StringBuilder(digits);
        for (int i = whole - 3; i > 0; i -= 3) {
            out.insert(i, ',');
        }
        return out.toString();
    }

    private String padded(String sign, String digits, char ownAlign, Budget budget) {
        String whole = sign + digits;
        int missing = width - whole.codePointCount(0, whole.length());
        if (missing <= 0) {
            return whole;
        }
        budget.spend(missing);
        String padding = Character.toString(fill);
        return switch (align == ' ' ? ownAlign : align) {
            case '<' -> whole + padding.repeat(missing);
            case '^' -> padding.repeat(missing / 2) + whole + padding.repeat(missing - missing / 2);
            case '=' -> sign + padding.repeat(missing) + digits;
            default -> padding.repeat(missing) + whole;
        };
    }
}
