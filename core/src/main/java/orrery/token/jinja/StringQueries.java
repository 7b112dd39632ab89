package orrery.token.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** The methods of Python's str that search, split or classify it. */
final class StringQueries {
    private interface Method {
        Value call(Value.Text text, Arguments arguments, Budget budget);
    }

    private static final Map<String, Method> METHODS = new TreeMap<>();

    static {
        METHODS.put("startswith", (text, arguments, budget) -> affixed("startswith", text, arguments, true, budget));
        METHODS.put("endswith", (text, arguments, budget) -> affixed("endswith", text, arguments, false, budget));
        METHODS.put("find", (text, arguments, budget) -> Value.Int.of(found("find", text, arguments, false, budget)));
        METHODS.put("rfind", (text, arguments, budget) -> Value.Int.of(found("rfind", text, arguments, true, budget)));
        METHODS.put("index", (text, arguments, budget) -> index("index", text, arguments, false, budget));
        METHODS.put("rindex", (text, arguments, budget) -> index("rindex", text, arguments, true, budget));
        METHODS.put("count", (text, arguments, budget) -> {
            Arguments.Bound bound = arguments.bind("count", "sub", "start", "end");
            Window window = Window.of(text.text(), bound, budget);
            String part = bound.text(0);
            return Value.Int.of(window.valid() ? occurrences(window.in(text.text()), part, budget) : 0);
        });
        METHODS.put("split", (text, arguments, budget) -> split("split", text, arguments, false, budget));
        METHODS.put("rsplit", (text, arguments, budget) -> split("rsplit", text, arguments, true, budget));
        METHODS.put("splitlines", (text, arguments, budget) -> {
            boolean keep = arguments.bind("splitlines", "keepends").truth(0, false);
            return texts(text, StringMethods.lines(text.text(), keep), budget);
        });
        METHODS.put("partition", (text, arguments, budget) -> partitioned("partition", text, arguments, false, budget));
        METHODS.put(
                "rpartition", (text, arguments, budget) -> partitioned("rpartition", text, arguments, true, budget));
        all("isspace", PythonText::isSpace);
        all("isalpha", Character::isLetter);
        all("isdigit", c -> Character.isDigit(c) || isSuperscript(c));
        all("isdecimal", Character::isDigit);
        all("isnumeric", StringQueries::isNumeric);
        all("isalnum", c -> Character.isLetter(c) || isNumeric(c));
        METHODS.put("isascii", (text, arguments, _) -> {
            arguments.bind("isascii");
            return Value.Bool.of(text.text().chars().allMatch(c -> c < 0x80));
        });
        METHODS.put("isprintable", (text, arguments, _) -> {
            arguments.bind("isprintable");
            return Value.Bool.of(text.text().codePoints().allMatch(PythonText::isPrintable));
        });
        METHODS.put("isidentifier", (text, arguments, _) -> {
            arguments.bind("isidentifier");
            int[] codePoints = text.text().codePoints().toArray();
            boolean identifier = codePoints.length > 0
                    && (codePoints[0] == '_' || Character.isUnicodeIdentifierStart(codePoints[0]));
            for (int c : codePoints) {
                identifier &= Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
            }
            return Value.Bool.of(identifier);
        });
        METHODS.put("isupper", (text, arguments, _) -> {
            arguments.bind("isupper");
            return Value.Bool.of(isUpper(text.text()));
        });
        METHODS.put("islower", (text, arguments, _) -> {
            arguments.bind("islower");
            return Value.Bool.of(isLower(text.text()));
        });
        METHODS.put("istitle", (text, arguments, _) -> {
            arguments.bind("istitle");
            return Value.Bool.of(isTitle(text.text()));
        });
    }

    private StringQueries() {}

    private static void all(String name, IntPredicate predicate) {
        METHODS.put(name, (text, arguments, _) -> {
            arguments.bind(name);
            return Value.Bool.of(
                    !text.text().isEmpty() && text.text().codePoints().allMatch(predicate));
        });
    }

    /** The method with that name, bound to the text. */
    static Optional<Value> find(Value.Text text, String name) {
        return Optional.ofNullable(METHODS.get(name))
                .map(method -> new Value.Function(name, (arguments, interpreter) -> {
                    interpreter.budget().spend(text.text().length() / 4);
                    return method.call(text, arguments, interpreter.budget());
                }));
    }

    private static boolean isSuperscript(int c) {
        return c == 0xb2
                || c == 0xb3
                || c == 0xb9
                || c == 0x2070
                || (c >= 0x2074 && c <= 0x2079)
                || (c >= 0x2080 && c <= 0x2089);
    }

    private static boolean isNumeric(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /** Python's str.isupper: has cased characters, all of them upper case. */
    static boolean isUpper(String text) {
        return text.codePoints().anyMatch(Character::isUpperCase)
                && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
    }

    /** Python's str.islower: has cased characters, all of them lower case. */
    static boolean isLower(String text) {
        return text.codePoints().anyMatch(Character::isLowerCase)
                && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
    }

    private static boolean isTitle(String text) {
        boolean inWord = false;
        boolean any = false;
        for (int c : text.codePoints().toArray()) {
            boolean upper = Character.isUpperCase(c) || Character.isTitleCase(c);
            if ((upper && inWord) || (Character.isLowerCase(c) && !inWord)) {
                return false;
            }
            inWord = upper || Character.isLowerCase(c);
            any |= inWord;
        }
        return any;
    }

    /** The part of a text between two optional indices of characters, as offsets of UTF-16 units. */
    private record Window(int start, int end, boolean valid) {
        static Window of(String text, Arguments.Bound bound, Budget budget) {
            if (bound.given(1).isEmpty() && bound.given(2).isEmpty()) {
                return new Window(0, text.length(), true);
            }
            budget.spend(text.length());
            int length = StringMethods.length(text);
            long from = counted(bound.given(1).isPresent() ? bound.integer(1) : 0, length);
            long to = Math.min(counted(bound.given(2).isPresent() ? bound.integer(2) : length, length), length);
            if (from > to) {
                return new Window(0, 0, false);
            }
            int start = text.offsetByCodePoints(0, (int) from);
            return new Window(start, text.offsetByCodePoints(start, (int) (to - from)), true);
        }

        private static long counted(long index, int length) {
            return index < 0 ? Math.max(0, index + length) : index;
        }

        String in(String text) {
            return text.substring(start, end);
        }
    }

    private static Value affixed(String name, Value.Text text, Arguments arguments, boolean prefix, Budget budget) {
        Arguments.Bound bound = arguments.bind(name, "affix", "start", "end");
        List<Value> affixes =
                bound.required(0) instanceof Value.Tuple tuple ? tuple.items() : List.of(bound.required(0));
        Window window = Window.of(text.text(), bound, budget);
        for (Value affix : affixes) {
            if (!(affix instanceof Value.Text part)) {
                throw new TemplateException(name + "() needs a str or a tuple of str, not " + affix.typeName());
            }
            budget.spend(1 + part.text().length() / 16);
            String in = window.in(text.text());
            if (window.valid() && (prefix ? in.startsWith(part.text()) : in.endsWith(part.text()))) {
                return Value.Bool.TRUE;
            }
        }
        return Value.Bool.FALSE;
    }

    private static int found(String name, Value.Text text, Arguments arguments, boolean fromEnd, Budget budget) {
        Arguments.Bound bound = arguments.bind(name, "sub", "start", "end");
        String part = bound.text(0);
        Window window = Window.of(text.text(), bound, budget);
        if (!window.valid()) {
            return -1;
        }
        budget.spend(text.text().length() / 4 + part.length());
        String in = window.in(text.text());
        int offset = fromEnd ? TextSearch.last(in, part, in.length()) : TextSearch.first(in, part, 0);
        return offset < 0 ? -1 : text.text().codePointCount(0, window.start() + offset);
    }

    private static Value index(String name, Value.Text text, Arguments arguments, boolean fromEnd, Budget budget) {
        int found = found(name, text, arguments, fromEnd, budget);
        if (found < 0) {
            throw new TemplateException("substring not found");
        }
        return Value.Int.of(found);
    }

    private static long occurrences(String text, String part, Budget budget) {
        if (part.isEmpty()) {
            return StringMethods.length(text) + 1L;
        }
        long count = 0;
        for (int at = TextSearch.first(text, part, 0); at >= 0; at = TextSearch.first(text, part, at + part.length())) {
            // A long part is preprocessed again for every search.
            budget.spend(1 + part.length());
            count++;
        }
        return count;
    }

    private static Value split(String name, Value.Text text, Arguments arguments, boolean fromEnd, Budget budget) {
        Arguments.Bound bound = arguments.bind(name, "sep", "maxsplit");
        long limit = bound.integer(1, -1);
        long most = limit < 0 ? Long.MAX_VALUE : limit;
        if (bound.given(0).isEmpty()) {
            return texts(text, words(text.text(), most, fromEnd), budget);
        }
        String separator = bound.text(0);
        if (separator.isEmpty()) {
            throw new TemplateException(name + "() got an empty separator");
        }
        List<String> parts = fromEnd
                ? splitFromEnd(text.text(), separator, most, budget)
                : split(text.text(), separator, most, budget);
        return texts(text, parts, budget);
    }

    private static List<String> split(String text, String separator, long most, Budget budget) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (parts.size() < most) {
            int found = TextSearch.first(text, separator, at);
            if (found < 0) {
                break;
            }
            budget.spendElements(1);
            budget.spend(separator.length());
            parts.add(text.substring(at, found));
            at = found + separator.length();
        }
        parts.add(text.substring(at));
        return parts;
    }

    private static List<String> splitFromEnd(String text, String separator, long most, Budget budget) {
        if (most == Long.MAX_VALUE && separator.length() == 1) {
            return split(text, separator, most, budget);
        }
        List<String> parts = new ArrayList<>();
        int end = text.length();
        while (parts.size() < most) {
            int found = TextSearch.last(text, separator, end);
            if (found < 0) {
                break;
            }
            budget.spendElements(1);
            // A long separator is searched in a reversed copy.
            budget.spend(separator.length() > 16 ? end : 1);
            parts.add(text.substring(found + separator.length(), end));
            end = found;
        }
        parts.add(text.substring(0, end));
        Collections.reverse(parts);
        return parts;
    }

    private static List<String> words(String text, long most, boolean fromEnd) {
        List<String> words = new ArrayList<>();
        int[] c = text.codePoints().toArray();
        int step = fromEnd ? -1 : 1;
        int at = fromEnd ? c.length - 1 : 0;
        while (true) {
            while (at >= 0 && at < c.length && PythonText.isSpace(c[at])) {
                at += step;
            }
            if (at < 0 || at >= c.length) {
                break;
            }
            int start = at;
            if (words.size() == most) {
                words.add(fromEnd ? new String(c, 0, start + 1) : new String(c, start, c.length - start));
                break;
            }
            while (at >= 0 && at < c.length && !PythonText.isSpace(c[at])) {
                at += step;
            }
            words.add(fromEnd ? new String(c, at + 1, start - at) : new String(c, start, at - start));
        }
        if (fromEnd) {
            Collections.reverse(words);
        }
        return words;
    }

    private static Value partitioned(
            String name, Value.Text text, Arguments arguments, boolean fromEnd, Budget budget) {
        String separator = arguments.bind(name, "sep").text(0);
        if (separator.isEmpty()) {
            throw new TemplateException(name + "() got an empty separator");
        }
        String whole = text.text();
        budget.spend(whole.length());
        int found = fromEnd ? TextSearch.last(whole, separator, whole.length()) : TextSearch.first(whole, separator, 0);
        if (found < 0) {
            Value empty = StringMethods.like(text, "");
            return fromEnd ? Value.Tuple.of(empty, empty, text) : Value.Tuple.of(text, empty, empty);
        }
        return Value.Tuple.of(
                StringMethods.like(text, whole.substring(0, found)),
                StringMethods.like(text, separator),
                StringMethods.like(text, whole.substring(found + separator.length())));
    }

    private static Value texts(Value.Text original, List<String> parts, Budget budget) {
        budget.spend(original.text().length());
        budget.spendElements(parts.size());
        return new Value.Items(parts.stream()
                .map(part -> (Value) StringMethods.like(original, part))
                .toList());
    }
}
