package orrery.token.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The filters on numbers, and those that convert strings to numbers. */
final class NumberFilters {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]+(?:_[0-9]+)*");
    private static final Pattern FLOAT =
            Pattern.compile("[+-]?(?:(?:[0-9][0-9_]*\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(?i:inf|infinity|nan))");
    private static final int DIGITS = 4_000;

    private NumberFilters() {}

    static void register(Map<String, Filters.Filter> filters) {
        filters.put("abs", (input, arguments, _) -> {
            arguments.bind("abs");
            return switch (input) {
                case Value.Int integer -> new Value.Int(integer.number().abs());
                case Value.Bool truth -> Value.Int.of(truth.number());
                case Value.Real real -> new Value.Real(Math.abs(real.number()));
                case Value.Undefined undefined -> throw undefined.failure();
                default -> throw new TemplateException("bad operand type for abs(): '" + input.typeName() + "'");
            };
        });
        filters.put("int", (input, arguments, _) -> {
            Arguments.Bound bound = arguments.bind("int", "default", "base");
            return integer(input, bound.integer(1, 10))
                    .orElseGet(() -> bound.at(0).orElse(Value.Int.of(0)));
        });
        filters.put("float", (input, arguments, _) -> {
            Arguments.Bound bound = arguments.bind("float", "default");
            return real(input)
                    .<Value>map(Value.Real::new)
                    .orElseGet(() -> bound.at(0).orElse(new Value.Real(0)));
        });
        filters.put("round", NumberFilters::round);
        filters.put("filesizeformat", NumberFilters::filesizeformat);
    }

    private static Optional<Value> integer(Value input, long base) {
        return switch (input) {
            case Value.Int integer -> Optional.of(integer);
            case Value.Bool truth -> Optional.of(Value.Int.of(truth.number()));
            case Value.Undefined undefined -> throw undefined.failure();
            case Value.Real real -> truncated(real.number());
            case Value.Text text ->
                parsed(text.text(), base).or(() -> real(text).flatMap(NumberFilters::truncated));
            default -> Optional.empty();
        };
    }

    private static Optional<Value> truncated(double number) {
        return Double.isNaN(number) || Double.isInfinite(number)
                ? Optional.empty()
                : Optional.of(new Value.Int(new BigDecimal(number).toBigInteger()));
    }

    private static Optional<Value> parsed(String text, long base) {
        if (text.length() > DIGITS || base < 0 || base > 36 || base == 1) {
            return Optional.empty();
        }
        String digits = PythonStrip.of(text).toLowerCase(java.util.Locale.ROOT);
        if (base == 10) {
            return DECIMAL.matcher(digits).matches()
                    ? Optional.of(new Value.Int(new BigInteger(digits.replace("_", ""))))
                    : Optional.empty();
        }
        boolean negative = digits.startsWith("-");
        String size = negative || digits.startsWith("+") ? digits.substring(1) : digits;
        long radix = base;
        for (Map.Entry<String, Integer> prefix :
                Map.of("0x", 16, "0o", 8, "0b", 2).entrySet()) {
            if (size.startsWith(prefix.getKey()) && (base == prefix.getValue() || base == 0)) {
                radix = prefix.getValue();
                size = size.substring(2);
            }
        }
        int by = radix == 0 ? 10 : (int) radix;
        String bare = size.replace("_", "");
        boolean valid = !bare.isEmpty()
                && bare.chars().allMatch(c -> c < 0x80 && Character.digit(c, by) >= 0)
                && !size.startsWith("_")
                && !size.endsWith("_")
                && !size.contains("__");
        if (!valid) {
            return Optional.empty();
        }
        BigInteger number = new BigInteger(bare, by);
        return Optional.of(new Value.Int(negative ? number.negate() : number));
    }

    private static Optional<Double> real(Value input) {
        return switch (input) {
            case Value.Undefined undefined -> throw undefined.failure();
            case Value.Real real -> Optional.of(real.number());
            case Value.Int _, Value.Bool _ -> Optional.of(JinjaNumbers.real(input));
            case Value.Text text -> {
                String digits = PythonStrip.of(text.text()).toLowerCase(java.util.Locale.ROOT);
                if (digits.length() > DIGITS || !FLOAT.matcher(digits).matches()) {
                    yield Optional.empty();
                }
                String size = digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
                double number = switch (size.charAt(0)) {
                    case 'i' -> Double.POSITIVE_INFINITY;
                    case 'n' -> Double.NaN;
                    default -> Double.parseDouble(size.replace("_", ""));
                };
                yield Optional.of(digits.startsWith("-") ? -number : number);
            }
            default -> Optional.empty();
        };
    }

    private static Value round(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("round", "precision", "method");
        if (input instanceof Value.Undefined undefined) {
            throw undefined.failure();
        }
        if (!Comparisons.numeric(input)) {
            throw new TemplateException("round needs a number, not " + input.typeName());
        }
        String method = bound.text(1, "common");
        int precision = (int) Math.clamp(bound.integer(0, 0), -400, 400);
        if (method.equals("common")) {
            if (!(input instanceof Value.Real real)) {
                BigDecimal exact = new BigDecimal(JinjaNumbers.integer(input));
                return new Value.Int(
                        precision >= 0
                                ? exact.toBigInteger()
                                : exact.setScale(precision, RoundingMode.HALF_EVEN)
                                        .toBigInteger());
            }
            boolean finite = !Double.isNaN(real.number()) && !Double.isInfinite(real.number());
            return finite && real.number() != 0
                    ? new Value.Real(Math.copySign(
                            new BigDecimal(real.number())
                                    .setScale(precision, RoundingMode.HALF_EVEN)
                                    .doubleValue(),
                            real.number()))
                    : real;
        }
        if (!method.equals("ceil") && !method.equals("floor")) {
            throw new TemplateException("round() expects common, ceil or floor for 'method'");
        }
        double factor = Math.pow(10, precision);
        double scaled = JinjaNumbers.real(input) * factor;
        return new Value.Real((method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled)) / factor);
    }

    private static Value filesizeformat(Value input, Arguments arguments, Interpreter interpreter) {
        boolean binary = arguments.bind("filesizeformat", "binary").truth(0, false);
        double bytes = real(input)
                .orElseThrow(() -> new TemplateException("filesizeformat needs a number, not " + input.typeName()));
        double base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return Value.Text.of("1 Byte");
        }
        if (bytes < base) {
            return Value.Text.of(truncated(bytes)
                            .map(n -> Printer.print(n, interpreter.budget()))
                            .orElse("nan") + " Bytes");
        }
        String prefixes = "kMGTPEZY";
        double unit = base;
        int i = 0;
        while (i + 1 < prefixes.length() && bytes >= unit * base) {
            unit *= base;
            i++;
        }
        char prefix = binary ? Character.toUpperCase(prefixes.charAt(i)) : prefixes.charAt(i);
        String size = FormatSpec.parse(".1f").number(new Value.Real(bytes / unit), interpreter.budget());
        return Value.Text.of(size + " " + prefix + (binary ? "iB" : "B"));
    }

    /** Numbers in strings may be surrounded by blanks. */
    private static final class PythonStrip {
        private PythonStrip() {}

        static String of(String text) {
            int start = 0;
            int end = text.length();
            while (start < end && PythonText.isSpace(text.charAt(start))) {
                start++;
            }
            while (end > start && PythonText.isSpace(text.charAt(end - 1))) {
                end--;
            }
            return text.substring(start, end);
        }
    }
}
