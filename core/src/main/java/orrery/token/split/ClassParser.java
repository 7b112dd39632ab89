package orrery.token.split;

import java.util.Map;

/** Parses character classes of expressions: {@code \p{L}}, {@code \s}, {@code [^\r\n0-9]}, a single character. */
final class ClassParser {
    private static final String META = "()[]{}.*+?^$|\\";

    private static final Map<String, Integer> TYPES = Map.ofEntries(
            Map.entry("L", CodePoints.LETTER),
            Map.entry("M", CodePoints.MARK),
            Map.entry("N", CodePoints.NUMBER),
            Map.entry("P", CodePoints.PUNCTUATION),
            Map.entry("S", CodePoints.SYMBOL),
            Map.entry("Lu", CodePoints.types(Character.UPPERCASE_LETTER)),
            Map.entry("Ll", CodePoints.types(Character.LOWERCASE_LETTER)),
            Map.entry("Lt", CodePoints.types(Character.TITLECASE_LETTER)),
            Map.entry("Lm", CodePoints.types(Character.MODIFIER_LETTER)),
            Map.entry("Lo", CodePoints.types(Character.OTHER_LETTER)),
            Map.entry("Nd", CodePoints.types(Character.DECIMAL_DIGIT_NUMBER)));

    private final String expression;
    private int at;

    ClassParser(String expression) {
        this.expression = expression;
    }

    int position() {
        return at;
    }

    boolean atEnd() {
        return at == expression.length();
    }

    boolean take(String what) {
        boolean there = expression.startsWith(what, at);
        at += there ? what.length() : 0;
        return there;
    }

    /** @throws SplitException if there is no supported class here */
    CodePoints next() {
        if (take("[")) {
            boolean negated = take("^");
            CodePoints members = member();
            while (!take("]")) {
                members = members.or(member());
            }
            return negated ? members.not() : members;
        }
        if (atEnd() || (META.indexOf(expression.charAt(at)) >= 0 && expression.charAt(at) != '\\')) {
            throw unknown();
        }
        return single();
    }

    /** A class within brackets, a character, or a range of characters. */
    private CodePoints member() {
        if (atEnd()
                || expression.startsWith("[", at)
                || expression.startsWith("]", at)
                || expression.startsWith("&&", at)) {
            throw unknown();
        }
        int begin = at;
        CodePoints first = single();
        if (!take("-")) {
            return first;
        }
        if (expression.startsWith("]", at)) {
            at--; // a literal
            return first;
        }
        int low = lastPoint(begin, at - 1);
        int second = at;
        single();
        int high = lastPoint(second, at);
        if (low > high) {
            throw unknown();
        }
        return new CodePoints(point -> point >= low && point <= high);
    }

    /** The character that was read between two places, escaped or not. */
    private int lastPoint(int from, int to) {
        int point = expression.codePointBefore(to);
        boolean escaped = expression.charAt(from) == '\\';
        if (escaped && Character.isLetterOrDigit(point)) {
            throw unknown(); // a range of line breaks or of classes
        }
        return point;
    }

    private CodePoints single() {
        if (atEnd()) {
            throw unknown();
        }
        int point = expression.codePointAt(at);
        at += Character.charCount(point);
        if (point != '\\') {
            return new CodePoints(each -> each == point);
        }
        if (atEnd()) {
            throw unknown();
        }
        char escaped = expression.charAt(at++);
        return switch (escaped) {
            case 's' -> CodePoints.WHITE_SPACE;
            case 'S' -> CodePoints.WHITE_SPACE.not();
            case 'p' -> property();
            case 'r' -> new CodePoints(each -> each == '\r');
            case 'n' -> new CodePoints(each -> each == '\n');
            case 't' -> new CodePoints(each -> each == '\t');
            default -> {
                if (escaped >= 0x7F || Character.isLetterOrDigit(escaped)) {
                    throw unknown();
                }
                yield new CodePoints(each -> each == escaped);
            }
        };
    }

    private CodePoints property() {
        int close = expression.indexOf('}', at);
        Integer types = take("{") && close > at ? TYPES.get(expression.substring(at, close)) : null;
        if (types == null) {
            throw unknown();
        }
        at = close + 1;
        return CodePoints.ofTypes(types);
    }

    private SplitException unknown() {
        return new SplitException("no class of characters that is known at character " + at + " of " + expression);
    }
}
