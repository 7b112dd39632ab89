package orrery.token.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The filters on strings. */
final class TextFilters {
    // The characters before a word, for the title filter.
    private static final Pattern BEFORE_WORDS = Pattern.compile("[-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

    private TextFilters() {}

    private interface Change {
        String of(String text);
    }

    static void register(Map<String, Filters.Filter> filters) {
        simple(filters, "upper", text -> text.toUpperCase(Locale.ROOT));
        simple(filters, "lower", text -> text.toLowerCase(Locale.ROOT));
        simple(filters, "capitalize", StringMethods::capitalized);
        simple(filters, "title", TextFilters::titled);
        filters.put("string", (input, arguments, interpreter) -> {
            arguments.bind("string");
            return soft(input, interpreter.budget());
        });
        filters.put("trim", (input, arguments, interpreter) -> {
            Arguments.Bound bound = arguments.bind("trim", "chars");
            Value.Text text = soft(input, interpreter.budget());
            interpreter.budget().spend(text.text().length());
            Optional<String> characters = bound.given(0).map(_ -> bound.text(0));
            return StringMethods.like(
                    text, StringMethods.strip(text.text(), characters, true, true, interpreter.budget()));
        });
        filters.put("replace", (input, arguments, interpreter) -> {
            Arguments.Bound bound = arguments.bind("replace", "old", "new", "count");
            Budget budget = interpreter.budget();
            String text = Printer.print(input, budget);
            budget.spend(text.length());
            long count = bound.given(2).isPresent() ? bound.integer(2) : -1;
            String old = Printer.print(bound.required(0), budget);
            String replacement = Printer.print(bound.required(1), budget);
            return Value.Text.of(StringMethods.replaced(text, old, replacement, count, budget));
        });
        filters.put("center", (input, arguments, interpreter) -> {
            long width = arguments.bind("center", "width").integer(0, 80);
            Value.Text text = soft(input, interpreter.budget());
            return StringMethods.like(
                    text, StringMethods.justified(text.text(), width, " ", '^', interpreter.budget()));
        });
        filters.put("indent", TextFilters::indent);
        filters.put("truncate", TextFilters::truncate);
        filters.put("wordcount", (input, arguments, interpreter) -> {
            arguments.bind("wordcount");
            return Value.Int.of(
                    WORD.matcher(spent(input, interpreter)).results().count());
        });
        filters.put("wordwrap", TextFilters::wordwrap);
        filters.put("format", (input, arguments, interpreter) -> {
            if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
                throw new TemplateException("format takes positional or named arguments, not both");
            }
            Value values = arguments.named().isEmpty()
                    ? new Value.Tuple(arguments.positional(), List.of())
                    : Value.Dict.ofTexts(arguments.named());
            return PercentFormat.format(soft(input, interpreter.budget()), values, interpreter.budget());
        });
    }

    private static void simple(Map<String, Filters.Filter> filters, String name, Change change) {
        filters.put(name, (input, arguments, interpreter) -> {
            arguments.bind(name);
            Value.Text text = soft(input, interpreter.budget());
            interpreter.budget().spend(text.text().length());
            return StringMethods.like(text, change.of(text.text()));
        });
    }

    /** The value as a string; markup stays markup. */
    static Value.Text soft(Value value, Budget budget) {
        return value instanceof Value.Text text ? text : Value.Text.of(Printer.print(value, budget));
    }

    private static String spent(Value input, Interpreter interpreter) {
        String text = Printer.print(input, interpreter.budget());
        interpreter.budget().spend(text.length());
        return text;
    }

    private static Value.Text required(String filter, Value input) {
        return switch (input) {
            case Value.Text text -> text;
            case Value.Undefined undefined -> throw undefined.failure();
            default -> throw new TemplateException(filter + " needs a str, not " + input.typeName());
        };
    }

    private static String titled(String text) {
        StringBuilder out = new StringBuilder();
        Matcher matcher = BEFORE_WORDS.matcher(text);
        int at = 0;
        while (matcher.find()) {
            out.append(firstUpper(text.substring(at, matcher.start()))).append(matcher.group());
            at = matcher.end();
        }
        return out.append(firstUpper(text.substring(at))).toString();
    }

    private static String firstUpper(String word) {
        if (word.isEmpty()) {
            return word;
        }
        int first = word.offsetByCodePoints(0, 1);
        return word.substring(0, first).toUpperCase(Locale.ROOT)
                + word.substring(first).toLowerCase(Locale.ROOT);
    }

    private static Value indent(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("indent", "width", "first", "blank");
        Budget budget = interpreter.budget();
        Value.Text text = required("indent", input);
        String indentation = bound.at(0).isPresent() && bound.required(0) instanceof Value.Text given
                ? given.text()
                : Operators.repeated(" ", Math.max(0, bound.integer(0, 4)), budget);
        boolean blank = bound.truth(2, false);
        List<String> lines = StringMethods.lines(text.text() + "\n", false);
        StringBuilder out = new StringBuilder(bound.truth(1, false) ? indentation : "");
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String before = i > 0 && (blank || !line.isEmpty()) ? indentation : "";
            budget.spend(line.length() + before.length() + 1L);
            out.append(i > 0 ? "\n" : "").append(before).append(line);
        }
        return StringMethods.like(text, out.toString());
    }

    private static Value truncate(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("truncate", "length", "killwords", "end", "leeway");
        if (input instanceof Value.Undefined) {
            return input;
        }
        Value.Text text = required("truncate", input);
        interpreter.budget().spend(text.text().length());
        long length = bound.integer(0, 255);
        String end = bound.text(2, "...");
        long leeway = bound.given(3).isPresent() ? bound.integer(3) : 5;
        int endLength = StringMethods.length(end);
        if (length < endLength || leeway < 0) {
            throw new TemplateException("truncate() expects a length of at least " + endLength
                    + " and a leeway of at least 0, got " + length + " and " + leeway);
        }
        if (StringMethods.length(text.text()) - leeway <= length) {
            return text;
        }
        String cut = text.text().substring(0, text.text().offsetByCodePoints(0, (int) length - endLength));
        int lastBlank = cut.lastIndexOf(' ');
        if (!bound.truth(1, false) && lastBlank >= 0) {
            cut = cut.substring(0, lastBlank);
        }
        return StringMethods.like(text, cut + end);
    }

    private static Value wordwrap(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound =
                arguments.bind("wordwrap", "width", "break_long_words", "wrapstring", "break_on_hyphens");
        Value.Text text = required("wordwrap", input);
        interpreter.budget().spend(4L * text.text().length());
        long width = bound.integer(0, 79);
        if (width <= 0) {
            throw new TemplateException("wordwrap() needs a positive width, not " + width);
        }
        String separator = bound.given(2).isPresent() ? bound.text(2) : "\n";
        WordWrap wrap = new WordWrap(width, bound.truth(1, true), bound.truth(3, true));
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (String line : StringMethods.lines(text.text(), false)) {
            List<String> wrapped = wrap.lines(line);
            for (String piece : wrapped.isEmpty() ? List.of("") : wrapped) {
                interpreter.budget().spend(separator.length() + piece.length());
                out.append(first ? "" : separator).append(piece);
                first = false;
            }
        }
        return Value.Text.of(out.toString());
    }
}
