package orrery.token.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The methods of Python's str that return a string or strings; markup stays markup. */
final class StringMethods {
    private interface Method {
        Value call(Value.Text text, Arguments arguments, Budget budget);
    }

    private static final Map<String, Method> METHODS = new TreeMap<>();

    static {
        simple("upper", text -> text.toUpperCase(Locale.ROOT));
        simple("lower", text -> text.toLowerCase(Locale.ROOT));
        simple("casefold", text -> text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
        simple("capitalize", StringMethods::capitalized);
        simple("title", StringMethods::titled);
        simple("swapcase", StringMethods::swapped);
        METHODS.put("strip", (text, arguments, budget) -> stripped("strip", text, arguments, true, true, budget));
        METHODS.put("lstrip", (text, arguments, budget) -> stripped("lstrip", text, arguments, true, false, budget));
        METHODS.put("rstrip", (text, arguments, budget) -> stripped("rstrip", text, arguments, false, true, budget));
        METHODS.put("removeprefix", (text, arguments, _) -> {
            String prefix = arguments.bind("removeprefix", "prefix").text(0);
            return text.text().startsWith(prefix) ? like(text, text.text().substring(prefix.length())) : text;
        });
        METHODS.put("removesuffix", (text, arguments, _) -> {
            String suffix = arguments.bind("removesuffix", "suffix").text(0);
            int end = text.text().length() - suffix.length();
            return text.text().endsWith(suffix) ? like(text, text.text().substring(0, end)) : text;
        });
        METHODS.put("replace", (text, arguments, budget) -> {
            Arguments.Bound bound = arguments.bind("replace", "old", "new", "count");
            String replacement = bound.required(1) instanceof Value.Text other
                    ? Operators.markup(other, text.safe())
                    : bound.text(1);
            return like(text, replaced(text.text(), bound.text(0), replacement, bound.integer(2, -1), budget));
        });
        METHODS.put("join", (text, arguments, budget) -> {
            StringBuilder out = new StringBuilder();
            Iterator<Value> items =
                    Sequences.iterate(arguments.bind("join", "iterable").required(0), budget);
            for (int i = 0; items.hasNext(); i++) {
                if (!(items.next() instanceof Value.Text item)) {
                    throw new TemplateException("join() needs strings: item " + i + " is none");
                }
                String joined = (i > 0 ? text.text() : "") + Operators.markup(item, text.safe());
                budget.spend(joined.length() + 1L);
                out.append(joined);
            }
            return like(text, out.toString());
        });
        METHODS.put("format", BraceFormat::format);
        METHODS.put(
                "format_map",
                (text, arguments, budget) -> BraceFormat.format(
                        text,
                        new Arguments(
                                List.of(),
                                texts(arguments.bind("format_map", "mapping").required(0))),
                        budget));
        METHODS.put("ljust", (text, arguments, budget) -> justified("ljust", text, arguments, '<', budget));
        METHODS.put("rjust", (text, arguments, budget) -> justified("rjust", text, arguments, '>', budget));
        METHODS.put("center", (text, arguments, budget) -> justified("center", text, arguments, '^', budget));
        METHODS.put("zfill", (text, arguments, budget) -> {
            long missing = arguments.bind("zfill", "width").integer(0) - length(text.text());
            boolean signed = text.text().startsWith("+") || text.text().startsWith("-");
            String zeros = Operators.repeated("0", Math.max(0, missing), budget);
            int sign = signed ? 1 : 0;
            return like(
                    text, text.text().substring(0, sign) + zeros + text.text().substring(sign));
        });
        METHODS.put(
                "expandtabs",
                (text, arguments, budget) -> like(
                        text,
                        expanded(
                                text.text(),
                                arguments.bind("expandtabs", "tabsize").integer(0, 8),
                                budget)));
    }

    private StringMethods() {}

    private interface Change {
        String of(String text);
    }

    private static void simple(String name, Change change) {
        METHODS.put(name, (text, arguments, _) -> {
            arguments.bind(name);
            return like(text, change.of(text.text()));
        });
    }

    /** The method with that name, bound to the text. */
    static Optional<Value> find(Value.Text text, String name) {
        Method method = METHODS.get(name);
        if (method == null) {
            return StringQueries.find(text, name);
        }
        return Optional.of(new Value.Function(name, (arguments, interpreter) -> {
            interpreter.budget().spend(text.text().length());
            return method.call(text, arguments, interpreter.budget());
        }));
    }

    static Value.Text like(Value.Text original, String text) {
        return new Value.Text(text, original.safe());
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return titleCase(text.codePointAt(0)) + text.substring(first).toLowerCase(Locale.ROOT);
    }

    // A character may become two: ß becomes Ss.
    private static String titleCase(int codePoint) {
        String upper = Character.toString(codePoint).toUpperCase(Locale.ROOT);
        if (upper.codePointCount(0, upper.length()) > 1) {
            int first = upper.offsetByCodePoints(0, 1);
            return upper.substring(0, first) + upper.substring(first).toLowerCase(Locale.ROOT);
        }
        return Character.toString(Character.toTitleCase(codePoint));
    }

    private static String titled(String text) {
        StringBuilder out = new StringBuilder();
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            out.append(inWord ? Character.toString(c).toLowerCase(Locale.ROOT) : titleCase(c));
            inWord = Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
        }
        return out.toString();
    }

    private static String swapped(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            String one = Character.toString(c);
            out.append(Character.isUpperCase(c) ? one.toLowerCase(Locale.ROOT) : one.toUpperCase(Locale.ROOT));
        });
        return out.toString();
    }

    private static Value stripped(
            String name, Value.Text text, Arguments arguments, boolean left, boolean right, Budget budget) {
        Arguments.Bound bound = arguments.bind(name, "chars");
        Optional<String> characters = bound.given(0).map(_ -> bound.text(0));
        return like(text, strip(text.text(), characters, left, right, budget));
    }

    /** The text without these characters, or without white space, at its ends. */
    static String strip(String text, Optional<String> characters, boolean left, boolean right, Budget budget) {
        budget.spend(characters.map(String::length).orElse(0));
        java.util.BitSet set = new java.util.BitSet();
        characters.ifPresent(given -> given.codePoints().forEach(set::set));
        java.util.function.IntPredicate drops = characters.isPresent() ? set::get : PythonText::isSpace;
        int start = 0;
        int end = text.length();
        while (left && start < end && drops.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && drops.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    /** The text with the first {@code count} occurrences replaced, or all if the count is negative. */
    static String replaced(String text, String old, String replacement, long count, Budget budget) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        long left = count < 0 ? Long.MAX_VALUE : count;
        while (left-- > 0) {
            int found = TextSearch.first(text, old, at);
            if (found < 0) {
                break;
            }
            budget.spend(replacement.length() + 1L);
            out.append(text, at, found).append(replacement);
            at = found + old.length();
            if (old.isEmpty()) {
                if (at == text.length()) {
                    break;
                }
                int step = Character.charCount(text.codePointAt(at));
                out.append(text, at, at + step);
                at += step;
            }
        }
        return out.append(text, at, text.length()).toString();
    }

    private static Map<String, Value> texts(Value mapping) {
        if (!(mapping instanceof Value.Dict dict)) {
            throw new TemplateException("format_map() needs a mapping, not " + mapping.typeName());
        }
        Map<String, Value> named = new TreeMap<>();
        dict.entries().forEach((key, entry) -> {
            if (key instanceof String name) {
                named.put(name, entry.value());
            }
        });
        return named;
    }

    private static Value justified(String name, Value.Text text, Arguments arguments, char align, Budget budget) {
        Arguments.Bound bound = arguments.bind(name, "width", "fillchar");
        String fill = bound.text(1, " ");
        if (length(fill) != 1) {
            throw new TemplateException(name + "() needs a fill of exactly one character");
        }
        return like(text, justified(text.text(), bound.integer(0), fill, align, budget));
    }

    /** The text padded to a width. */
    static String justified(String text, long width, String fill, char align, Budget budget) {
        long missing = width - length(text);
        if (width <= 0 || missing <= 0) {
            return text;
        }
        // If the padding is odd, Python puts the larger half left only if the width is odd, too.
        long left = align == '<' ? 0 : align == '>' ? missing : missing / 2 + (missing & width & 1);
        return Operators.repeated(fill, left, budget) + text + Operators.repeated(fill, missing - left, budget);
    }

    private static String expanded(String text, long size, Budget budget) {
        StringBuilder out = new StringBuilder();
        long column = 0;
        for (int c : text.codePoints().toArray()) {
            if (c == '\t') {
                long spaces = size <= 0 ? 0 : size - column % size;
                out.append(Operators.repeated(" ", spaces, budget));
                column += spaces;
            } else {
                out.appendCodePoint(c);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return out.toString();
    }

    /** The parts between line breaks, optionally with the line breaks. */
    static List<String> lines(String text, boolean keepBreaks) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (PythonText.isLineBreak(c)) {
                int end = at - 1;
                if (c == '\r' && at < text.length() && text.charAt(at) == '\n') {
                    at++;
                }
                lines.add(text.substring(start, keepBreaks ? at : end));
                start = at;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }
}
