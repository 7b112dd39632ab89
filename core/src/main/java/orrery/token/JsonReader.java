package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.format.Utf8;

/**
 * Reads JSON from bytes, value by value. A tokenizer.json of 33 MB contains a million short strings: here a string is a
 * range of bytes, and becomes an object only on request.
 */
final class JsonReader {
    private static final int DEEPEST = 200;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SPACES = 0x2020202020202020L;

    private final byte[] json;
    private int at;
    private int depth;
    private byte[] unescaped = new byte[64];

    /** The last string: its UTF-8 bytes from {@link #from} to {@link #to}, until the next one is read. */
    byte[] string;

    int from;
    int to;

    /** The text is not JSON; with the place. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** @param json UTF-8; a byte order mark at its beginning is skipped */
    JsonReader(byte[] json) {
        this.json = json;
        string = json;
        boolean mark =
                json.length >= 3 && (json[0] & 0xFF) == 0xEF && (json[1] & 0xFF) == 0xBB && (json[2] & 0xFF) == 0xBF;
        at = mark ? 3 : 0;
    }

    /** The first character of the next value, or whatever is in its place; 0 at the end. */
    char peek() {
        int next = at;
        while (next < json.length && json[next] <= ' ' && isSpace(json[next])) {
            // Two thirds of some files are indentation.
            next += next + Long.BYTES < json.length && (long) LONG.get(json, next + 1) == SPACES ? Long.BYTES + 1 : 1;
        }
        at = next;
        return next < json.length ? (char) (json[next] & 0xFF) : 0;
    }

    private static boolean isSpace(byte value) {
        return value == ' ' || value == '\n' || value == '\r' || value == '\t';
    }

    /** Skips a character, if it is the next. */
    boolean take(char sign) {
        boolean there = peek() == sign;
        at += there ? 1 : 0;
        return there;
    }

    void require(char sign) {
        if (!take(sign)) {
            throw malformed("expected " + sign);
        }
    }

    int position() {
        return at;
    }

    void seek(int position) {
        at = position;
    }

    /**
     * Moves to the next member of an object, whose name is then the {@link #string}; returns false after the last one.
     */
    boolean member(boolean first) {
        if (take('}')) {
            return false;
        }
        if (!first) {
            require(',');
        }
        readString();
        require(':');
        return true;
    }

    /** Moves to the next element of an array; returns false after the last one. */
    boolean element(boolean first) {
        if (take(']')) {
            return false;
        }
        if (!first) {
            require(',');
        }
        return true;
    }

    /** Reads a string, whose bytes {@link #string} then contains. */
    void readString() {
        require('"');
        int begin = at;
        int next = begin;
        boolean ascii = true;
        while (next < json.length && json[next] != '"' && json[next] != '\\') {
            ascii &= json[next] >= ' ';
            next++;
        }
        string = json;
        from = begin;
        to = next;
        at = next;
        if (next == json.length) {
            throw malformed("a string does not end");
        }
        if (json[next] == '"') {
            at++;
        } else {
            unescape(next);
            ascii = false;
        }
        if (!ascii) {
            requireText(begin, at - 1);
        }
    }

    private void requireText(int begin, int end) {
        for (int i = begin; i < end; i++) {
            if (json[i] >= 0 && json[i] < ' ') {
                throw malformed("a control character in a string");
            }
        }
        if (Utf8.invalid(json, begin, end) >= 0) {
            throw malformed("a string that is not UTF-8 text");
        }
    }

    String text() {
        readString();
        return lastText();
    }

    /** The last string. */
    String lastText() {
        return new String(string, from, to - from, UTF_8);
    }

    /** Continues from the first backslash of a string. */
    private void unescape(int begin) {
        at = begin;
        int length = to - from;
        to = 0;
        put(from, from + length);
        from = 0;
        while (at < json.length) {
            byte value = json[at];
            if (value == '"') {
                at++;
                string = unescaped;
                return;
            }
            if (value == '\\') {
                escape();
            } else {
                put(at, at + 1);
                at++;
            }
        }
        throw malformed("a string does not end");
    }

    private void put(int begin, int end) {
        if (to + end - begin > unescaped.length) {
            unescaped = Arrays.copyOf(unescaped, Math.max(2 * unescaped.length, to + end - begin));
        }
        System.arraycopy(json, begin, unescaped, to, end - begin);
        to += end - begin;
    }

    private void escape() {
        if (at + 1 >= json.length) {
            throw malformed("a string does not end");
        }
        char kind = (char) (json[at + 1] & 0xFF);
        int simple = "\"\\/bfnrt".indexOf(kind);
        int point;
        if (simple >= 0) {
            point = "\"\\/\b\f\n\r\t".charAt(simple);
            at += 2;
        } else if (kind == 'u') {
            point = hexadecimal(at + 2);
            at += 6;
            if (Character.isSurrogate((char) point)) {
                boolean pair = Character.isHighSurrogate((char) point)
                        && at + 1 < json.length
                        && json[at] == '\\'
                        && json[at + 1] == 'u'
                        && Character.isLowSurrogate((char) hexadecimal(at + 2));
                if (!pair) {
                    throw malformed("half of a surrogate pair");
                }
                point = Character.toCodePoint((char) point, (char) hexadecimal(at + 2));
                at += 6;
            }
        } else {
            throw malformed("an escape that is not known");
        }
        byte[] bytes = Character.toString(point).getBytes(UTF_8);
        if (to + bytes.length > unescaped.length) {
            unescaped = Arrays.copyOf(unescaped, 2 * unescaped.length);
        }
        System.arraycopy(bytes, 0, unescaped, to, bytes.length);
        to += bytes.length;
    }

    private int hexadecimal(int begin) {
        int value = 0;
        for (int i = begin; i < begin + 4; i++) {
            int digit = i < json.length && json[i] > 0 ? Character.digit(json[i], 16) : -1;
            if (digit < 0) {
                throw malformed("an escape without four hexadecimal digits");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** An integer from 0 to the largest int; -1 for any other number. */
    int index() {
        long value = 0;
        peek();
        int begin = at;
        while (at < json.length && json[at] >= '0' && json[at] <= '9' && at - begin < 10) {
            value = 10 * value + json[at++] - '0';
        }
        boolean ends = at == json.length || ",]} \n\r\t".indexOf(json[at]) >= 0;
        if (at > begin && ends && value <= Integer.MAX_VALUE && (json[begin] != '0' || at == begin + 1)) {
            return (int) value;
        }
        at = begin;
        number();
        return -1;
    }

    /** A number as text. */
    String number() {
        peek();
        int begin = at;
        take('-');
        boolean zero = at < json.length && json[at] == '0';
        int digits = digits();
        boolean valid = digits > 0 && !(zero && digits > 1);
        if (at < json.length && json[at] == '.') {
            at++;
            valid &= digits() > 0;
        }
        if (at < json.length && (json[at] | 0x20) == 'e') {
            at++;
            at += at < json.length && (json[at] == '+' || json[at] == '-') ? 1 : 0;
            valid &= digits() > 0;
        }
        if (!valid) {
            at = begin;
            throw malformed("expected a value");
        }
        return new String(json, begin, at - begin, UTF_8);
    }

    /** Skips digits, and returns how many. */
    private int digits() {
        int begin = at;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at - begin;
    }

    /** Skips a value. */
    void skip() {
        value("");
    }

    /**
     * Any value but null: {@code String}, {@code Boolean}, {@code Long}, {@code Double}, {@code List} or
     * {@link JsonObject}.
     *
     * @param where its path, for messages
     */
    Object value(String where) {
        char first = peek();
        return switch (first) {
            case '{' -> object(where);
            case '[' -> {
                deeper();
                at++;
                List<Object> elements = new ArrayList<>();
                while (element(elements.isEmpty())) {
                    elements.add(value(where + "[" + elements.size() + "]"));
                }
                depth--;
                yield elements;
            }
            case '"' -> text();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", JsonObject.NULL);
            default -> {
                String number = number();
                // 18 digits always fit, and no value that is read here has more.
                boolean integer = number.length() <= 18 && number.chars().noneMatch(sign -> ".eE".indexOf(sign) >= 0);
                yield integer ? (Object) Long.valueOf(number) : Double.valueOf(number);
            }
        };
    }

    JsonObject object(String where) {
        deeper();
        require('{');
        Map<String, Object> members = new LinkedHashMap<>();
        for (boolean first = true; member(first); first = false) {
            String name = lastText();
            members.put(name, value(where + "." + name));
        }
        depth--;
        members.values().removeIf(JsonObject.NULL::equals);
        return new JsonObject(members, where);
    }

    private void deeper() {
        if (++depth > DEEPEST) {
            throw malformed("values within more than " + DEEPEST + " others");
        }
    }

    private Object literal(String word, Object value) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= json.length || json[at + i] != word.charAt(i)) {
                throw malformed("expected a value");
            }
        }
        at += word.length();
        return value;
    }

    /** Skips null, if it is the next. */
    boolean takeNull() {
        boolean there = peek() == 'n';
        if (there) {
            literal("null", JsonObject.NULL);
        }
        return there;
    }

    /** The kind of the next value, in words. */
    String kind() {
        return switch (peek()) {
            case '{' -> "an object";
            case '[' -> "an array";
            case '"' -> "a string";
            case 't', 'f' -> "true or false";
            case 'n' -> "null";
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> "a number";
            default -> "nothing";
        };
    }

    Malformed malformed(String what) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < at && i < json.length; i++) {
            column = json[i] == '\n' ? 1 : column + ((json[i] & 0xC0) == 0x80 ? 0 : 1);
            line += json[i] == '\n' ? 1 : 0;
        }
        return new Malformed(what + " (line " + line + ", column " + column + ")");
    }
}
