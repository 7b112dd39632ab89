package orrery.chat;

import java.math.BigInteger;
import java.util.BitSet;

/**
 * Scans one Python literal, character by character, and writes it as JSON: numbers, strings, lists, dictionaries, True,
 * False and None.
 */
final class PythonScanner {
    private static final int DEEPEST = 500;
    private static final int LONGEST_WORD = 400;
    private static final String SIMPLE = "abfnrtv\\'\"";
    private static final String SIMPLE_MEANING = "\u0007\b\f\n\r\t\u000B\\'\"";

    private enum State {
        VALUE,
        FIRST,
        AFTER_COMMA,
        KEY,
        COLON,
        NEXT,
        OPENED,
        EMPTY,
        STRING,
        ESCAPE,
        CODE,
        OCTAL,
        WORD,
        DONE
    }

    private final StringBuilder out;
    private final BitSet objects = new BitSet();
    private final BitSet tuples = new BitSet();
    private final StringBuilder word = new StringBuilder();
    private State state = State.VALUE;
    private int depth;
    private boolean isKey;
    private char quote;
    private boolean triple;
    private int quotes;
    private int code;
    private int left;

    /** @param out receives the value as JSON */
    PythonScanner(StringBuilder out) {
        this.out = out;
    }

    boolean done() {
        return state == State.DONE;
    }

    /** Whether the position is within a string, and not after a backslash. */
    boolean inString() {
        return state == State.OPENED || state == State.STRING;
    }

    /**
     * Takes the next character.
     *
     * @return false if the character does not belong to the value, which is then {@link #done} or malformed
     */
    boolean accept(char sign) {
        return switch (state) {
            case VALUE -> space(sign) || value(sign);
            case FIRST -> space(sign) || closes(sign) || member(sign);
            case AFTER_COMMA -> space(sign) || closes(sign) || member(after(sign));
            case KEY -> space(sign) || key(sign);
            case COLON -> space(sign) || colon(sign);
            case NEXT -> space(sign) || next(sign);
            case OPENED -> opened(sign);
            case EMPTY -> empty(sign);
            case STRING -> inString(sign);
            case ESCAPE -> escape(sign);
            case CODE -> code(sign);
            case OCTAL -> octal(sign);
            case WORD -> word(sign);
            case DONE -> false;
        };
    }

    private boolean to(State next) {
        state = next;
        return true;
    }

    private static boolean space(char sign) {
        return PlainJson.isSpace(sign);
    }

    private char after(char sign) {
        out.append(", ");
        return sign;
    }

    private boolean member(char sign) {
        return objects.get(depth - 1) ? key(sign) : value(sign);
    }

    private boolean key(char sign) {
        isKey = true;
        return (sign == '"' || sign == '\'') && string(sign);
    }

    private boolean value(char sign) {
        isKey = false;
        return switch (sign) {
            case '[', '(', '{' -> open(sign);
            case '"', '\'' -> string(sign);
            default -> {
                word.setLength(0);
                state = State.WORD;
                yield isOfWord(sign) && word(sign);
            }
        };
    }

    private boolean open(char sign) {
        if (depth == DEEPEST) {
            return false;
        }
        objects.set(depth, sign == '{');
        tuples.set(depth++, sign == '(');
        out.append(sign == '{' ? '{' : '[');
        return to(State.FIRST);
    }

    private boolean closes(char sign) {
        int top = depth - 1;
        if (sign != (objects.get(top) ? '}' : tuples.get(top) ? ')' : ']')) {
            return false;
        }
        depth--;
        out.append(objects.get(top) ? '}' : ']');
        return whole();
    }

    private boolean whole() {
        return to(depth == 0 ? State.DONE : isKey ? State.COLON : State.NEXT);
    }

    private boolean colon(char sign) {
        if (sign != ':') {
            return false;
        }
        isKey = false;
        out.append(": ");
        return to(State.VALUE);
    }

    private boolean next(char sign) {
        return sign == ',' ? to(State.AFTER_COMMA) : closes(sign);
    }

    private boolean string(char sign) {
        quote = sign;
        triple = false;
        quotes = 0;
        out.append('"');
        return to(State.OPENED);
    }

    private boolean opened(char sign) {
        return sign == quote ? to(State.EMPTY) : to(State.STRING) && inString(sign);
    }

    /** Two quotes are an empty string; three start a triple-quoted string. */
    private boolean empty(char sign) {
        if (sign == quote) {
            triple = true;
            return to(State.STRING);
        }
        return endString() && !done() && accept(sign);
    }

    private boolean endString() {
        out.append('"');
        return whole();
    }

    private boolean inString(char sign) {
        if (sign == quote) {
            quotes++;
            if (!triple || quotes == 3) {
                quotes = 0;
                return endString();
            }
            return true;
        }
        for (; quotes > 0; quotes--) {
            PlainJson.escape(quote, out);
        }
        if (sign == '\\') {
            return to(State.ESCAPE);
        }
        PlainJson.escape(sign, out);
        return true;
    }

    private boolean escape(char sign) {
        int simple = SIMPLE.indexOf(sign);
        code = 0;
        if (simple >= 0) {
            PlainJson.escape(SIMPLE_MEANING.charAt(simple), out);
        } else if (sign == 'x' || sign == 'u' || sign == 'U') {
            left = sign == 'x' ? 2 : sign == 'u' ? 4 : 8;
            return to(State.CODE);
        } else if (sign >= '0' && sign <= '7') {
            left = 3;
            return to(State.OCTAL) && octal(sign);
        } else if (sign != '\n') {
            // Python keeps the backslash of an unknown escape.
            PlainJson.escape('\\', out);
            PlainJson.escape(sign, out);
        }
        return to(State.STRING);
    }

    private boolean code(char sign) {
        int digit = PlainJson.hex(sign);
        if (digit < 0 || code > Character.MAX_CODE_POINT >> 4) {
            return false;
        }
        code = code << 4 | digit;
        return --left > 0 || character();
    }

    private boolean octal(char sign) {
        if (left > 0 && sign >= '0' && sign <= '7') {
            code = code << 3 | sign - '0';
            left--;
            return true;
        }
        return character() && inString(sign);
    }

    private boolean character() {
        if (code > Character.MAX_CODE_POINT) {
            return false;
        }
        for (char sign : Character.toChars(code)) {
            PlainJson.escape(sign, out);
        }
        return to(State.STRING);
    }

    private static boolean isOfWord(char sign) {
        return sign < 128 && (Character.isLetterOrDigit(sign) || "+-._".indexOf(sign) >= 0);
    }

    private boolean word(char sign) {
        if (isOfWord(sign)) {
            word.append(sign);
            return word.length() <= LONGEST_WORD;
        }
        var json = json(word.toString());
        if (json.isEmpty()) {
            return false;
        }
        out.append(json);
        whole();
        return !done() && accept(sign);
    }

    /** A name or number as JSON; empty if it is neither. */
    private static String json(String word) {
        return switch (word) {
            case "True", "true" -> "true";
            case "False", "false" -> "false";
            case "None", "null" -> "null";
            default -> number(word);
        };
    }

    private static String number(String word) {
        try {
            boolean signed = word.startsWith("-") || word.startsWith("+");
            if (word.startsWith("0x", signed ? 1 : 0)) {
                return new BigInteger((word.startsWith("-") ? "-" : "") + word.substring(signed ? 3 : 2), 16)
                        .toString();
            }
            if (word.indexOf('.') < 0 && word.indexOf('e') < 0 && word.indexOf('E') < 0) {
                return ContentReader.integer(word).toString();
            }
            double real = ContentReader.real(word);
            return Double.isFinite(real) ? PlainJson.write(real) : "";
        } catch (UnreadableException | NumberFormatException noNumber) {
            return "";
        }
    }
}
