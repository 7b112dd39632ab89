package orrery.token.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as written: Python's decimal, hexadecimal, octal and binary integers, and its floats.
 *
 * @param digits without underscores; with the prefix of its base
 */
record NumberLiteral(Token.Kind kind, String digits, int end) {
    private static final String DIGITS = "[0-9](?:_?[0-9])*+";
    private static final Pattern FLOAT =
            Pattern.compile(DIGITS + "(?:\\." + DIGITS + "(?:[eE][+-]?" + DIGITS + ")?|[eE][+-]?" + DIGITS + ")");
    private static final Pattern INTEGER = Pattern.compile(
            "0[bB](?:_?[01])++|0[oO](?:_?[0-7])++|0[xX](?:_?[0-9a-fA-F])++|[1-9](?:_?[0-9])*+|0(?:_?0)*+");

    /** Reads the literal that starts at {@code at}, which is a digit. */
    static NumberLiteral read(String text, int at) {
        Matcher matcher = FLOAT.matcher(text).region(at, text.length());
        // "a.1.2" indexes twice: after a dot there is no float.
        if ((at == 0 || text.charAt(at - 1) != '.') && matcher.lookingAt()) {
            return new NumberLiteral(Token.Kind.FLOAT, matcher.group().replace("_", ""), matcher.end());
        }
        matcher.usePattern(INTEGER).region(at, text.length());
        int end = matcher.lookingAt() ? matcher.end() : at + 1;
        return new NumberLiteral(Token.Kind.INTEGER, text.substring(at, end).replace("_", ""), end);
    }
}
