package orrery.token.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalInt;

/** Python's {@code "…%s…" % values}. */
final class PercentFormat {
    private final Value.Text format;
    private final Value values;
    private final List<Value> positional;
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int next;

    private PercentFormat(Value.Text format, Value values, Budget budget) {
        this.format = format;
        this.values = values;
        this.positional = values instanceof Value.Tuple tuple ? tuple.items() : List.of(values);
        this.budget = budget;
    }

    /**
     * Fills the fields of a format.
     *
     * @throws TemplateException if there are too few or too many values, or one has the wrong type for its field
     */
    static Value format(Value.Text format, Value values, Budget budget) {
        PercentFormat formatting = new PercentFormat(format, values, budget);
        formatting.run();
        return new Value.Text(formatting.out.toString(), format.safe());
    }

    private void run() {
        String text = format.text();
        budget.spend(text.length());
        boolean mapped = false;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '%') {
                out.append(c);
                continue;
            }
            boolean named = at < text.length() && text.charAt(at) == '(';
            mapped |= named;
            field(named);
        }
        boolean container = values instanceof Value.Dict || values instanceof Value.Items;
        if (next < positional.size() && !mapped && !(container && positional.size() == 1)) {
            throw new TemplateException("not all arguments converted during string formatting");
        }
    }

    private void field(boolean named) {
        String text = format.text();
        Value mappedValue = named ? named() : Value.None.NONE;
        int flagsStart = at;
        while (at < text.length() && "-+ #0".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String flags = text.substring(flagsStart, at);
        OptionalInt width = number();
        boolean left = flags.indexOf('-') >= 0;
        if (width.isPresent() && width.getAsInt() < 0) {
            left = true;
            width = OptionalInt.of(-width.getAsInt());
        }
        OptionalInt precision = OptionalInt.empty();
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            precision = OptionalInt.of(Math.max(0, number().orElse(0)));
        }
        while (at < text.length() && "hlL".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at >= text.length()) {
            throw new TemplateException("incomplete format: '%' at the end of a string");
        }
        char type = text.charAt(at++);
        if (type == '%') {
            out.append('%');
            return;
        }
        Value value = named ? mappedValue : nextValue();
        boolean zero = flags.indexOf('0') >= 0 && !left;
        FormatSpec spec = new FormatSpec(
                ' ',
                left ? '<' : '>',
                flags.indexOf('+') >= 0 ? '+' : flags.indexOf(' ') >= 0 ? ' ' : '-',
                flags.indexOf('#') >= 0,
                width.orElse(0),
                false,
                precision,
                type);
        append(value, spec, zero);
    }

    private void append(Value value, FormatSpec spec, boolean zero) {
        String result = switch (spec.type()) {
            case 's' -> withType(spec, 's', false).text(printed(value), budget);
            case 'r', 'a' -> withType(spec, 's', false).text(Printer.represent(value, budget), budget);
            case 'd', 'i', 'u' -> withType(spec, 'd', zero).number(whole(value), budget);
            case 'x', 'X', 'o' -> withType(spec, spec.type(), zero).number(exactInteger(value), budget);
            case 'c' ->
                value instanceof Value.Text character
                                && character
                                                .text()
                                                .codePointCount(
                                                        0, character.text().length())
                                        == 1
                        ? withType(spec, 's', false).text(character.text(), budget)
                        : withType(spec, 'c', false).number(exactInteger(value), budget);
            case 'e', 'E', 'f', 'F', 'g', 'G' ->
                withType(spec, spec.type(), zero).number(new Value.Real(real(value)), budget);
            default ->
                throw new TemplateException("unsupported format character '" + spec.type() + "' in a string's '%'");
        };
        budget.spend(result.length());
        out.append(result);
    }

    private String printed(Value value) {
        String text = Printer.print(value, budget);
        boolean safe = value instanceof Value.Text markup && markup.safe();
        return format.safe() && !safe ? PythonText.escaped(text) : text;
    }

    private static FormatSpec withType(FormatSpec spec, char type, boolean zero) {
        return new FormatSpec(
                zero ? '0' : ' ',
                zero ? '=' : spec.align(),
                spec.sign(),
                spec.alternate(),
                spec.width(),
                false,
                spec.precision(),
                type);
    }

    private Value named() {
        int close = format.text().indexOf(')', at);
        if (close < 0) {
            throw new TemplateException("incomplete format key in a string's '%'");
        }
        String key = format.text().substring(at + 1, close);
        at = close + 1;
        if (!(values instanceof Value.Dict dict)) {
            throw new TemplateException("a format with names requires a mapping, not " + values.typeName());
        }
        return dict.find(Value.Text.of(key), budget)
                .orElseThrow(() -> new TemplateException("there is no key '" + key + "' for a string's '%'"));
    }

    private OptionalInt number() {
        String text = format.text();
        if (at < text.length() && text.charAt(at) == '*') {
            at++;
            long number = Arguments.saturated(JinjaNumbers.integer(exactInteger(nextValue())));
            return OptionalInt.of(Math.clamp(number, -Integer.MAX_VALUE, Integer.MAX_VALUE));
        }
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            return OptionalInt.empty();
        }
        String digits = text.substring(start, at);
        return OptionalInt.of(digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits));
    }

    private Value nextValue() {
        if (next >= positional.size()) {
            throw new TemplateException("not enough arguments for format string");
        }
        return positional.get(next++);
    }

    private static Value whole(Value value) {
        if (value instanceof Value.Real real) {
            if (Double.isNaN(real.number()) || Double.isInfinite(real.number())) {
                throw new TemplateException("cannot convert " + PythonText.of(real.number()) + " to an integer");
            }
            return new Value.Int(new BigDecimal(real.number()).toBigInteger());
        }
        return exactInteger(value);
    }

    private static Value exactInteger(Value value) {
        return switch (value) {
            case Value.Int integer -> integer;
            case Value.Bool truth -> Value.Int.of(truth.number());
            case Value.Undefined undefined -> throw undefined.failure();
            default -> throw new TemplateException("a string's '%' needs a number here, not " + value.typeName());
        };
    }

    private static double real(Value value) {
        return Comparisons.numeric(value) ? JinjaNumbers.real(value) : JinjaNumbers.real(exactInteger(value));
    }
}
