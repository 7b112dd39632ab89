package orrery.chat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON as plain values: {@code Map} in the order of its members, {@code List}, {@code String},
 * {@code BigInteger}, {@code Double}, {@code Boolean}, null. Accepts what Python's {@code json.loads} accepts,
 * including NaN and infinities, as the reference implementation does.
 */
final class PlainJson {
    private static final int DEEPEST = 500;
    private static final String SIMPLE = "\"\\/bfnrt";
    private static final String SIMPLE_MEANING = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;
    private int depth;

    private PlainJson(String text) {
        this.text = text;
    }

    /**
     * Parses a text that is exactly one value.
     *
     * @throws UnreadableException if it is not
     */
    static @Nullable Object read(String text) {
        var json = new PlainJson(text);
        var value = json.value();
        json.space();
        if (json.at < text.length()) {
            throw json.malformed();
        }
        return value;
    }

    private UnreadableException malformed() {
        return new UnreadableException("no JSON at character " + at);
    }

    private void space() {
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
    }

    static boolean isSpace(char sign) {
        return sign == ' ' || sign == '\n' || sign == '\r' || sign == '\t';
    }

    private boolean take(char sign) {
        boolean there = at < text.length() && text.charAt(at) == sign;
        at += there ? 1 : 0;
        return there;
    }

    private void require(char sign) {
        if (!take(sign)) {
            throw malformed();
        }
    }

    private @Nullable Object value() {
        space();
        if (at == text.length() || depth == DEEPEST) {
            throw malformed();
        }
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            case 'N' -> word("NaN", Double.NaN);
            case 'I' -> word("Infinity", Double.POSITIVE_INFINITY);
            default -> number();
        };
    }

    private @Nullable Object word(String word, @Nullable Object meaning) {
        if (!text.startsWith(word, at)) {
            throw malformed();
        }
        at += word.length();
        return meaning;
    }

    private Map<String, @Nullable Object> object() {
        depth++;
        at++;
        var members = new LinkedHashMap<String, @Nullable Object>();
        space();
        if (!take('}')) {
            do {
                space();
                var name = string();
                space();
                require(':');
                members.put(name, value());
                space();
            } while (take(','));
            require('}');
        }
        depth--;
        return members;
    }

    private List<@Nullable Object> array() {
        depth++;
        at++;
        var elements = new ArrayList<@Nullable Object>();
        space();
        if (!take(']')) {
            do {
                elements.add(value());
                space();
            } while (take(','));
            require(']');
        }
        depth--;
        return elements;
    }

    private String string() {
        require('"');
        var string = new StringBuilder();
        while (true) {
            if (at == text.length() || text.charAt(at) < ' ') {
                throw malformed();
            }
            char sign = text.charAt(at++);
            if (sign == '"') {
                return string.toString();
            }
            string.append(sign == '\\' ? escaped() : sign);
        }
    }

    private char escaped() {
        if (at == text.length()) {
            throw malformed();
        }
        char kind = text.charAt(at++);
        int simple = SIMPLE.indexOf(kind);
        if (simple >= 0) {
            return SIMPLE_MEANING.charAt(simple);
        }
        if (kind != 'u' || at + 4 > text.length()) {
            throw malformed();
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = hex(text.charAt(at++));
            if (digit < 0) {
                throw malformed();
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    /** The value of an ASCII hexadecimal digit, or -1. */
    static int hex(char sign) {
        return sign < 128 ? Character.digit(sign, 16) : -1;
    }

    private Number number() {
        int begin = at;
        take('-');
        if (take('I')) {
            at--;
            word("Infinity", null);
            return Double.NEGATIVE_INFINITY;
        }
        int first = at;
        int whole = digits();
        if (whole == 0 || (whole > 1 && text.charAt(first) == '0')) {
            at = begin;
            throw malformed();
        }
        int end = at;
        if (take('.')) {
            end = digits() > 0 ? at : end;
            at = end;
        }
        boolean real = end > first + whole;
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            at++;
            if (!take('+')) {
                take('-');
            }
            boolean power = digits() > 0;
            real |= power;
            end = power ? at : end;
            at = end;
        }
        var written = text.substring(begin, end);
        return real ? (Number) Double.valueOf(written) : new BigInteger(written);
    }

    private int digits() {
        int begin = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - begin;
    }

    /** Writes a value as JSON with a space after colons and commas, as templates and models do. */
    static String write(@Nullable Object value) {
        var out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case String string -> writeString(string, out);
            case Map<?, ?> map -> {
                String between = "";
                out.append('{');
                for (var member : map.entrySet()) {
                    out.append(between);
                    writeString(String.valueOf(member.getKey()), out);
                    out.append(": ");
                    write(member.getValue(), out);
                    between = ", ";
                }
                out.append('}');
            }
            case List<?> list -> {
                String between = "";
                out.append('[');
                for (var element : list) {
                    out.append(between);
                    write(element, out);
                    between = ", ";
                }
                out.append(']');
            }
            // JSON cannot express these; clients' parsers accept null.
            case Double real when real.isNaN() || real.isInfinite() -> out.append("null");
            default -> out.append(value);
        }
    }

    private static void writeString(String string, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            escape(string.charAt(i), out);
        }
        out.append('"');
    }

    /** Writes a character within a string. */
    static void escape(char sign, StringBuilder out) {
        int simple = SIMPLE_MEANING.indexOf(sign);
        if (simple >= 0 && sign != '/') {
            out.append('\\').append(SIMPLE.charAt(simple));
        } else if (sign < ' ') {
            out.append("\\u00").append(sign < 16 ? "0" : "").append(Integer.toHexString(sign));
        } else {
            out.append(sign);
        }
    }
}
