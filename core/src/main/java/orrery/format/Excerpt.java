package orrery.format;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Formats values from files for messages: quoted, without control characters, and never longer than a line. */
public final class Excerpt {
    private static final int LONGEST = 80;

    private Excerpt() {}

    /**
     * The text in quotes, truncated after {@value #LONGEST} characters: a hostile header may contain a name of
     * megabytes.
     */
    public static String quoted(String text) {
        return "\"" + plain(text) + "\"";
    }

    /** The text without quotes, truncated likewise. */
    static String plain(String text) {
        String head = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        StringBuilder clean = new StringBuilder(head.length());
        head.codePoints().forEach(point -> clean.appendCodePoint(Character.isISOControl(point) ? '\uFFFD' : point));
        return clean.toString();
    }

    /** A value with its kind: {@code "abc" (text)}, {@code true (flag)}, {@code a list of 3}. */
    static String described(Object value) {
        return switch (value) {
            case String text -> quoted(text) + " (text)";
            case Boolean flag -> flag + " (flag)";
            case Long number -> number.toString();
            case Double number -> number.toString();
            case BigInteger number -> plain(number.toString());
            case List<?> list -> "a list of " + list.size();
            case Map<?, ?> object -> "an object";
            case JsonNull absent -> "null";
            default -> "a " + value.getClass().getSimpleName();
        };
    }
}
