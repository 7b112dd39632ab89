package orrery.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Converts a regular expression of Python's {@code regex} module, with DOTALL, to Java's syntax. They differ in the
 * names of groups, in literal braces and brackets, and in the end of a text. Control tokens spelled in an expression
 * match as control tokens, see {@link ControlMarks}.
 */
final class PythonPattern {
    private static final int FLAGS =
            Pattern.DOTALL | Pattern.UNIX_LINES | Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE;
    private static final Pattern COUNT = Pattern.compile("\\{(?:\\d+(?:,\\d*)?|,\\d+)}");

    private final String source;
    private final ControlMarks marks;
    private final StringBuilder java = new StringBuilder();
    private final Map<String, String> groups = new LinkedHashMap<>();
    private int at;

    private PythonPattern(String source, ControlMarks marks) {
        this.source = source;
        this.marks = marks;
    }

    /**
     * An expression and its named groups.
     *
     * @param groups Java's group names, which have no underscores, by Python's
     */
    record Compiled(Pattern pattern, Map<String, String> groups) {}

    /**
     * Compiles an expression.
     *
     * @param where the expression's owner, for messages
     * @throws ChatFormatException if it is malformed or uses features that Java's expressions lack
     */
    static Compiled compile(String source, ControlMarks marks, String where) {
        var translation = new PythonPattern(source, marks);
        try {
            translation.translate();
            return new Compiled(Pattern.compile(translation.java.toString(), FLAGS), Map.copyOf(translation.groups));
        } catch (PatternSyntaxException fault) {
            throw new ChatFormatException(
                    where + " is no expression that can be used: " + fault.getDescription() + " in " + source, fault);
        }
    }

    private void translate() {
        while (at < source.length()) {
            int spelled = marks.spelledIn(source, at);
            if (spelled > 0) {
                var token = ControlMarks.unescaped(source.substring(at, at + spelled));
                java.append("(?:")
                        .append(Pattern.quote(ControlMarks.MARK + token))
                        .append(')');
                at += spelled;
                continue;
            }
            switch (source.charAt(at)) {
                case '\\' -> escape();
                case '[' -> set();
                case '{' -> brace();
                case '(' -> group();
                default -> java.append(source.charAt(at++));
            }
        }
    }

    private void escape() {
        char kind = at + 1 < source.length() ? source.charAt(at + 1) : 0;
        switch (kind) {
            case 'Z' -> java.append("\\z");
            case 'v' -> java.append("\\x0B");
            case 0 -> java.append('\\');
            default -> java.append('\\').append(kind);
        }
        at += 2;
    }

    /** In a character class, Java reads a bracket as a nested class and two ampersands as an intersection. */
    private void set() {
        java.append(source.charAt(at++));
        if (at < source.length() && source.charAt(at) == '^') {
            java.append(source.charAt(at++));
        }
        boolean first = true;
        while (at < source.length() && (first || source.charAt(at) != ']')) {
            char sign = source.charAt(at);
            if (sign == '\\') {
                escape();
            } else {
                if (sign == '[' || sign == '&' || sign == ']') {
                    java.append('\\');
                }
                java.append(sign);
                at++;
            }
            first = false;
        }
        if (at < source.length()) {
            java.append(source.charAt(at++));
        }
    }

    private void brace() {
        var count = COUNT.matcher(source).region(at, source.length());
        if (!count.lookingAt()) {
            java.append("\\{");
            at++;
            return;
        }
        var counted = count.group();
        java.append(counted.startsWith("{,") ? "{0" + counted.substring(1) : counted);
        at = count.end();
    }

    private void group() {
        for (var opening : new String[] {"(?P<", "(?<"}) {
            int begin = at + opening.length();
            int end = source.indexOf('>', begin);
            if (source.startsWith(opening, at) && end > begin && isName(source.substring(begin, end))) {
                var name = source.substring(begin, end);
                var own = groups.computeIfAbsent(name, _ -> "g" + groups.size());
                java.append("(?<").append(own).append('>');
                at = end + 1;
                return;
            }
        }
        if (source.startsWith("(?P=", at) && source.indexOf(')', at) > 0) {
            int end = source.indexOf(')', at);
            java.append("\\k<")
                    .append(groups.getOrDefault(source.substring(at + 4, end), "unknown"))
                    .append('>');
            at = end + 1;
            return;
        }
        java.append('(');
        at++;
    }

    private static boolean isName(String text) {
        return text.codePoints().allMatch(point -> point == '_' || Character.isLetterOrDigit(point))
                && !Character.isDigit(text.charAt(0));
    }
}
